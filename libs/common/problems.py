"""What each code of a refusal means and what to do about it: one line each, for `/problems/`."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Problem(NamedTuple):
    """What a code says, and what whoever meets it does."""

    means: str
    do: str


_AGAIN: Final = "Try again after the seconds in Retry-After, a command under the same key."
_REREAD: Final = "Read it again, and decide anew."
_STANDS: Final = "Read what is on record. Send it again as it was, or record something new."
_MEND: Final = "Each of `errors` says where and what would be right; mend them and send it again."
_FILE: Final = "Mend the file and send it again; nothing of it was recorded."
_REQUEST: Final = "Mend what sends the request; the same again is refused again."

# In the order of who meets them: any caller, those who change things, importers, then by service.
PROBLEMS: Final[Mapping[str, Problem]] = {
    "bad-request": Problem("The request cannot be read.", _REQUEST),
    "unauthenticated": Problem(
        "There is no token, or it is not accepted: not ours, out of date, or not for us.",
        "Sign in again and send the new token as `Authorization: Bearer`.",
    ),
    "not-allowed": Problem(
        "The caller's role does not do this, here or at all.",
        "Ask somebody whose role does, or whoever gives out roles.",
    ),
    "not-found": Problem(
        "There is no such thing, or it is out of the caller's reach; which, is not said.",
        "Check the id. If it is right, ask somebody who has the child, school or team.",
    ),
    "no-such-route": Problem(
        "Nothing is served at this path.", "Look the path up in the service's openapi.json."
    ),
    "method-not-allowed": Problem(
        "The path takes other methods.", "Use one of those that the Allow header names."
    ),
    "query-not-valid": Problem(
        "The query has a parameter that the route does not know, or one twice.", _MEND
    ),
    "not-valid": Problem("Some values cannot be accepted.", _MEND),
    "rejected": Problem("Some values cannot be accepted.", _MEND),
    "conflict": Problem("This cannot be done in the present state.", _REREAD),
    "internal-error": Problem(
        "Something failed on our side.",
        "Tell those who run the service the X-Request-ID of the answer.",
    ),
    "unavailable": Problem("The service's database does not answer just now.", _AGAIN),
    "overloaded": Problem("As much is at work as can be; nothing was done of this.", _AGAIN),
    "not-in-time": Problem(
        "The time for a request ran out. A command may or may not have been carried out.",
        "Send it again as it is, under the same Idempotency-Key: it is carried out once.",
    ),
    "too-many-requests": Problem("This caller asks too often; nothing was done.", _AGAIN),
    "keys-unavailable": Problem("The identity provider's keys cannot be had just now.", _AGAIN),
    "identity-provider-unavailable": Problem(
        "The county's identity provider cannot be reached just now.", _AGAIN
    ),
    "topic-ahead": Problem(
        "The database was restored to a moment before events that others have read already.",
        "An administrator decides by `make reconcile`; until then commands are refused.",
    ),
    # What the wire refuses.
    "host-not-valid": Problem(
        "The Host header names none of the hosts by which this is called.",
        "Call it by its own name; those who run it list its names in ALLOWED_HOSTS.",
    ),
    "repeated-header": Problem("A header is there twice that may be there once.", _REQUEST),
    "length-not-valid": Problem("How long the body is cannot be told.", _REQUEST),
    "target-too-long": Problem("Path and query are longer than any of ours.", _REQUEST),
    "headers-too-large": Problem("There are too many headers, or too large ones.", _REQUEST),
    "body-too-slow": Problem("The body took longer than a minute.", "Send it again."),
    "body-incomplete": Problem("The body ended before its length.", "Send it again."),
    "body-empty": Problem("The request has no body and needs one.", _REQUEST),
    "too-large": Problem("The body is too large.", "Send less at a time."),
    "too-many-values": Problem("The body holds too many values.", "Send less at a time."),
    "unsupported-media-type": Problem(
        "The body is of a kind that the route does not read.",
        "Send what the route's document names, in UTF-8 and not compressed.",
    ),
    "json-not-valid": Problem("The body is not well-formed JSON, or nested too deeply.", _REQUEST),
    "json-doubled-key": Problem("An object of the body has the same name twice.", _REQUEST),
    # What somebody at a page may meet.
    "sign-in-failed": Problem(
        "The identity provider did not say who this is, or not in time.", "Sign in again."
    ),
    "sign-in-not-begun-here": Problem(
        "The identity provider sent back somebody who did not begin to sign in at this browser.",
        "Open the page and sign in from there.",
    ),
    "sign-in-not-set-up": Problem(
        "Nobody can sign in at pages here.",
        "Those who run it set AUTH_CLIENT_ID and AUTH_CLIENT_SECRET_FILE.",
    ),
    "no-role-here": Problem(
        "The account that signed in has no role in this service.",
        "Ask those who look after the account to give it one.",
    ),
    "form-not-ours": Problem(
        "The form was not given to this browser, or it is out of date.",
        "Open the page again and send it once more.",
    ),
    "form-not-valid": Problem("The form cannot be read.", "Open the page again."),
    # What every command may meet.
    "idempotency-key-required": Problem(
        "The command has no Idempotency-Key, or one that is not in the form.",
        "Choose one anew for each command, and send the same when it is tried again.",
    ),
    "idempotency-key-reused": Problem(
        "This key was used for another command.", "Choose a new key for a new command."
    ),
    "precondition-required": Problem(
        "The change does not say which version it is made to.",
        "Read the thing and send its ETag as If-Match.",
    ),
    "precondition-failed": Problem("It has changed since it was read.", _REREAD),
    "version-not-valid": Problem(
        "If-Match holds something else than one ETag of ours.", "Send the ETag as it was read."
    ),
    "changed-meanwhile": Problem("Somebody changed it at the same moment, or since.", _REREAD),
    "already-there": Problem("Another record with the same key is there.", _STANDS),
    "already-recorded": Problem(
        "It is on record otherwise, and recording it again corrects none of these fields.",
        _STANDS,
    ),
    "reference-taken": Problem(
        "The reference is of something that the caller may not see.", "Use another reference."
    ),
    "not-yet-known": Problem(
        "What is named has not reached this service yet, or was never recorded.",
        "Try again in a moment; if it stays so, look for it where it is recorded.",
    ),
    "separation-of-duty": Problem(
        "Nobody judges or decides on what they did or proposed themselves.",
        "Somebody else with the role does it.",
    ),
    # Files.
    "not-utf-8": Problem("The file is not in UTF-8.", _FILE),
    "not-csv": Problem("The file is not CSV.", _FILE),
    "columns-not-valid": Problem("Columns are missing, unknown or there twice.", _FILE),
    "row-length": Problem("A row has another number of cells than the head.", _FILE),
    "too-many-rows": Problem("The file has too many rows.", "Send it in several."),
    # Events that were set aside.
    "not-parked": Problem("Nothing of this is set aside.", "Read the list of what is."),
    # Referral.
    "already-submitted": Problem("The reference is of another referral.", _STANDS),
    "referral-decided": Problem("The referral has its decision.", "Ask anew by a new referral."),
    "not-checked": Problem(
        "The referral was not checked against the rules.", "Check it, and then decide."
    ),
    "not-eligible": Problem(
        "Not every rule in force was answered with yes.",
        "Refuse it, or check it anew once what was missing is on record.",
    ),
    "support-not-agreed": Problem(
        "The Head of Service has not agreed the referral.", "Open the case once it is agreed."
    ),
    "already-supported": Problem(
        "The child has an open case.", "Go on with that one, or end it first."
    ),
    "not-discontinued": Problem(
        "No decision after a review says that the support ends for this reason.",
        "Record the review and its decision, or name another reason.",
    ),
    "case-closed": Problem("Support has ended.", "Support again is a new referral."),
    "case-paused": Problem("The case is paused.", "Resume it first."),
    "case-not-paused": Problem("The case is not paused.", "There is nothing to resume."),
    "already-assessed": Problem("There is a judgement of risk of that day.", _STANDS),
    "already-reviewed": Problem("There is a review of that day.", _STANDS),
    "already-decided": Problem("The review has its decision.", _STANDS),
    "plan-closed": Problem("The plan has ceased.", "Record what follows it under its reference."),
    "only-permanent-exclusions-are-upheld": Problem(
        "A suspension has no board's decision that upholds it.",
        "Record it without, or as a permanent exclusion if it was one.",
    ),
    "staff-has-left": Problem(
        "The member of staff has left.", "Record a return as a new appointment."
    ),
    # Assessment.
    "already-proposed": Problem("This version for this year is there.", _STANDS),
    "criteria-signed": Problem("The criteria are adopted.", "Propose a new version."),
    "second-signature-needed": Problem(
        "Criteria are agreed by two people in two roles.",
        "Whoever did not propose them signs: the Head of Service or the Link Adviser.",
    ),
    "result-void": Problem("The result is void.", "Record it anew under a new reference."),
    "already-judged": Problem("The teacher's year has a judgement.", _STANDS),
    "already-held": Problem("The team's year has its dialogue.", _STANDS),
    # Survey.
    "wave-not-draft": Problem("The wave has been issued.", "Make a new wave."),
    "wave-not-issued": Problem("The wave has not been issued.", "Issue it first."),
    "wave-is-closed": Problem("The wave is closed.", "It takes no more answers."),
    "no-recipients": Problem("Nobody is on the wave's list.", "List recipients first."),
    "not-issued-to": Problem(
        "The recipient was sent no questionnaire of this wave.", "Check the reference."
    ),
    "asked-already": Problem(
        "The wave asks them under another reference.", "Use that reference, or leave them out."
    ),
    "outside-your-caseload": Problem(
        "Somebody on the list is not on your teams' caseload.",
        "List only your own, or have somebody list them who reaches the whole county.",
    ),
    "response-void": Problem("The response is void already.", "There is nothing more to do."),
    "complaint-is-closed": Problem("The complaint is closed.", "Record a new one."),
    "formal-is-for-the-head": Problem(
        "The Head of Service enters a formal complaint.", "Raise it as a concern."
    ),
}

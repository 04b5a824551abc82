"""What each code of a refusal means, and what to do about it: a line each, for `/problems/`.

Here are those that any service gives; each service has a table of its own besides.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Problem(NamedTuple):
    """What a code means, and what a caller who gets it should do."""

    means: str
    do: str


_AGAIN: Final = "Try again after the seconds in Retry-After; send a command under the same key."
_REREAD: Final = "Read it again, and decide whether the change is still right."
STANDS: Final = "Read what is on record. Send it again as it was, or record something new."
_MEND: Final = (
    "Each of `errors` says where, and what would be right. Correct them and send it again."
)
_FILE: Final = "Correct the file and send it again. Nothing of it was recorded."
_REQUEST: Final = "Correct the program that sends it. The same request is refused again."

# In the order of who meets them: any caller, those who change things, importers.
PROBLEMS: Final[Mapping[str, Problem]] = {
    "letters-not-printed": Problem(
        "A document has letters for which no font is here.",
        "Read it on its page, or write it in letters that are Latin, Greek, Cyrillic or Arabic.",
    ),
    "extra-not-installed": Problem(
        "This installation was set up without what makes such a file: PDF and Parquet are extras.",
        "Take another kind of file, or ask the people who run the service: `make setup-extras`.",
    ),
    "bad-request": Problem("The request cannot be read.", _REQUEST),
    "unauthenticated": Problem(
        "There is no token, or it is not accepted: it has expired, or is not for this service.",
        "Sign in again and send the new token as `Authorization: Bearer`.",
    ),
    "not-allowed": Problem(
        "The caller's role does not allow this, here or at all.",
        "Ask somebody whose role allows it, or the people who give out roles.",
    ),
    "not-your-own-entry": Problem(
        "Whoever reaches one child at a time puts right only what they recorded themselves.",
        "Ask whoever recorded it, the area manager or the Head of Service.",
    ),
    "not-found": Problem(
        "There is no such thing, or the caller may not see it. The answer does not say which.",
        "Check the id. If it is right, ask somebody who works with the child, school or team.",
    ),
    "no-such-route": Problem(
        "Nothing is served at this path.", "Look the path up in the service's openapi.json."
    ),
    "method-not-allowed": Problem(
        "The path does not take this method.", "Use one that the Allow header names."
    ),
    "several-of-this-key": Problem(
        "Several records that the caller sees have this reference, which is one child's.",
        "Read the list with the parameter `child`, and take the id of the one that is meant.",
    ),
    "list-too-long": Problem(
        "A list has more rows than a file may have.", "Ask for a part of it by the filters."
    ),
    "query-not-valid": Problem("The query has an unknown parameter, or has one twice.", _MEND),
    "not-valid": Problem("Some values cannot be accepted.", _MEND),
    "rejected": Problem("Some values cannot be accepted.", _MEND),
    "conflict": Problem("This cannot be done in the present state.", _REREAD),
    "internal-error": Problem(
        "Something failed on our side.",
        "Tell the people who run the service the X-Request-ID of the answer.",
    ),
    "unavailable": Problem("The service's database does not answer at the moment.", _AGAIN),
    "overloaded": Problem("The service has as much work as it can do. Nothing was done.", _AGAIN),
    "not-in-time": Problem(
        "The time for a request ran out. A command may or may not have been carried out.",
        "Send it again unchanged, under the same Idempotency-Key. It is carried out only once.",
    ),
    "too-many-requests": Problem("This caller sends too many requests. Nothing was done.", _AGAIN),
    "keys-unavailable": Problem(
        "The identity provider's keys cannot be fetched at the moment.", _AGAIN
    ),
    "identity-provider-unavailable": Problem(
        "The county's identity provider cannot be reached at the moment.", _AGAIN
    ),
    "topic-ahead": Problem(
        "The database was restored to a time before events that others have already read.",
        "An administrator runs `make reconcile`. Until then commands are refused.",
    ),
    # What the wire refuses.
    "host-not-valid": Problem(
        "The Host header does not name a host of this service.",
        "Call it by its own name. The people who run it list its names in ALLOWED_HOSTS.",
    ),
    "origin-not-allowed": Problem(
        "Pages of this origin may not call the service, or not with this method or header.",
        "The people who run it list the origins of pages in ALLOWED_ORIGINS.",
    ),
    "repeated-header": Problem("A header that may be sent once was sent twice.", _REQUEST),
    "length-not-valid": Problem("The length of the body is missing or contradictory.", _REQUEST),
    "target-too-long": Problem("The path and query are too long.", _REQUEST),
    "headers-too-large": Problem("There are too many headers, or too large ones.", _REQUEST),
    "body-too-slow": Problem("The body took longer than a minute.", "Send it again."),
    "body-incomplete": Problem("The body ended before its stated length.", "Send it again."),
    "body-empty": Problem("The request has no body and needs one.", _REQUEST),
    "too-large": Problem("The body is too large.", "Send less at once."),
    "too-many-values": Problem("The body holds too many values.", "Send less at once."),
    "unsupported-media-type": Problem(
        "The body is of a kind that the route does not read.",
        "Send what the route's document names, in UTF-8 and not compressed.",
    ),
    "json-not-valid": Problem("The body is not well-formed JSON, or nested too deeply.", _REQUEST),
    "json-doubled-key": Problem("An object of the body has the same name twice.", _REQUEST),
    # What somebody at a page may meet.
    "sign-in-failed": Problem(
        "The identity provider did not say who signed in, or took too long.", "Sign in again."
    ),
    "sign-in-not-begun-here": Problem(
        "The sign-in was started in another browser.",
        "Open the page and sign in from there.",
    ),
    "sign-in-not-set-up": Problem(
        "Signing in to pages is not set up.",
        "The people who run it set AUTH_CLIENT_ID and AUTH_CLIENT_SECRET_FILE.",
    ),
    "no-role-here": Problem(
        "The account that signed in has no role in this service.",
        "Ask the people who manage the account to give it one.",
    ),
    "form-not-ours": Problem(
        "The form was not opened in this browser, or it has expired.",
        "Open the page again and send the form again.",
    ),
    "form-not-valid": Problem("The form cannot be read.", "Open the page again."),
    "recorded-at-not-taken": Problem(
        "The request says when it was recorded, and that is not taken here.",
        "Leave Recorded-At out. It is for loading past records into a trial, never in production.",
    ),
    "recorded-at-not-valid": Problem("Recorded-At is no past instant.", _REQUEST),
    # What every command may meet.
    "idempotency-key-required": Problem(
        "The command has no Idempotency-Key, or the key is not well formed.",
        "Choose a new key for each command, and send the same key when you try again.",
    ),
    "idempotency-key-reused": Problem(
        "This key was used for another command.", "Choose a new key for a new command."
    ),
    "precondition-required": Problem(
        "The change does not say which version it changes.",
        "Read the record and send its ETag as If-Match.",
    ),
    "precondition-failed": Problem("It has changed since it was read.", _REREAD),
    "version-not-valid": Problem(
        "If-Match is not an ETag of this service.", "Send the ETag as it was read."
    ),
    "changed-meanwhile": Problem("Somebody else changed it at the same time, or since.", _REREAD),
    "already-there": Problem("There is another record with the same key.", STANDS),
    "already-recorded": Problem(
        "It is on record with other values, and recording it again does not correct these fields.",
        STANDS,
    ),
    "reference-taken": Problem(
        "The reference belongs to something that the caller may not see.", "Use another reference."
    ),
    "not-yet-known": Problem(
        "The record that is named has not reached this service yet, or was never made.",
        "Try again in a moment. If it is still refused, check the record where it is kept.",
    ),
    "separation-of-duty": Problem(
        "People may not judge or decide on their own work or proposal.",
        "Ask somebody else with the role.",
    ),
    "cursor-expired": Problem(
        "The change feed was begun anew: a restore, a move or a second publication came between.",
        "Take a new snapshot, load again what you keep, and go on from the snapshot's cursor.",
    ),
    # Files.
    "not-utf-8": Problem(
        "The file is not in UTF-8.",
        "Send it as what it is: Content-Type text/csv; charset=windows-1252 or utf-16.",
    ),
    "not-in-its-charset": Problem("The file is not in the charset it is sent as.", _FILE),
    "mixed-charsets": Problem(
        "Some of the file is in UTF-8 and some is not, so that names in it would be garbled.",
        "Save all of it in one charset, and send it with that. Nothing of it was recorded.",
    ),
    "not-csv": Problem("The file is not CSV.", _FILE),
    "not-a-workbook": Problem(
        "The file is not an .xlsx workbook, is cut short, or needs a password.",
        "Save it as an Excel workbook (.xlsx) without a password, or as CSV, and send it again.",
    ),
    "cells-not-valid": Problem(
        "Cells of a workbook show an error, or have a formula whose value was not kept.",
        "Mend the cells that `errors` name, or put values in place of formulas. Save it again.",
    ),
    "columns-not-valid": Problem("Columns are missing, unknown or repeated.", _FILE),
    "row-length": Problem("A row does not have as many cells as the header.", _FILE),
    "too-many-rows": Problem("The file has too many rows.", "Send it as several files."),
    "import-ended": Problem(
        "The import has ended, so that there is nothing left to cancel.",
        "Read it, and its rows, to see what it did.",
    ),
    "import-failed": Problem(
        "An import could not be carried on, by a fault of ours. What it did until then stands.",
        "Tell the people who run the service its id. The same file sent again does the rest.",
    ),
    # Dead letters; parked is the word for them that the code keeps.
    "not-parked": Problem(
        "This has no dead letters (the code says parked, the word of before).",
        "Read the list of dead letters.",
    ),
}

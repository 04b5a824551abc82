"""What the refusals of survey alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.faults import faults
from libs.common.http.problems import Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "questionnaire-frozen": Problem(
        "The version of the questionnaire is published.", "Draft the next version."
    ),
    "not-previewed": Problem(
        "Nobody has looked at the version as it is now.", "Look at its form, and say so."
    ),
    "questionnaire-not-published": Problem(
        "The version of the questionnaire is not in use.", "There is nothing to retire."
    ),
    "wave-not-draft": Problem("The wave has been issued.", "Make a new wave."),
    "wave-not-issued": Problem("The wave has not been issued.", "Issue it first."),
    "wave-is-closed": Problem("The wave is closed.", "Have it opened again, with the reason."),
    "wave-not-closed": Problem("The wave is not closed.", "There is nothing to open."),
    "wave-void": Problem("The wave is void.", "Draft it again under its reference."),
    "wave-has-responses": Problem("The wave has responses that stand.", "Void these first."),
    "too-few-to-be-anonymous": Problem(
        "The anonymous wave goes to fewer than 10.",
        "Void it, and draft one that is not anonymous under another reference.",
    ),
    "wave-is-anonymous": Problem(
        "The wave is anonymous, and a paper with a code would say who answered.",
        "Print papers without codes, and type what comes back as responses of nobody.",
    ),
    "returns-anonymised": Problem(
        "The wave's returns were made anonymous for good.", "There is nothing to put right."
    ),
    "answers-mixed": Problem(
        "The anonymous wave's last answers are mixed.", "There is nothing to open."
    ),
    "few-of-yours": Problem(
        "The caller reaches fewer than ten on the anonymous wave's list.",
        "Ask somebody who reaches more: the Head of Service does.",
    ),
    "no-recipients": Problem("The wave has no recipients.", "List recipients first."),
    "not-issued-to": Problem(
        "The recipient was sent no questionnaire of this wave.", "Check the reference."
    ),
    "no-such-link": Problem(
        "The link is wrong, expired, revoked or another's.", "Ask who sent it for a new one."
    ),
    "asked-already": Problem(
        "The wave already has this recipient under another reference.",
        "Use that reference, or leave the recipient out.",
    ),
    "outside-your-caseload": Problem(
        "Somebody on the list is not on the caller's caseload.",
        "List only your own caseload, or ask somebody who reaches the whole county.",
    ),
    "second-by-another": Problem(
        "The caller keyed the form first.", "Have somebody else key it the second time."
    ),
    "form-differs": Problem(
        "Two keyings of the form differ.", "Say which is right, or key the form anew."
    ),
    "form-does-not-differ": Problem(
        "There are no two keyings of the form that differ.", "There is nothing to resolve."
    ),
    "form-is-recorded": Problem(
        "The form is recorded as a response.", "Correct or void the response."
    ),
    "form-void": Problem("The keying is void.", "Key the form again."),
    "activity-void": Problem("The activity is void.", "Record it again under its reference."),
    "response-void": Problem("The response is void.", "Record it again under its reference."),
    "action-ended": Problem("The action has ended.", "Open it again, with the reason."),
    "action-under-way": Problem("The action is under way.", "Say first what came of it."),
    "concern-not-acknowledged": Problem(
        "Nobody has acknowledged the concern.", "Read it, and acknowledge it."
    ),
    "concern-acknowledged": Problem("The concern is acknowledged and open.", "Go on with it."),
    "concern-closed": Problem("The concern is closed.", "Open it again, with the reason."),
    "delivery-void": Problem("The delivery is void.", "Record it again under its reference."),
    "rating-void": Problem("The rating form is void.", "Record it again under its number."),
    "open-link-ended": Problem("The open link has ended.", "Open it again first."),
    "entry-void": Problem("The entry is void.", "Enter it again under its reference."),
    "register-check-void": Problem("The check is void.", "Check the month again."),
    "for-the-head-to-correct": Problem(
        "The Head of Service corrects a complaint that is formal or closed.", "Ask the Head."
    ),
    "complaint-is-closed": Problem("The complaint is closed.", "Record a new one."),
    "formal-is-for-the-head": Problem(
        "Only the Head of Service enters a formal complaint.", "Raise it as a concern."
    ),
}

FAULTS: Final = faults(
    another_audience="The questionnaire is for another audience.",
    another_way="What came by an open link stays apart from what recipients were asked for.",
    another_scale="The trend key is that of a question of another id, kind or answers.",
    audience_twice="A campaign has one wave for each audience.",
    answered_twice="A question is answered twice.",
    before_issued="The day or time is before the wave was issued.",
    before_month_end="A month can be confirmed only once it has ended.",
    before_received="The day is before the complaint was received.",
    code_not_valid_on_day="The code is not valid on the day of delivery.",
    kept_still="Returns about this year are not to be made anonymous yet.",
    no_coded_question="The questionnaire has no question with coded answers.",
    does_not_differ="The two keyings do not differ in this field, or it is chosen twice.",
    no_agreement="Nothing is kept of what a parent or carer did not agree to.",
    no_assent="Nothing is kept of what a child did not assent to.",
    no_such_part="The list has no such part of people to print for.",
    not_resolved="A field in which the keyings differ is not resolved.",
    nobody_helped="It is said that nobody helped, and how.",
    of_an_anonymous_wave="Nobody is named who answers an anonymous wave.",
    not_applicable="The question does not offer that answer.",
    not_asked_before="A condition or an equivalence names what was not asked before.",
    not_asked_to_quote="It is not asked whether this may be quoted.",
    not_of_its_kind="A question of this kind has no such thing.",
    not_of_this_audience="A recipient of this audience cannot have this.",
    not_of_this_kind="What is delivered of this kind has no such thing.",
    not_offered="The question does not offer that answer.",
    not_reworded="The wording is as before, and there is a reason for another.",
    not_shown="The answers before do not lead to this question.",
    one_of_two="It is of a wave or of a delivery, and of one alone.",
    over_already="The last day is over.",
    required_of_a_child="A child may always leave a question out.",
    retired="The version of the questionnaire is sent in no new wave.",
    reworded="The wording is another than under this trend key before, without a reason.",
    takes_one="The question takes one answer.",
    takes_several="The question takes several answers.",
    two_questions="Two questions stand in one.",
    unknown_picture="There is no such picture.",
    nothing_sent="Nothing that was sent to this recipient can have come back.",
    unknown_question="The questionnaire has no such question.",
    unknown_questionnaire="There is no such questionnaire in this version.",
    unknown_wave="There is no wave under this reference.",
    unknown_recipient="The wave's list has no such reference.",
)
"""What is wrong at a place of what was sent."""

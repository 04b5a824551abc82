"""What the refusals of referral alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.faults import faults
from libs.common.http.problems import STANDS, Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "already-submitted": Problem("The reference belongs to another referral.", STANDS),
    "referral-decided": Problem("The referral has been decided.", "Submit a new referral."),
    "referral-withdrawn": Problem("The referral was withdrawn.", "Submit a new referral."),
    "referral-void": Problem(
        "The referral was recorded by mistake.", "Submit it again if there was one."
    ),
    "referral-not-decided": Problem("The referral has not been decided.", "Decide it."),
    "another-agreed": Problem(
        "Support of the child is agreed already on another referral.",
        "Open the case on that one, or void its decision first.",
    ),
    "case-stands": Problem(
        "A case stands on the decision.", "End or void the case, then put the decision right."
    ),
    "applicant-decides": Problem(
        "Whoever submitted the referral cannot decide on it.", "Have somebody else decide."
    ),
    "not-checked": Problem(
        "The referral was not checked against the rules.", "Check it, then decide."
    ),
    "not-eligible": Problem(
        "Not every rule was answered yes.",
        "Refuse it, or check it again when the missing facts are on record.",
    ),
    "support-not-agreed": Problem(
        "The Head of Service has not agreed the referral.", "Open the case once it is agreed."
    ),
    "already-supported": Problem(
        "The child has another case on a day of this one.", "Use that case, or end it first."
    ),
    "not-discontinued": Problem(
        "No decision after a review says that support ends because the criteria are not met.",
        "Record the review and its decision, or name another reason.",
    ),
    "case-closed": Problem("Support has ended.", "Submit a new referral."),
    "case-void": Problem(
        "The case was opened by mistake and withdrawn.", "Open a case on an agreed referral."
    ),
    "case-in-use": Problem(
        "Something is recorded of the case.", "Withdraw what it names first, or end the case."
    ),
    "first-allocation": Problem(
        "It is the first teacher of the case.", "Correct who it was, or withdraw the case."
    ),
    "not-ended": Problem("The case has not ended.", "There is no end to put right."),
    "not-your-entry": Problem(
        "The entry is of a day on which another teacher led the case.",
        "Ask the area manager to put it right.",
    ),
    "review-decided": Problem(
        "The review was decided on.", "Withdraw the decision first, then correct the review."
    ),
    "not-decided": Problem(
        "Nothing was decided after the review.", "There is no decision to put right."
    ),
    "end-rests-on-decision": Problem(
        "Support ended because of the decision.", "Correct or withdraw the end first."
    ),
    "case-paused": Problem("The case is paused.", "Resume it first."),
    "case-not-paused": Problem("The case is not paused.", "There is nothing to resume."),
    "already-assessed": Problem("There is already a judgement of risk for that day.", STANDS),
    "already-reviewed": Problem("There is already a review for that day.", STANDS),
    "already-decided": Problem("The review has already been decided.", STANDS),
    "not-known-then": Problem(
        "The child was not known to the service on the day asked for.",
        "Ask for a day from the first that was told of the child.",
    ),
    "only-one": Problem(
        "Nothing else of this kind is on record of the child.", "Correct it instead."
    ),
    "plan-in-use": Problem(
        "A case began under the plan, and no other of the child's names the service on that day.",
        "Put the case's first day right first, or tell the plan that there was.",
    ),
    "plan-void": Problem("The plan was taken out.", "Push it again if there is such a plan."),
    "child-closed": Problem(
        "The record of the child is closed.", "Use the reference that the child has now."
    ),
    "already-withdrawn": Problem(
        "It is on record that this person must not be contacted.",
        "Take that back first if the day or the reason is wrong.",
    ),
    "not-withdrawn": Problem(
        "Nothing on record says that this person must not be contacted.",
        "There is nothing to take back.",
    ),
    "relationship-closed": Problem(
        "The relationship has ended or was withdrawn.",
        "Record it again from the day on which it holds, or correct it.",
    ),
    "not-confirmed": Problem(
        "Nobody has confirmed that the two records are one.", "Confirm it, then merge."
    ),
    "merged": Problem("The two records are merged.", "Unmerge them first."),
    "not-merged": Problem("The two records are not merged.", "There is nothing to unmerge."),
    "merged-already": Problem(
        "One of the two records is merged with another.",
        "Merge with the record that stays, or unmerge first.",
    ),
    "two-cases-open": Problem(
        "Both records have an open case; the errors name them.",
        "End or withdraw the one that does not stay, then merge.",
    ),
    "plan-closed": Problem(
        "The plan has ended.", "Record the plan that follows it, under its own reference."
    ),
    "only-permanent-exclusions-are-upheld": Problem(
        "A governing board upholds only permanent exclusions.",
        "Leave the decision out, or record a permanent exclusion if it was one.",
    ),
    "exclusion-void": Problem(
        "The exclusion was recorded by mistake.", "Record it again if there was one."
    ),
    "staff-has-left": Problem(
        "The member of staff had left by that day.",
        "Put the day or the leaving right, or record a return with a new reference.",
    ),
    "has-not-left": Problem("The member of staff is in post.", "There is no leaving to put right."),
    "only-contract": Problem("The member of staff has no other contract.", "Correct this one."),
    "first-of-team": Problem("It is the team's first name and area.", "Correct them instead."),
    "school-not-closed": Problem(
        "The child's school has not closed.", "Record a move to another school as such."
    ),
    "mixed-encodings": Problem(
        "Part of the file is written in UTF-8 and part in Windows-1252: names would be garbled.",
        "Take the file as it was published, or save it again in one of the two.",
    ),
    "not-a-zip": Problem(
        "The archive cannot be read.", "Send the file as CSV, or zip it without a password."
    ),
    "not-one-file": Problem("The archive has no file or several.", "Zip one file alone."),
}

FAULTS: Final = faults(
    after_check="The day is after one on which the referral was checked, withdrawn or decided.",
    after_leaving="The day is after somebody's last in post.",
    after_recorded="Something is on record of a day before this one.",
    after_rescinding="An exclusion that was rescinded was not upheld afterwards.",
    after_the_end="Something is on record of a day after this one.",
    age_and_year_apart="A child of this age is not taught in this year group.",
    already_told="Something else was told to hold from this day on.",
    before_appointed="The day is before somebody's appointment.",
    before_birth="The child was not born yet.",
    before_check="The day is before the submission or the check.",
    before_contract="A contract is on record from a later day.",
    before_decision="The day is before that of the decision.",
    before_end="The day is before the end of the support before.",
    before_first="The last day is before the first.",
    before_formed="The day is before the team was formed.",
    before_last_change="Something changed after this day.",
    before_recommendation="The day is before that of the recommendation.",
    before_review="The day is before that of the review.",
    before_start="The day is before the beginning of what it is about.",
    before_submission="The day is before that of the submission.",
    born_later="The child is born after the day from which the record holds.",
    case_held="Somebody has a case from a day on which they would be out of post.",
    contradicts="It says the contrary of something else that is on record or was sent.",
    decided_on="The Head of Service has decided on it.",
    does_not_add_up="The numbers do not add up.",
    ended="Support ended because of it.",
    first_contract="The first contract begins with the appointment.",
    first_day="The first teacher's first day is the first day of support.",
    case_open="The child has a case that is open.",
    in_use="Something that is on record rests on it.",
    go_together="One of two is given without the other, or beside what excludes it.",
    no_plan="No active plan names the service on the day.",
    no_rules="No rules were in force on the day.",
    not_a_day="It is no day as the register writes them.",
    not_a_monday="A school week begins on a Monday.",
    not_a_number="It is no whole number.",
    not_at_work="The team is not at work on the day.",
    not_linked="The register links no open school of this id with the one that closed.",
    not_of_the_pair="It is neither record of the pair.",
    not_permanent="Only a permanent exclusion is upheld.",
    not_readable="The extract's row cannot be read.",
    not_the_first="Something else holds from that day or an earlier one.",
    nothing_told="Nothing was told to hold from this day on.",
    over_a_pause="Another pause begins before this day.",
    plan_names_service="A plan names the service after the last day: have it amended first.",
    required="It is needed beside what else was said.",
    unknown_plan_type="There is no plan type of this code.",
    unknown_school="There is no school of this URN.",
    unknown_service="It is no name of this service.",
    unknown_team="There is no team of this code.",
    upn_taken="Another child has this pupil number, or had it before.",
)
"""What is wrong at a place of what was sent."""

"""What the refusals of referral alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.problems import STANDS, Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "already-submitted": Problem("The reference belongs to another referral.", STANDS),
    "referral-decided": Problem("The referral has been decided.", "Submit a new referral."),
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
    "already-supported": Problem("The child has an open case.", "Use that case, or end it first."),
    "not-discontinued": Problem(
        "No decision after a review says that support ends because the criteria are not met.",
        "Record the review and its decision, or name another reason.",
    ),
    "case-closed": Problem("Support has ended.", "Submit a new referral."),
    "case-paused": Problem("The case is paused.", "Resume it first."),
    "case-not-paused": Problem("The case is not paused.", "There is nothing to resume."),
    "already-assessed": Problem("There is already a judgement of risk for that day.", STANDS),
    "already-reviewed": Problem("There is already a review for that day.", STANDS),
    "already-decided": Problem("The review has already been decided.", STANDS),
    "plan-closed": Problem(
        "The plan has ended.", "Record the plan that follows it, under its own reference."
    ),
    "only-permanent-exclusions-are-upheld": Problem(
        "A governing board upholds only permanent exclusions.",
        "Leave the decision out, or record a permanent exclusion if it was one.",
    ),
    "staff-has-left": Problem(
        "The member of staff has left.",
        "Record a return as a new appointment, with a new reference.",
    ),
}

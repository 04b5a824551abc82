"""The closed lists of a case."""

from typing import Final, Literal

from libs.common.contracts.referral import EndReason

PauseReason = Literal[
    "child-unwell",
    "child-away",
    "teacher-absent",
    "school-closed",
    "school-request",
    "parental-request",
    "other",
]

AlthoughNamed = Literal["amendment-decided", "plan-not-told", "other"]
"""Why support ends though the plan names the service on: the authority has decided to amend it, it
was amended or has ceased and nobody told us yet, or another reason."""

LEAVING: Final[frozenset[EndReason]] = frozenset(
    {"left-phase", "moved-out", "transferred-to-special", "deceased"}
)
"""Ends for which nobody takes support away from a child who could have it still."""

PlanPrompt = Literal["no-plan", "plan-ends", "reception"]
"""No plan names the service now; or none does at the end of next term, for what does ends before,
by the end that was told or because the child enters reception. Time for a plan that follows, or
an end of support (domain brief, trap 25)."""

State = Literal["active", "paused", "ended", "void"]

"""What the assessment service does when referral's events arrive: it learns what there is."""

from collections.abc import Iterable
from typing import Any

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    AppointmentCorrected,
    ChildMovedSchool,
    ChildRegistered,
    ChildrenMerged,
    ChildrenUnmerged,
    ContractCorrected,
    ContractVoided,
    LeavingCorrected,
    LeavingVoided,
    SchoolMoveCorrected,
    SchoolMoveVoided,
    SchoolRecorded,
    StaffAppointed,
    StaffContractChanged,
    StaffLeft,
    StaffReferenceRecorded,
    TeamFormed,
)
from libs.common.messaging.subscriptions import Subscriptions
from services.assessment.known import (
    CASELOAD,
    known_child,
    known_school,
    known_staff,
    known_team,
)

subscriptions = Subscriptions("assessment")
learn = subscriptions.learn
Rows = Iterable[dict[str, Any]]

learn(SchoolRecorded, known_school, "school_id", "urn")
learn(TeamFormed, known_team, "team_id", "code")
learn(
    StaffAppointed,
    known_staff,
    "staff_id",
    "team_id",
    "reference",
    "appointed_on",
    team_on="appointed_on",
)
learn(AppointmentCorrected, known_staff, "staff_id", "appointed_on")
learn(StaffLeft, known_staff, "staff_id", "left_on")
learn(LeavingCorrected, known_staff, "staff_id", "left_on")
subscriptions.fills(LeavingVoided, known_staff)(lambda _: ({"left_on": None},))
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
CASELOAD.listen(subscriptions)

# Of what holds from a day on the latest day stands, in whatever order the days are told.
learn(
    ChildRegistered,
    known_child,
    "child_id",
    "school_id",
    school_on="registered_on",
    newest="school_on",
)
learn(
    ChildMovedSchool, known_child, "child_id", "school_id", school_on="moved_on", newest="school_on"
)
# Where a child goes as known since a correction, which may be from an earlier day on.
for corrected in (SchoolMoveCorrected, SchoolMoveVoided):
    learn(corrected, known_child, "child_id", school_id="now_school_id", school_on="now_on")
learn(
    StaffContractChanged, known_staff, "staff_id", "team_id", team_on="changed_on", newest="team_on"
)
# What was put right tells the latest team itself.
for put_right in (ContractCorrected, ContractVoided):
    learn(put_right, known_staff, "staff_id", team_id="latest_team_id", team_on="latest_on")
learn(ChildrenMerged, known_child, child_id="merged_child_id", merged_into="child_id")


@subscriptions.fills(ChildrenUnmerged, known_child)
def children_unmerged(e: Recorded[ChildrenUnmerged]) -> Iterable[dict[str, Any]]:
    """Two records are of two children after all."""
    yield {"child_id": e.event.merged_child_id, "merged_into": None}

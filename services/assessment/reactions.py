"""What the assessment service does when referral's events arrive: it learns what there is."""

from collections.abc import Iterable
from typing import Any

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    AllocationCorrected,
    AllocationVoided,
    AppointmentCorrected,
    CaseVoided,
    ChildMovedSchool,
    ChildRegistered,
    ChildrenMerged,
    ChildrenUnmerged,
    ColleagueAllocated,
    ColleagueVoided,
    ContractCorrected,
    ContractVoided,
    EndingCorrected,
    EndingVoided,
    LeavingCorrected,
    LeavingVoided,
    SchoolMoveCorrected,
    SchoolMoveVoided,
    SchoolRecorded,
    StaffAppointed,
    StaffContractChanged,
    StaffLeft,
    StaffReferenceRecorded,
    SupportEnded,
    SupportStarted,
    TeacherAllocated,
    TeamFormed,
)
from libs.common.messaging.subscriptions import Subscriptions
from services.assessment.known import (
    known_case,
    known_child,
    known_colleague,
    known_holder,
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
learn(SupportEnded, known_case, "case_id", "child_id", "ended_on", end_reason="reason")
learn(EndingCorrected, known_case, "case_id", "child_id", "ended_on", "end_reason")


# A case's last day may be to come.
@subscriptions.fills(EndingVoided, known_case)
def ending_voided(_: Recorded[EndingVoided]) -> Rows:
    """A case that is open again."""
    yield {"ended_on": None, "end_reason": None}


@subscriptions.fills(SupportStarted, known_case)
def support_started(_: Recorded[SupportStarted]) -> Rows:
    """A case, which may have been withdrawn before."""
    yield {"void": False}


@subscriptions.fills(CaseVoided, known_case)
def case_voided(_: Recorded[CaseVoided]) -> Rows:
    """A case that never was."""
    yield {"void": True}


@subscriptions.fills(TeacherAllocated, known_holder)
def teacher_allocated(e: Recorded[TeacherAllocated]) -> Rows:
    """Who leads a case from a day on."""
    yield {"from_on": e.event.allocated_on, "void": False}


@subscriptions.fills(AllocationCorrected, known_holder)
def allocation_corrected(e: Recorded[AllocationCorrected]) -> Rows:
    """Who leads a case from a day on, and from which day nobody does."""
    yield {"from_on": e.event.allocated_on, "void": False}
    if e.event.formerly_on is not None:
        yield {"from_on": e.event.formerly_on, "void": True}


@subscriptions.fills(AllocationVoided, known_holder)
def allocation_voided(e: Recorded[AllocationVoided]) -> Rows:
    """A day from which nobody took a case over."""
    yield {"from_on": e.event.allocated_on, "void": True}


@subscriptions.fills(ColleagueAllocated, known_colleague)
def colleague_allocated(_: Recorded[ColleagueAllocated]) -> Rows:
    """Who works on a case beside its lead."""
    yield {"void": False}


@subscriptions.fills(ColleagueVoided, known_colleague)
def colleague_voided(_: Recorded[ColleagueVoided]) -> Rows:
    """Who did not work on a case beside its lead."""
    yield {"void": True}


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

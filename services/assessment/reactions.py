"""What the assessment service does when referral's events arrive: it learns what there is."""

from libs.common.contracts.referral import (
    ChildMovedSchool,
    ChildRegistered,
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
from libs.common.contracts.referral_corrections import ContractCorrected, ContractVoided
from libs.common.messaging.subscriptions import Subscriptions
from services.assessment.known import (
    known_case,
    known_child,
    known_school,
    known_staff,
    known_team,
)

subscriptions = Subscriptions("assessment")
learn = subscriptions.learn

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
learn(StaffLeft, known_staff, "staff_id", "left_on")
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
learn(SupportStarted, known_case, "case_id", "child_id")
learn(TeacherAllocated, known_case, "case_id", "child_id", "staff_id", "team_id")
# A case's last day may be to come.
learn(SupportEnded, known_case, "case_id", "child_id", "ended_on", end_reason="reason")

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
learn(
    StaffContractChanged, known_staff, "staff_id", "team_id", team_on="changed_on", newest="team_on"
)
# What was put right tells the latest team itself.
for put_right in (ContractCorrected, ContractVoided):
    learn(put_right, known_staff, "staff_id", team_id="latest_team_id", team_on="latest_on")

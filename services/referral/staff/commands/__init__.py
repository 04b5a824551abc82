"""Teams and staff: recorded under the county's own codes and references, and put right."""

from services.referral.staff.commands.contracts import (
    CorrectAppointment,
    CorrectContract,
    CorrectLeaving,
    correct_appointment,
    correct_contract,
    correct_leaving,
    void_contract,
    void_leaving,
)
from services.referral.staff.commands.managers import (
    AppointTeamManager,
    CorrectTeamManager,
    appoint_team_manager,
    correct_team_manager,
    void_team_manager,
)
from services.referral.staff.commands.members import (
    RecordStaffMember,
    StaffRow,
    record_staff_member,
)
from services.referral.staff.commands.teams import (
    CorrectTeam,
    CorrectTeamChange,
    RecordTeam,
    TeamRow,
    correct_team,
    correct_team_change,
    record_team,
    void_team_change,
)

__all__ = [
    "AppointTeamManager",
    "CorrectAppointment",
    "CorrectContract",
    "CorrectLeaving",
    "CorrectTeam",
    "CorrectTeamChange",
    "CorrectTeamManager",
    "RecordStaffMember",
    "RecordTeam",
    "StaffRow",
    "TeamRow",
    "appoint_team_manager",
    "correct_appointment",
    "correct_contract",
    "correct_leaving",
    "correct_team",
    "correct_team_change",
    "correct_team_manager",
    "record_staff_member",
    "record_team",
    "void_contract",
    "void_leaving",
    "void_team_change",
    "void_team_manager",
]

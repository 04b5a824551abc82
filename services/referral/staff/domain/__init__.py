"""Teams and the teaching staff in them."""

from services.referral.staff.domain.members import (
    Contract,
    StaffContract,
    StaffHasLeft,
    StaffMember,
    check_last_day,
)
from services.referral.staff.domain.spans import begun_on, holding, standing
from services.referral.staff.domain.teams import Team, TeamManager, TeamSpan, check_ended_after

__all__ = [
    "Contract",
    "StaffContract",
    "StaffHasLeft",
    "StaffMember",
    "Team",
    "TeamManager",
    "TeamSpan",
    "begun_on",
    "check_ended_after",
    "check_last_day",
    "holding",
    "standing",
]

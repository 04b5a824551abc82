"""Teams and the teaching staff in them."""

from services.referral.staff.domain.members import (
    Contract,
    StaffContract,
    StaffHasLeft,
    StaffMember,
)
from services.referral.staff.domain.spans import begun_on, holding, standing
from services.referral.staff.domain.teams import Team, TeamManager, TeamSpan

__all__ = [
    "Contract",
    "StaffContract",
    "StaffHasLeft",
    "StaffMember",
    "Team",
    "TeamManager",
    "TeamSpan",
    "begun_on",
    "holding",
    "standing",
]

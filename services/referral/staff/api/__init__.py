"""Teams and staff over HTTP."""

from services.referral.staff.api.members import StaffMemberView, member_shown
from services.referral.staff.api.members import shown as staff_shown
from services.referral.staff.api.team_corrections import routes as team_corrections
from services.referral.staff.api.teams import TeamView, put_team
from services.referral.staff.api.teams import routes as teams

ROUTERS = (teams, team_corrections)

__all__ = [
    "ROUTERS",
    "StaffMemberView",
    "TeamView",
    "member_shown",
    "put_team",
    "staff_shown",
]

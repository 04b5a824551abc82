"""Teams and staff over HTTP."""

from services.referral.staff.api.corrections import member_shown
from services.referral.staff.api.corrections import routes as corrections
from services.referral.staff.api.members import StaffMemberView, put_staff_member
from services.referral.staff.api.members import routes as members
from services.referral.staff.api.team_corrections import routes as team_corrections
from services.referral.staff.api.teams import TeamView, put_team
from services.referral.staff.api.teams import routes as teams

ROUTERS = (teams, members, team_corrections, corrections)

__all__ = [
    "ROUTERS",
    "StaffMemberView",
    "TeamView",
    "member_shown",
    "put_staff_member",
    "put_team",
]

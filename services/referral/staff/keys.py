"""The county's own keys of a member of staff and of a team."""

from typing import Annotated

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.referral.staff.domain import StaffMember, Team


class StaffKey(OwnKey):
    """A member of staff by the county's reference."""

    of = StaffMember
    what = "member of staff"

    reference: Reference


StaffId = Annotated[Identifier, Named("staff", StaffKey)]


class TeamKey(OwnKey):
    """A team by its code."""

    of = Team
    what = "team"

    code: Code


TeamId = Annotated[Identifier, Named("team", TeamKey)]

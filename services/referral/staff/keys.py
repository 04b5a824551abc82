"""The county's own key of a member of staff."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey
from services.referral.staff.domain import StaffMember


class StaffKey(OwnKey):
    """A member of staff by the county's reference."""

    of = StaffMember
    what = "member of staff"

    reference: Reference


StaffId = Annotated[Identifier, Named("staff", StaffKey)]

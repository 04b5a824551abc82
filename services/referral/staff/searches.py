"""Staff looked up by name or reference."""

from uuid import UUID

from sqlalchemy import select

from libs.common.core.fields import Name, Reference
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Search, add_search
from services.referral.names import likeliest
from services.referral.staff.domain import StaffMember
from services.referral.staff.reads import STAFF, routes


class SearchStaff(Search):
    """What is known of a member of staff. A name may be in part, in any order, and as it sounds."""

    name: Name | None = None
    reference: Reference | None = None


async def search_staff(read: ReadTransaction, asked: SearchStaff) -> list[UUID]:
    """Return those who fit, the likeliest first."""
    query = select(StaffMember.id, StaffMember.name).where(read.visible(read.access, StaffMember))
    if asked.reference is not None:
        query = query.where(StaffMember.reference == asked.reference)
    return likeliest(asked.name, await read.connection.execute(query.order_by(StaffMember.id)))


add_search(routes, STAFF, SearchStaff, search_staff)

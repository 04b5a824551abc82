"""Children looked up by name, day of birth, pupil number or reference."""

from uuid import UUID

from sqlalchemy import select

from libs.common.core.fields import Code, Day, Name, Reference
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Search, add_search
from services.referral.children.domain import Child
from services.referral.children.reads import CHILDREN, routes
from services.referral.children.upn import Upn
from services.referral.names import likeliest


class SearchChildren(Search):
    """What is known of a child. A name may be in part, in any order, and spelt as it sounds.

    The number is the child's present one; a reference is one in the ``scheme``, or in any.
    """

    name: Name | None = None
    born_on: Day | None = None
    upn: Upn | None = None
    scheme: Code | None = None
    reference: Reference | None = None


async def search_children(read: ReadTransaction, asked: SearchChildren) -> list[UUID]:
    """Return the children who fit, the likeliest first; a closed record is of nobody any more."""
    query = select(Child.id, Child.forename, Child.surname).where(
        read.visible(read.access, Child), Child.closed_on.is_(None)
    )
    for name in ("born_on", "upn", "scheme", "reference"):
        if (value := getattr(asked, name)) is not None:
            query = query.where(getattr(Child, name) == value)
    return likeliest(asked.name, await read.connection.execute(query.order_by(Child.id)))


add_search(routes, CHILDREN, SearchChildren, search_children)

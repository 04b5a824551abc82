"""Parents and carers looked up by name, address, telephone or reference."""

from uuid import UUID

from sqlalchemy import select

from libs.common.core.fields import Name, Reference, Text
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Search, add_search
from services.referral.names import likeliest
from services.referral.parents.domain import Person
from services.referral.parents.reads import PEOPLE, routes


class SearchPeople(Search):
    """What is known of a parent or carer. A name may be in part, in any order, and as it sounds."""

    name: Name | None = None
    email: Text | None = None
    phone: Text | None = None
    reference: Reference | None = None


async def search_people(read: ReadTransaction, asked: SearchPeople) -> list[UUID]:
    """Return those who fit, the likeliest first; by contacts only who may see theirs finds them."""
    query = select(Person.id, Person.name).where(read.visible(read.access, Person))
    if asked.email is not None or asked.phone is not None:
        query = query.where(read.visible(read.access.taking("contact.read"), Person))
    for name in ("email", "phone", "reference"):
        if (value := getattr(asked, name)) is not None:
            query = query.where(getattr(Person, name) == value)
    return likeliest(asked.name, await read.connection.execute(query.order_by(Person.id)))


add_search(routes, PEOPLE, SearchPeople, search_people)

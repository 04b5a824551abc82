"""Reads of parents and carers: by reference, and of a child."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from libs.common.persistence.uow import ReadTransaction
from services.referral.parents.domain import VERIFIED, Person, Relationship


async def parents_of(
    reading: ReadTransaction, child_id: UUID, day: date
) -> list[tuple[Relationship, Person]]:
    """Return a child's relationships that hold on a day, and each one's person, by reference."""
    found = [
        (one, person)
        for one in await reading.all(Relationship, child_id=child_id)
        if one.holds_on(day)
        for person in await reading.all(Person, id=one.person_id)
    ]
    return sorted(found, key=lambda pair: (pair[1].reference, pair[1].apart))


def children_of(reference: str) -> Select[Any]:
    """Return the ids of the children whom the token of a parent with this reference reaches.

    Of each the responsibility is verified, nothing is restricted, and the relationship holds
    (domain brief 10). Who must not be contacted may still read.
    """
    one = Relationship
    return (
        select(one.child_id)
        .join(Person, Person.id == one.person_id)
        .where(
            Person.reference == reference,
            Person.apart == 0,
            one.responsibility == VERIFIED,
            one.restricted_on.is_(None),
            one.ended_on.is_(None),
            ~one.void,
        )
    )

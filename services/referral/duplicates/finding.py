"""Likely duplicates found: of one record when it is recorded, of all by command."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain, combinations, product
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select

from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.duplicates.codes import DuplicateKind
from services.referral.duplicates.domain import Duplicate, in_order
from services.referral.duplicates.matching import (
    likeness_of_children,
    likeness_of_people,
    sounds,
)
from services.referral.parents.domain import Person

T = TypeVar("T", Child, Person)

MOST: Final = 20
"""With how many a new record is proposed, and how many of one key are compared each with each.

Of more, those whose names sound the same are compared with the first of them alone: whoever has
merged the pairs of the first has no other left.
"""


async def find_of_child(uow: UnitOfWork, child: Child) -> None:
    """Propose each child on record that this one is likely the same as."""
    like = [
        *await uow.all(Child, unseen=True, folded=child.folded),
        *await uow.all(Child, unseen=True, born_on=child.born_on, school_id=child.school_id),
    ]
    if child.upn is not None:
        like += await uow.all(Child, unseen=True, upn=child.upn)
    found = [(one, likeness_of_children(child, one)) for one in _others(like, child.id)]
    for other, why in [(one, why) for one, why in found if why][:MOST]:
        await _propose(uow, "child", child, other, why)


async def find_of_person(uow: UnitOfWork, person: Person) -> None:
    """Propose each person on record that this one is likely the same as."""
    like = [*await uow.all(Person, unseen=True, folded=person.folded)]
    for name in ("email", "phone"):
        if (value := getattr(person, name)) is not None:
            like += await uow.all(Person, unseen=True, **{name: value})
    found = [(one, likeness_of_people(person, one)) for one in _others(like, person.id)]
    for other, why in [(one, why) for one, why in found if why][:MOST]:
        await _propose(uow, "person", person, other, why)


async def find_all(uow: UnitOfWork) -> int:
    """Propose every pair on record that is likely one; return how many are new."""
    children = await uow.chosen(select(Child).where(Child.closed_on.is_(None)).order_by(Child.id))
    people = await uow.chosen(select(Person).order_by(Person.id))
    found = 0
    of_children = _pairs(children, _keys_of_child)
    of_people = _pairs(people, _keys_of_person)
    known = [in_order((one.id, other.id)) for one, other in of_children]
    known += [in_order((one.id, other.id)) for one, other in of_people]
    await uow.preload(Duplicate, ("first_id", "second_id"), known)
    for one, other in of_children:
        found += await _propose(uow, "child", one, other, likeness_of_children(one, other))
    for a_person, another in of_people:
        why = likeness_of_people(a_person, another)
        found += await _propose(uow, "person", a_person, another, why)
    return found


def _keys_of_child(one: Child) -> Iterable[Hashable]:
    yield "reference", one.folded
    yield "birth", one.born_on, one.school_id
    yield "upn", one.upn


def _keys_of_person(one: Person) -> Iterable[Hashable]:
    yield "reference", one.folded
    yield "email", one.email
    yield "phone", one.phone


def _others(like: Iterable[T], id_: UUID) -> list[T]:
    """Return the others of those that are like a record, each once, in the order of their ids."""
    return [one for _, one in sorted({one.id: one for one in like if one.id != id_}.items())]


def _pairs(things: Sequence[T], keys: Callable[[T], Iterable[Any]]) -> list[tuple[T, T]]:
    """Return each two to compare that share a key, once."""
    together: dict[Hashable, list[T]] = defaultdict(list)
    for thing in things:
        for key in keys(thing):
            if key[-1] is not None:
                together[key].append(thing)
    pairs = {
        in_order((one.id, other.id)): (one, other)
        for group in together.values()
        for one, other in _compared(group)
    }
    return [pairs[key] for key in sorted(pairs)]


def _compared(group: Sequence[T]) -> Iterable[tuple[T, T]]:
    """Return each two of a group, or of a large one a number of pairs that grows as it does."""
    if len(group) <= MOST:
        return combinations(group, 2)
    alike: dict[frozenset[str], list[T]] = defaultdict(list)
    for one in group:
        alike[_sounds(one)].append(one)
    with_first = (product(ones[:1], ones[1:]) for ones in alike.values())
    return chain(*with_first, combinations([ones[0] for ones in alike.values()], 2))


def _sounds(one: Child | Person) -> frozenset[str]:
    return sounds(one.forename, one.surname) if isinstance(one, Child) else sounds(one.name)


async def _propose(uow: UnitOfWork, kind: DuplicateKind, one: T, other: T, why: list[str]) -> bool:
    """Propose a pair that is likely one, unless it was before; say whether it is new."""
    if not why or other.merged_into == one.id or one.merged_into == other.id:
        return False
    first, second = in_order((one.id, other.id))
    known = await uow.find(Duplicate, unseen=True, first_id=first, second_id=second)
    if known is None:
        uow.add(Duplicate.of(kind, (first, second), why, uow.today()))
        return True
    if known.state == "proposed" and known.why != why:
        known.why = why
    return False

"""Likely duplicates found: of one record when it is recorded, of all by command."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import Any, TypeVar

from sqlalchemy import select

from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.duplicates.codes import DuplicateKind
from services.referral.duplicates.domain import Duplicate, in_order
from services.referral.duplicates.matching import likeness_of_children, likeness_of_people
from services.referral.parents.domain import Person

T = TypeVar("T", Child, Person)


async def find_of_child(uow: UnitOfWork, child: Child) -> None:
    """Propose each child on record that this one is likely the same as."""
    like = [
        *await uow.all(Child, unseen=True, folded=child.folded),
        *await uow.all(Child, unseen=True, born_on=child.born_on, school_id=child.school_id),
    ]
    if child.upn is not None:
        like += await uow.all(Child, unseen=True, upn=child.upn)
    for other in {one.id: one for one in like if one.id != child.id}.values():
        await _propose(uow, "child", child, other, likeness_of_children(child, other))


async def find_of_person(uow: UnitOfWork, person: Person) -> None:
    """Propose each person on record that this one is likely the same as."""
    like = [*await uow.all(Person, unseen=True, folded=person.folded)]
    for name in ("email", "phone"):
        if (value := getattr(person, name)) is not None:
            like += await uow.all(Person, unseen=True, **{name: value})
    for other in {one.id: one for one in like if one.id != person.id}.values():
        await _propose(uow, "person", person, other, likeness_of_people(person, other))


async def find_all(uow: UnitOfWork) -> int:
    """Propose every pair on record that is likely one; return how many are new."""
    children = await uow.chosen(select(Child).order_by(Child.id))
    people = await uow.chosen(select(Person).order_by(Person.id))
    found = 0
    for one, other in _pairs(children, _keys_of_child):
        found += await _propose(uow, "child", one, other, likeness_of_children(one, other))
    for a_person, another in _pairs(people, _keys_of_person):
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


def _pairs(things: Sequence[T], keys: Callable[[T], Iterable[Any]]) -> Iterable[tuple[T, T]]:
    """Return each two that share a key, once."""
    together: dict[Hashable, list[T]] = defaultdict(list)
    for thing in things:
        for key in keys(thing):
            if key[-1] is not None:
                together[key].append(thing)
    pairs = {
        in_order((one.id, other.id)): (one, other)
        for group in together.values()
        for one, other in combinations(group, 2)
    }
    return [pairs[key] for key in sorted(pairs)]


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

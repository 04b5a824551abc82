"""Looks things up by their references: one query each, or one for a whole chunk of an import.

What was looked up at once is kept with the session, which is the unit of work's own; it also
keeps it alive, because a session remembers only what somebody else holds.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select

from libs.common.db import Aggregate, Base
from libs.common.parts import parts
from libs.common.recorded import check_visible, under_reference
from libs.common.uow import UnitOfWork
from services.survey.domain import Referenced

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R", bound=Referenced)


def table(uow: UnitOfWork, name: Hashable) -> dict[Any, Any] | None:
    """Return what an import's chunk looked up under a name, or None if it did not."""
    found: dict[Any, Any] | None = uow.session.info.get(name)
    return found


def keep(uow: UnitOfWork, name: Hashable, found: dict[Any, Any]) -> None:
    """Keep what a chunk looked up under a name: from here on, what is not there does not exist."""
    uow.session.info[name] = found


def remember(uow: UnitOfWork, name: Hashable, key: object, thing: object) -> None:
    """Add what was just made to what a chunk looked up, for the rows that follow."""
    known = table(uow, name)
    if known is not None:
        known[key] = thing


async def rows_of(uow: UnitOfWork, kind: type[Any], where: ColumnElement[bool]) -> list[Any]:
    """Return a table's rows that fulfil a condition."""
    return list((await uow.session.execute(select(kind).where(where))).scalars())


async def by_reference(uow: UnitOfWork, kind: type[R], reference: str, **whose: object) -> R | None:
    """Return the aggregate of a reference, if there is one; refuse one the caller may not see.

    ``whose`` says within what the reference is one of its kind, so that one the caller may not
    see is none to them: see ``under_reference``.
    """
    known: dict[str, list[R]] | None = table(uow, kind)
    if known is not None:
        return under_reference(known.get(reference, []), **whose)
    named = kind.reference == reference
    if whose:
        seen = uow.visible(uow.access, kind)  # type: ignore[arg-type]  # what is referenced is mapped
        return under_reference(await rows_of(uow, kind, named & seen), **whose)
    found: R | None = under_reference(await rows_of(uow, kind, named))
    if found is not None:
        await check_visible(uow, found)
    return found


async def prepare_references(
    uow: UnitOfWork, kind: type[R], references: Collection[str]
) -> list[R]:
    """Look up at once what a chunk's references name."""
    found: dict[str, list[R]] = defaultdict(list)
    for part in parts(references):
        for thing in await rows_of(uow, kind, kind.reference.in_(part)):
            found[thing.reference].append(thing)
    keep(uow, kind, found)
    return [thing for things in found.values() for thing in things]


async def hold(uow: UnitOfWork, kind: type[A], ids: Collection[UUID]) -> None:
    """Load aggregates at once and hold them, so that ``uow.get`` asks no database."""
    held: list[Base] = uow.session.info.setdefault("prepared", [])
    for part in parts(ids):
        held += await rows_of(uow, kind, kind.id.in_(part))


async def hold_unchanged(uow: UnitOfWork, kind: type[A], ids: Collection[UUID]) -> None:
    """Load aggregates at once and let nobody change them until this unit of work is committed.

    SQLite has one writer and needs no lock.
    """
    held: list[Any] = uow.session.info.setdefault("prepared", [])
    for part in parts(ids):
        query = select(kind).where(kind.id.in_(part)).order_by(kind.id)
        held += (await uow.session.execute(query.with_for_update(read=True))).scalars()


def one_of(uow: UnitOfWork, thing: R) -> R:
    """Add a new aggregate, and remember it by its reference."""
    uow.add(thing)  # type: ignore[type-var]  # what is referenced is mapped
    if (known := table(uow, type(thing))) is not None:
        known[thing.reference].append(thing)
    return thing

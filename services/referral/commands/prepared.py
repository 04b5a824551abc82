"""What an import's chunk will ask for, loaded in one query each and kept at hand.

It is kept with the session, which is the unit of work's own; that also keeps it alive, because a
session remembers only what somebody else holds.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from libs.common.db import Aggregate
from libs.common.uow import UnitOfWork

A = TypeVar("A", bound=Aggregate)


async def prepare(uow: UnitOfWork, kind: type[A], ids: Iterable[UUID]) -> list[A]:
    """Load aggregates by id, so that ``uow.get`` finds them without asking again."""
    found = list((await uow.session.execute(select(kind).where(kind.id.in_(set(ids))))).scalars())
    uow.session.info.setdefault("prepared", []).append(found)
    return found


def keep(uow: UnitOfWork, name: str, by_key: dict[Any, Any]) -> None:
    """Keep what was found by natural key: from here on, what is not there does not exist."""
    uow.session.info[name] = by_key


def kept(uow: UnitOfWork, name: str) -> dict[Any, Any] | None:
    """Return what was kept, or None where nothing was prepared."""
    found: dict[Any, Any] | None = uow.session.info.get(name)
    return found


def remember(uow: UnitOfWork, name: str, key: object, made: object) -> None:
    """Add what was just made to what was kept, for the chunk's rows that follow."""
    known = kept(uow, name)
    if known is not None:
        known[key] = made

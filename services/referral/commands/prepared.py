"""What an import's chunk will ask for, loaded in one query each and kept at hand.

It is kept with the session, which is the unit of work's own; that also keeps it alive, because a
session remembers only what somebody else holds.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Tuple, select
from sqlalchemy.orm import InstrumentedAttribute

from libs.common.db import Aggregate
from libs.common.parts import parts
from libs.common.uow import UnitOfWork

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R")
Key = InstrumentedAttribute[Any] | Tuple


async def prepare(uow: UnitOfWork, kind: type[A], ids: Iterable[UUID]) -> list[A]:
    """Load aggregates by id, so that ``uow.get`` finds them without asking again."""
    found = await rows_in(uow, kind, kind.id, ids)
    uow.session.info.setdefault("prepared", []).append(found)
    return found


async def rows_in(uow: UnitOfWork, kind: type[R], key: Key, values: Iterable[Any]) -> list[R]:
    """Return a table's rows whose key is one of many, asking for no more at once than is taken."""
    found: list[R] = []
    for part in parts(values):
        found += (await uow.session.execute(select(kind).where(key.in_(part)))).scalars()
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

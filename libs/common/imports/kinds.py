"""What a kind of record is: its row, what it needs, who carries it out, what it is about."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.errors import DomainError
from libs.common.persistence.uow import ReadTransaction, UnitOfWork

M = TypeVar("M", bound=BaseModel)
Names = Collection[Hashable]
Outcome = Literal["created", "updated", "unchanged", "superseded"]
Mode = Literal["check", "commit"]
About = Callable[[ReadTransaction, Sequence[Any]], Awaitable[Sequence[Names]]]


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """The outcome of one record, and the id of what it is about.

    It is ``superseded`` where it is older than what is known and something in it does not hold:
    ``holds_from`` is the day of what does.
    """

    outcome: Outcome
    id: UUID
    holds_from: date | None = None


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """A record read: its number and either the row or why it cannot be one."""

    number: int
    record: M | None
    refusal: DomainError | None = None


async def _nothing(_: UnitOfWork, __: Sequence[Any]) -> None:
    """Load nothing: a kind of few rows asks for them one by one."""


@dataclass(frozen=True)
class ImportKind(Generic[M]):
    """One kind of record: the model of a row, what it needs, and the function that carries it out.

    ``about`` names what a row is about: what becomes of a row may depend on rows of the same file
    that share a name with it, and on no others. ``preload`` loads, in one query each, what the rows
    of a chunk will ask for one by one.
    """

    kind: str
    row: type[M]
    action: str
    carry_out: Callable[[UnitOfWork, M], Awaitable[CommandOutcome]]
    about: About
    preload: Callable[[UnitOfWork, Sequence[M]], Awaitable[None]] = _nothing


def named_by(*keys: str | tuple[str, ...]) -> About:
    """Name a row by the values of fields, each alone or several together; None names nothing."""
    fields = [(key,) if isinstance(key, str) else key for key in keys]
    getters = [[attrgetter(name) for name in names] for names in fields]

    def names_of(row: object) -> list[Hashable]:
        found = [tuple(get(row) for get in getter) for getter in getters]
        return [pair for pair in zip(fields, found, strict=True) if None not in pair[1]]

    async def about(_: ReadTransaction, rows: Sequence[Any]) -> list[Names]:
        return [names_of(row) for row in rows]

    return about

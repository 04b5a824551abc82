"""What a kind of record is: its row, what it needs, who carries it out, what it is about."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from libs.common.core.chunks import chunked
from libs.common.core.errors import DomainError
from libs.common.persistence.own_keys import named_ids, preload, resolved, sent
from libs.common.persistence.uow import ReadTransaction, UnitOfWork

M = TypeVar("M", bound=BaseModel)
Names = Collection[Hashable]
Outcome = Literal["created", "updated", "unchanged", "superseded"]
Mode = Literal["check", "commit"]
Atomic = Literal["row", "all"]
Key = InstrumentedAttribute[UUID]
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
    """A record read: its number in the file and either the row or why it cannot be one.

    ``key`` is by which the county knows it, as far as that can be read; ``sent`` is the record as
    it was sent.
    """

    number: int
    record: M | None
    refusal: DomainError | None = None
    key: Mapping[str, str] | None = None
    sent: str = ""


async def _nothing(_: UnitOfWork, __: Sequence[Any]) -> None:
    """Load nothing: a kind of few rows asks for them one by one."""


@dataclass(frozen=True)
class ImportKind(Generic[M]):
    """One kind of record: the model of a row, what it needs, and the function that carries it out.

    ``about`` names what a row is about: what becomes of a row may depend on rows of the same file
    that share a name with it, and on no others. ``preload`` loads, in one query each, what the rows
    of a chunk will ask for one by one. ``key`` are the fields of a row's own key; they name nobody.
    """

    kind: str
    row: type[M]
    """The command, which ``carry_out`` is given with ids; a row may have keys in their place."""
    action: str
    carry_out: Callable[[UnitOfWork, M], Awaitable[CommandOutcome]]
    about: About
    preload: Callable[[UnitOfWork, Sequence[M]], Awaitable[None]] = _nothing
    key: tuple[str, ...] = ("scheme", "reference", "code", "urn")

    line: Callable[[Mapping[str, str]], M] | None = None
    """Makes a row of a file's own columns, or raises Rejected, where they are none of ours."""
    finish: Callable[[UnitOfWork], Awaitable[None]] | None = None
    """What follows from all rows of a file together, once they are carried out."""

    @property
    def sent(self) -> type[M]:
        """The model of a row as it is sent, with ids or the county's own keys."""
        return sent(self.row)

    @cached_property
    def known_by(self) -> tuple[str, ...]:
        """The fields of a row as sent by which the county knows what it is about.

        They are its own key, those by which it names other records, and the day that goes with
        these.
        """
        ids = named_ids(self.row).values()
        days = (getattr(one, "on", "") for one in ids)
        fields = dict.fromkeys((*self.key, *(one.field for one in ids), *days))
        return tuple(name for name in fields if name in self.sent.model_fields)

    async def names(self, reading: ReadTransaction, rows: Sequence[M]) -> Sequence[Names]:
        """Name what each row as sent is about; one whose keys lead nowhere, nothing."""
        known = await _resolved(reading, rows)
        told = [one for one in known if one is not None]
        names = iter(await self.about(reading, told))
        return [() if one is None else next(names) for one in known]

    async def load(self, uow: UnitOfWork, rows: Sequence[M]) -> None:
        """Load what a chunk of rows as sent will ask for."""
        known = await _resolved(uow, rows)
        await self.preload(uow, [one for one in known if one is not None])

    async def take(self, uow: UnitOfWork, row: M) -> CommandOutcome:
        """Carry out a row as sent."""
        with uow.faults.together():
            return await self.carry_out(uow, await resolved(uow, row))


async def _resolved(reading: ReadTransaction, rows: Sequence[M]) -> list[M | None]:
    """Return the commands that rows are, None where a key leads nowhere, in few queries."""
    await preload(reading, rows)
    found: list[M | None] = []
    for row in rows:
        try:
            found.append(await resolved(reading, row))
        except DomainError:
            found.append(None)
    return found


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


def part_of(field: str, id_: Key, owner: Key) -> About:
    """Name a row by the record in a field, and by the aggregate whose part that record is."""

    async def about(reading: ReadTransaction, rows: Sequence[Any]) -> list[Names]:
        owners: dict[UUID, UUID] = {}
        ids = [getattr(row, field) for row in rows]
        for chunk in chunked(ids):
            query = select(id_, owner).where(id_.in_(chunk))
            owners |= dict((await reading.connection.execute(query)).all())
        return [(one, owners.get(one, one)) for one in ids]

    return about

"""The unit of work: one transaction for a command's rows, its events, its answer and its audit."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError
from sqlalchemy import ColumnElement, Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Event
from libs.common.core.clock import Clock, local_day
from libs.common.core.errors import DomainError, Faults, NotFound, PreconditionFailed
from libs.common.core.failpoints import failpoint
from libs.common.persistence.access import Access, RequestContext, Visible
from libs.common.persistence.db import Aggregate, Base, Database, kind_in_words
from libs.common.persistence.journal import Journal
from libs.common.persistence.loading import A, Lock, R, ReferenceTaken, Row, Rows, already_there
from libs.common.persistence.references import OnRecord, resolved
from libs.common.persistence.tables import CHANGED
from libs.common.persistence.writing import Change, is_news, write
from libs.common.security import Actor, References

NO_REFERENCES = References()
ANY_VERSION: Final = 0
"""What is asked of a thing that may have any version: it must be there."""
__all__ = [
    "ANY_VERSION",
    "Access",
    "ReadTransaction",
    "RequestContext",
    "UnitOfWork",
    "Units",
    "Visible",
]


@dataclass
class ReadTransaction:
    """A read of the database on behalf of a caller; it shows only what they may see."""

    connection: AsyncConnection
    context: RequestContext
    clock: Clock
    visible: Visible
    _one_state: ClassVar[bool] = True
    """Whether all that is read is of one moment."""

    def __post_init__(self) -> None:
        """Know each row once."""
        self.rows = Rows(self.connection, self._condition, one_state=self._one_state)

    @property
    def access(self) -> Access:
        """Who asks, for what, and how far that reaches."""
        return self.context.access

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.context.access.actor

    @cached_property
    def recorded_at(self) -> datetime:
        """The one instant of all that this transaction records: told, or when it is first asked."""
        return self.context.recorded_at or self.clock.now()

    def today(self) -> date:
        """Return the calendar day in England on which this is recorded."""
        return local_day(self.recorded_at)

    def _condition(self, kind: type[Base]) -> ColumnElement[bool] | None:
        return None if self.access.everything else self.visible(self.access, kind)

    async def get(
        self, kind: type[A], id_: UUID, *, version: int | None = None, lock: Lock | None = None
    ) -> A:
        """Return an aggregate the caller may see, or raise NotFound.

        With ``version`` (from If-Match), raise PreconditionFailed unless it is still that one;
        `ANY_VERSION` is every one.
        """
        found = await self.all(kind, lock=lock, id=id_)
        if not found:
            raise NotFound(code="not-found", detail=f"There is no such {kind_in_words(kind)}.")
        if version and found[0].row_version != version:
            raise PreconditionFailed(
                code="changed-meanwhile",
                detail=f"The {kind_in_words(kind)} has changed since you read it. Read it again.",
            )
        return found[0]

    async def find(
        self, kind: type[R], /, *, unseen: bool = False, lock: Lock | None = None, **key: object
    ) -> R | None:
        """Return the one row with these values, or None where there is none.

        Raises ReferenceTaken where it is one that the caller may not see, unless ``unseen``.
        """
        rows = await self.rows.by(kind, tuple(key), tuple(key.values()), lock)
        if not rows:
            return None
        [row] = rows
        if not (row.seen or unseen):
            raise ReferenceTaken
        return self._given(row.thing)

    async def all(
        self, kind: type[R], /, *, unseen: bool = False, lock: Lock | None = None, **key: object
    ) -> list[R]:
        """Return the rows with these values that the caller may see, in the order of their keys.

        With ``unseen`` also the others: for a rule that has to know of them, never for an answer.
        """
        rows = await self.rows.by(kind, tuple(key), tuple(key.values()), lock)
        return [self._given(row.thing) for row in rows if row.seen or unseen]

    async def chosen(self, query: Select[R]) -> list[R]:
        """Return what a query for one class chooses, which asks itself who may see it."""
        return [self._given(thing) for thing in await self.rows.chosen(query)]

    async def with_more(
        self, query: Select[R], *more: ColumnElement[Any]
    ) -> list[tuple[R, tuple[Any, ...]]]:
        """Return what such a query chooses, each with the values of further columns."""
        found = await self.rows.with_more(query, more)
        return [(self._given(thing), values) for thing, values in found]

    def version(self, aggregate: Aggregate) -> int:
        """Return the version by which a caller says in If-Match what they read."""
        return aggregate.row_version

    def _given(self, thing: R) -> R:
        return thing


@dataclass
class UnitOfWork(ReadTransaction):
    """A command's transaction. Everything it adds, emits or answers is kept, or none of it is.

    ``about`` is what the audit says it is about when it had no aggregate at all; what is in
    ``afterwards`` is done once it is committed, and may not fail.
    """

    about: str = ""
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    """What is wrong with the command; nothing is made while there is any."""
    emitted: int = 0
    """How many events this transaction will publish."""
    _journal: Journal = field(default_factory=Journal)
    _why: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Reason and note of a row's change, by its key or by the record it is part of."""
    _objects: list[str] = field(default_factory=list)
    _had: dict[UUID, Aggregate] = field(default_factory=dict)
    _named: set[UUID] = field(default_factory=set)
    _audited: bool = False
    _wrote: bool = False
    _one_state: ClassVar[bool] = False

    def add(self, thing: R) -> R:
        """Keep a new row; raises Conflict where this transaction has one of its key."""
        self.faults.refuse()
        self.rows.add(thing)
        return self._given(thing)

    def _given(self, thing: R) -> R:
        """Have the audit tell of every aggregate that a command was given."""
        if isinstance(thing, Aggregate):
            self._had[thing.id] = thing
        return thing

    async def preload(
        self,
        kind: type[R],
        by: str | tuple[str, ...],
        values: Iterable[Any],
        *,
        lock: Lock | None = None,
    ) -> list[R]:
        """Load what ``get``, ``find`` and ``all`` will ask for by these columns, in one query.

        Returns the rows loaded, seen or not.
        """
        names = (by,) if isinstance(by, str) else by
        keys = [(value,) if isinstance(by, str) else value for value in values]
        return [row.thing for row in await self.rows.load(kind, names, keys, lock)]

    def version(self, aggregate: Aggregate) -> int:
        """Return the version that an aggregate will have when this is committed."""
        row = self.rows.row_of(aggregate)
        return 1 if row.was is None else aggregate.row_version + row.changed

    def replaced(self, aggregate: Aggregate) -> int | None:
        """Return the version that this transaction replaces; None where nothing was there."""
        return None if self.rows.row_of(aggregate).was is None else aggregate.row_version

    @property
    def made(self) -> bool:
        """Whether this transaction does anything: a command that says the same again does not."""
        return bool(self.emitted or self._wrote or self.rows.pending())

    @property
    def given(self) -> list[Aggregate]:
        """What was on record and given to the command, of what the caller may see."""
        rows = ((thing, self.rows.row_of(thing)) for thing in self._had.values())
        return [thing for thing, row in rows if row.seen and row.was is not None]

    def concerns(self, object_: str) -> None:
        """Have the audit say what this is about, where no aggregate at hand does."""
        self._objects.append(object_)

    def emit(self, aggregate: Aggregate, event: Event) -> None:
        """Publish an event of an aggregate, once this transaction is committed.

        The one place where an aggregate's events are numbered.
        """
        self.faults.refuse()
        if event.aggregate_id != aggregate.id:
            raise AssertionError(f"{type(event).__name__} is of another aggregate")
        aggregate.event_version += 1
        self.emitted += 1
        if reason := vars(event).get("reason"):
            self._why.setdefault(str(aggregate.id), (reason, None))
        self._objects.append(f"{type(event).__name__}:{aggregate.id}")
        self._named.add(aggregate.id)
        said = event.model_dump_json()
        self._note(event.type(), aggregate.id, aggregate.event_version, said)

    def explain(self, thing: Base, reason: str, note: str | None = None) -> None:
        """Have the change log say why a row is changed."""
        self._why[self.rows.row_of(thing).key] = (reason, note)

    def store(self, response: dict[str, Any]) -> None:
        """Store the response with all else."""
        self._journal.stored_response.append(response)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Write what the block does; if it is refused, undo that and nothing before it."""
        await self.flush()
        emitted = self.emitted
        try:
            async with self.connection.begin_nested():
                with self.faults.together():
                    yield
                await self.flush()
        except DomainError:
            self.rows.undo()
            self.emitted, self._journal = emitted, Journal()
            self._objects.clear()
            self._why.clear()
            raise

    async def flush(self, *, last: bool = False) -> None:
        """Write what was added, changed and emitted; two writers of one thing conflict here."""
        rows = self.rows.pending()
        self._wrote = self._wrote or bool(rows)
        changes = await write(self.connection, rows, self._journal)
        await failpoint("write.rows-written")
        self._tell_changes(rows)
        self._journal.changes += [self._change(change, self.recorded_at) for change in changes]
        self._why.clear()
        self._journal.audit += self._audit(self.clock.now(), last=last)
        try:
            await self._journal.write(self.connection, last=last)
        except (IntegrityError, UniqueViolationError):
            raise already_there() from None
        await failpoint("write.journal-written")
        self.rows.settle(rows)
        self._journal = Journal()

    def _tell_changes(self, rows: Iterable[Row[Any]]) -> None:
        """Have the change feed tell of what changed without an event: nothing else hears of it."""
        told = {line["subject"] for line in self._journal.events}
        for thing in [row.thing for row in rows if is_news(row, told)]:
            said = json.dumps({thing.told_as: str(thing.id)})
            self._note(f"{CHANGED}{thing.told_as}", thing.id, -thing.row_version, said)

    def _note(self, type_: str, subject: UUID, sequence: int, data: str) -> None:
        self._journal.events.append(
            {
                "id": uuid4(),
                "type": type_,
                "subject": subject,
                "sequence": sequence,
                "time": self.recorded_at,
                "traceparent": self.context.traceparent,
                "data": data,
            }
        )

    def _change(self, change: Change, at: datetime) -> dict[str, Any]:
        record = change.row.partition(",")[0]
        reason, note = self._why.get(change.row) or self._why.get(record) or (None, None)
        return {
            "at": at,
            "subject": self.actor.subject,
            "action": self.access.action,
            "table": change.table,
            "record": record,
            "row": change.row,
            "field": change.field,
            "was": change.was,
            "became": change.became,
            "reason": reason,
            "note": note,
            "request_id": self.context.request_id,
        }

    def _audit(self, at: datetime, *, last: bool) -> list[dict[str, Any]]:
        """A line an event, one for each other aggregate that was had, and one at the least."""
        objects = self._objects + [
            f"{type(thing).__name__}:{id_}"
            for id_, thing in self._had.items()
            if id_ not in self._named
        ]
        if last and not objects and not self._audited:
            objects = [self.about]
        self._audited |= bool(objects)
        self._named.update(self._had)
        self._objects.clear()
        self._had.clear()
        return [audit_row(self.context, at, object_, "done") for object_ in objects]


def audit_row(context: RequestContext, at: datetime, object_: str, outcome: str) -> dict[str, Any]:
    """Return one line of the audit: ids and codes only."""
    actor = context.access.actor
    return {
        "at": at,
        "subject": actor.subject,
        "roles": " ".join(sorted(actor.roles)),
        "action": context.access.action,
        "object": object_,
        "outcome": outcome,
        "request_id": context.request_id,
    }


@dataclass(frozen=True)
class Units:
    """Opens units of work and looks at one service's database."""

    database: Database
    clock: Clock
    visible: Visible
    committed: Callable[[], None]
    admit: Callable[[], None] = lambda: None
    """Raises where no command may be carried out just now."""
    on_record: OnRecord | None = None
    """Where the county's references are found; none where the service has no rows by them."""

    async def resolved(self, actor: Actor) -> Actor:
        """Return the actor with the ids behind the county's references in their token."""
        if self.on_record is None or actor.references == NO_REFERENCES:
            return actor
        async with self.database.reading() as connection:
            return await resolved(connection, self.on_record, actor)

    @asynccontextmanager
    async def work(self, context: RequestContext) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work; it is committed when the block ends well; if not, it is undone."""
        self.admit()
        await failpoint("write.before-begin")
        async with self.database.writing() as connection:
            uow = UnitOfWork(connection, context, self.clock, self.visible)
            with uow.faults.together():
                yield uow
            await uow.flush(last=True)
            await failpoint("write.before-commit")
        await failpoint("write.committed")
        if uow.emitted:
            self.committed()
        for act in uow.afterwards:
            act()

    @asynccontextmanager
    async def read(self, context: RequestContext) -> AsyncIterator[ReadTransaction]:
        """Open a transaction that changes nothing."""
        async with self.database.reading() as connection:
            yield ReadTransaction(connection, context, self.clock, self.visible)

    async def note(self, context: RequestContext, object_: str, outcome: str) -> None:
        """Write an audit line of its own, for what was read or refused."""
        row = audit_row(context, self.clock.now(), object_, outcome)
        async with self.database.writing() as connection:
            await Journal(audit=[row]).write(connection, last=True)

"""The unit of work: one transaction for a command's rows, its events, its answer and its audit."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Insert, bindparam, insert, select, text
from sqlalchemy.event import listens_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import QueryContext
from sqlalchemy.orm.exc import StaleDataError

from libs.common import tables
from libs.common.auth import Actor, Reach, References
from libs.common.clock import Clock, local_day
from libs.common.db import Aggregate, Base, Database, lock_number
from libs.common.errors import Conflict, DomainError, NotFound, PreconditionFailed
from libs.common.events.base import Event
from libs.common.failpoints import failpoint
from libs.common.references import OnRecord, resolved

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R", bound=Base)
HAD = "aggregates had"
NO_REFERENCES = References()


# Made once: to put a statement together costs more than to carry it out.
_EVENT = insert(tables.event).values(xid=text("pg_current_xact_id()::text::bigint"))
_EVENT_EMBEDDED = insert(tables.event).values(xid=text("0"))
_AUDIT = insert(tables.audit)
_KEEP = insert(tables.idempotency)
_KEPT = select(tables.idempotency).where(
    tables.idempotency.c.caller == bindparam("caller"),
    tables.idempotency.c.key == bindparam("key"),
)
_LOCK = text("SELECT pg_try_advisory_xact_lock(:number)")


@dataclass(frozen=True)
class Access:
    """What one caller may reach with one action: asked of every row that is read or changed."""

    actor: Actor
    action: str
    reaches: frozenset[Reach]
    today: date

    @property
    def everything(self) -> bool:
        """Whether the whole county may be reached, so that no row needs asking."""
        return Reach.COUNTY in self.reaches


# Given who asks and a table, the condition that the rows they may see fulfil.
Visible = Callable[[Access, type[Base]], ColumnElement[bool]]


@dataclass(frozen=True)
class Asked:
    """Who asks for what, and which request it is: what audit, events and idempotency record."""

    access: Access
    request_id: str = ""
    traceparent: str = ""


@dataclass
class Reading:
    """A look at the database on behalf of a caller; it shows only what they may see."""

    session: AsyncSession
    asked: Asked
    clock: Clock
    visible: Visible

    @property
    def access(self) -> Access:
        """Who asks, for what, and how far that reaches."""
        return self.asked.access

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.asked.access.actor

    def today(self) -> date:
        """Return the calendar day in England."""
        return local_day(self.clock.now())

    async def get(self, kind: type[A], id_: UUID, *, version: int | None = None) -> A:
        """Return an aggregate the caller may see, or raise NotFound.

        With ``version`` (from If-Match), raise PreconditionFailed unless it is still that one.
        """
        found = await self._find(kind, id_)
        if found is None:
            raise NotFound(code="not-found", detail=f"There is no such {_words(kind)}.")
        if version is not None and found.row_version != version:
            raise PreconditionFailed(
                code="changed-meanwhile",
                detail=f"The {_words(kind)} has changed since you read it. Read it again.",
            )
        return found

    async def _find(self, kind: type[A], id_: UUID) -> A | None:
        if self.access.everything:
            return await self.session.get(kind, id_)
        seen = self.visible(self.access, kind)  # type: ignore[arg-type]  # an Aggregate is mapped
        query = select(kind).where(kind.id == id_, seen)
        return (await self.session.execute(query)).scalar_one_or_none()


@listens_for(Aggregate, "load", propagate=True)
def _note_load(aggregate: Aggregate, context: QueryContext) -> None:
    """Remember that a unit of work was given an aggregate, however it asked for it."""
    had = context.session.info.get(HAD)
    if had is not None:
        had[aggregate.id] = type(aggregate).__name__


@dataclass
class UnitOfWork(Reading):
    """A command's transaction. Everything it adds, emits or answers is kept, or none of it is.

    ``otherwise`` is what the audit says it is about when it had no aggregate at all; what is in
    ``afterwards`` is done once it is committed, and may not fail.
    """

    published: int = 0
    otherwise: str = ""
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _objects: list[str] = field(default_factory=list)
    _had: dict[UUID, str] = field(default_factory=dict)
    _named: set[UUID] = field(default_factory=set)
    _audited: bool = False

    def __post_init__(self) -> None:
        """Listen to what the session loads."""
        self.session.info[HAD] = self._had

    def add(self, thing: R) -> R:
        """Keep a new row."""
        self.session.add(thing)
        if isinstance(thing, Aggregate):
            self._had[thing.id] = type(thing).__name__
        return thing

    def concerns(self, object_: str) -> None:
        """Have the audit say what this is about, where no aggregate at hand does."""
        self._objects.append(object_)

    def emit(self, aggregate: Aggregate, event: Event) -> None:
        """Publish an event of an aggregate, once this transaction is committed.

        The one place where an aggregate's events are numbered.
        """
        if event.aggregate_id != aggregate.id:
            raise AssertionError(f"{type(event).__name__} is of another aggregate")
        aggregate.event_version += 1
        self._objects.append(f"{type(event).__name__}:{aggregate.id}")
        self._named.add(aggregate.id)
        self._events.append(
            {
                "id": uuid4(),
                "type": event.type(),
                "subject": aggregate.id,
                "sequence": aggregate.event_version,
                "time": self.clock.now(),
                "traceparent": self.asked.traceparent,
                "data": event.model_dump_json(),
            }
        )

    @property
    def emitted(self) -> int:
        """How many events this transaction will publish."""
        return self.published + len(self._events)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Write what the block does; if it is refused, undo that and nothing before it."""
        events, objects, published = len(self._events), len(self._objects), self.published
        try:
            async with self.session.begin_nested():
                yield
                await self.flush()
        except DomainError:
            del self._events[events:], self._objects[objects:]
            self.published = published
            raise

    async def flush(self, *, last: bool = False) -> None:
        """Write what was kept and emitted; two writers of one thing conflict here."""
        try:
            await self.session.flush()
            await failpoint("write.rows-written")
            if self._events:
                await self.session.execute(self._event_insert(), self._events)
                await failpoint("write.events-written")
        except StaleDataError:
            raise Conflict(
                code="changed-meanwhile", detail="Somebody changed this at the same moment."
            ) from None
        except IntegrityError:
            raise Conflict(
                code="already-there", detail="Another record with the same key is there already."
            ) from None
        await self._audit(last=last)
        self.published += len(self._events)
        self._events.clear()

    def _event_insert(self) -> Insert:
        """The relay reads by transaction number; SQLite has one writer and needs none."""
        sqlite = self.session.get_bind().dialect.name == "sqlite"
        return _EVENT_EMBEDDED if sqlite else _EVENT

    async def _audit(self, *, last: bool) -> None:
        """A line an event, one for each other aggregate that was had, and one at the least."""
        objects = self._objects + [
            f"{kind}:{id_}" for id_, kind in self._had.items() if id_ not in self._named
        ]
        if last and not objects and not self._audited:
            objects = [self.otherwise]
        if not objects:
            return
        self._audited = True
        rows = [audit_row(self.asked, self.clock.now(), object_, "done") for object_ in objects]
        await self.session.execute(_AUDIT, rows)
        await failpoint("write.audit-written")
        self._named.update(self._had)
        self._objects.clear()
        self._had.clear()


def audit_row(asked: Asked, at: datetime, object_: str, outcome: str) -> dict[str, Any]:
    """Return one line of the audit: ids and codes only."""
    actor = asked.access.actor
    return {
        "at": at,
        "subject": actor.subject,
        "roles": " ".join(sorted(actor.roles)),
        "action": asked.access.action,
        "object": object_,
        "outcome": outcome,
        "request_id": asked.request_id,
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
    async def work(self, asked: Asked) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work; it is committed when the block ends well, else undone."""
        emitted = 0
        afterwards: Sequence[Callable[[], object]] = ()
        self.admit()
        await failpoint("write.before-begin")
        async with self.database.writing() as connection:
            async with self.database.session(connection) as session:
                uow = UnitOfWork(session, asked, self.clock, self.visible)
                yield uow
                emitted, afterwards = uow.emitted, uow.afterwards
                await uow.flush(last=True)
            await failpoint("write.before-commit")
        await failpoint("write.committed")
        if emitted:
            self.committed()
        for act in afterwards:
            act()

    @asynccontextmanager
    async def look(self, asked: Asked) -> AsyncIterator[Reading]:
        """Open a look that changes nothing."""
        async with self.database.reading() as connection:
            async with self.database.session(connection) as session:
                yield Reading(session, asked, self.clock, self.visible)

    async def note(self, asked: Asked, object_: str, outcome: str) -> None:
        """Write an audit line of its own, for what was read or refused."""
        row = audit_row(asked, self.clock.now(), object_, outcome)
        async with self.database.writing() as connection:
            await connection.execute(_AUDIT, row)


@dataclass(frozen=True)
class Answer:
    """What was answered to a command, as it is kept and given again."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(parts: Sequence[bytes]) -> str:
    """Return the hash by which the same command is known again."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


async def kept_answer(connection: AsyncConnection, caller: str, key: str) -> Answer | None:
    """Return what this caller was answered under this key.

    On PostgreSQL, where two may be at it at once, the second is told to try again.
    """
    if connection.dialect.name == "postgresql":
        await _only_one(connection, f"{caller}\n{key}")
    row = (await connection.execute(_KEPT, {"caller": caller, "key": key})).one_or_none()
    return Answer(row.fingerprint, row.status, row.headers, row.body) if row else None


async def _only_one(connection: AsyncConnection, name: str) -> None:
    if not (await connection.execute(_LOCK, {"number": lock_number(name)})).scalar_one():
        raise Conflict(
            code="still-running",
            detail="The same command is being carried out. Try again in a moment.",
            headers={"Retry-After": "1"},
        )


async def keep_answer(
    connection: AsyncConnection, caller: str, key: str, answer: Answer, at: datetime
) -> None:
    """Keep an answer, in the transaction of the command it answers."""
    row = {
        "caller": caller,
        "key": key,
        "fingerprint": answer.fingerprint,
        "status": answer.status,
        "headers": answer.headers,
        "body": answer.body,
        "at": at,
    }
    await connection.execute(_KEEP, row)
    await failpoint("write.answer-kept")


def _words(kind: type[Any]) -> str:
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    return name.strip()

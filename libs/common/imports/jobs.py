"""An import as it waits, is carried out and ends; each of its rows once, whatever happens."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import Clock, local_day
from libs.common.core.errors import DomainError, problem
from libs.common.imports.files import FileForm
from libs.common.imports.importer import ImportEnded, Noted, RowOutcome
from libs.common.imports.kinds import Atomic, Mode, Row
from libs.common.imports.tables import import_file, import_job, import_row
from libs.common.persistence.uow import Access, RequestContext
from libs.common.security import Actor, Reach, Role

State = Literal["waiting", "running", "completed", "cancelled", "failed"]
NOT_AGREED_TO: Final = frozenset({"no-assent", "no-agreement"})
"""Faults of a row with words that nobody may keep: what was sent of it is not kept either."""
OPEN: Final = ("waiting", "running")


@dataclass(frozen=True, kw_only=True)
class Job:
    """An import that has not ended: what to do, and with whose rights."""

    id: UUID
    kind: str
    mode: Mode
    atomic: Atomic
    form: FileForm
    version: int
    subject: str
    caller: Mapping[str, Any]
    request_id: str
    traceparent: str
    recorded_at: datetime | None

    @classmethod
    def of(cls, row: RowMapping) -> "Job":
        """Return the import that a row of the table is."""
        same = ("id", "kind", "mode", "atomic", "version", "subject", "caller")
        held = {name: row[name] for name in same}
        held |= {name: row[name] for name in ("request_id", "traceparent", "recorded_at")}
        return cls(**held, form=FileForm(**row["form"]))

    def context(self, clock: Clock) -> RequestContext:
        """Return the request that its rows are carried out for: the sender's, with their rights."""
        access = _access(self.subject, self.caller, clock)
        return RequestContext(access, self.request_id, self.traceparent, self.recorded_at)


async def post(
    connection: AsyncConnection,
    context: RequestContext,
    at: datetime,
    said: Mapping[str, Any],
    file: tuple[FileForm, bytes],
) -> UUID:
    """Have an import wait for its turn; ``said`` are its kind, its mode and what is atomic."""
    id_ = uuid4()
    row = {
        **said,
        "id": id_,
        "form": asdict(file[0]),
        "subject": context.access.actor.subject,
        "caller": _caller(context.access),
        "request_id": context.request_id,
        "traceparent": context.traceparent,
        "recorded_at": context.recorded_at,
        "posted_at": at,
        "state": "waiting",
        "version": 1,
    }
    await connection.execute(insert(import_job), [row])
    await connection.execute(insert(import_file), [{"import_id": id_, "content": file[1]}])
    return id_


async def next_job(connection: AsyncConnection) -> Job | None:
    """Return the import whose turn it is: the first that was sent of those that have not ended."""
    waiting = select(import_job).where(import_job.c.state.in_(OPEN))
    first = await connection.execute(waiting.order_by(import_job.c.number).limit(1))
    row = first.mappings().one_or_none()
    return Job.of(row) if row else None


async def file_of(connection: AsyncConnection, job: Job) -> bytes:
    """Return the file of an import that has not ended; raises ImportEnded where it has."""
    query = select(import_file.c.content).where(import_file.c.import_id == job.id)
    content = (await connection.execute(query)).scalar_one_or_none()
    if content is None:
        raise ImportEnded
    return bytes(content)


async def version_of(connection: AsyncConnection, job: Job) -> int | None:
    """Return which version of an import there is now."""
    query = select(import_job.c.version).where(import_job.c.id == job.id)
    return (await connection.execute(query)).scalar_one_or_none()


async def rows_done(connection: AsyncConnection, job: Job) -> set[int]:
    """Return which rows of an import have their outcome already."""
    query = select(import_row.c.row).where(import_row.c.import_id == job.id)
    return set((await connection.execute(query)).scalars())


async def note_rows(
    connection: AsyncConnection,
    job: Job,
    total: int,
    noted: Noted,
    ended_at: datetime | None,
) -> None:
    """Keep what became of rows; with the last of them, at ``ended_at``, the import is completed.

    Raises ImportEnded where it was cancelled meanwhile, so that the transaction is undone, and
    IntegrityError where a row has its outcome already.
    """
    lines = [{"import_id": job.id, **_line(row, outcome)} for row, outcome in noted]
    await connection.execute(insert(import_row), lines)
    counts = Counter(outcome.outcome for _, outcome in noted)
    added = {name: import_job.c[name] + number for name, number in counts.items()}
    state: State = "completed" if ended_at else "running"
    await _change(connection, job.id, rows=total, state=state, ended_at=ended_at, **added)


def _line(row: Row[Any], outcome: RowOutcome) -> dict[str, Any]:
    said = outcome.model_dump(mode="python")
    codes = {fault["code"] for fault in outcome.faults or ()}
    kept = outcome.outcome == "refused" and codes.isdisjoint(NOT_AGREED_TO)
    return {**said, "sent": _keepable(row.sent) if kept else None}


def _keepable(sent: str) -> str:
    """Return what was sent as a database takes it: bytes that are no text are marked."""
    return sent.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


async def end(
    connection: AsyncConnection,
    id_: UUID,
    state: State,
    at: datetime,
    refusal: DomainError | None = None,
) -> None:
    """End an import; raises ImportEnded where it has ended already."""
    said = None if refusal is None else problem(refusal)
    kept = ("code", "detail", "errors")
    shown = None if said is None else {name: said[name] for name in kept if name in said}
    await _change(connection, id_, state=state, ended_at=at, problem=shown)


async def _change(connection: AsyncConnection, id_: UUID, **values: Any) -> None:
    job_ = import_job.c
    changed = update(import_job).where(job_.id == id_, job_.state.in_(OPEN))
    values["version"] = job_.version + 1
    if (await connection.execute(changed.values(values))).rowcount == 0:
        raise ImportEnded
    if values["state"] not in OPEN:
        await connection.execute(delete(import_file).where(import_file.c.import_id == id_))


def _caller(access: Access) -> dict[str, Any]:
    """Write down who sent an import, with all that says what they may do."""
    actor = access.actor
    return {
        "action": access.action,
        "reaches": sorted(access.reaches),
        "roles": sorted(actor.roles),
        "staff_id": None if actor.staff_id is None else str(actor.staff_id),
        "teams": sorted(map(str, actor.teams)),
        "schools": sorted(map(str, actor.schools)),
        "children": sorted(map(str, actor.children)),
    }


def _ids(texts: Iterable[str]) -> frozenset[UUID]:
    return frozenset(map(UUID, texts))


def _access(subject: str, caller: Mapping[str, Any], clock: Clock) -> Access:
    """Return what `_caller` wrote down, as of today."""
    actor = Actor(
        subject=subject,
        roles=frozenset(map(Role, caller["roles"])),
        staff_id=None if caller["staff_id"] is None else UUID(caller["staff_id"]),
        teams=_ids(caller["teams"]),
        schools=_ids(caller["schools"]),
        children=_ids(caller["children"]),
    )
    reached = frozenset(map(Reach, caller["reaches"]))
    return Access(actor, caller["action"], reached, local_day(clock.now()))

"""The part of a service that carries imports out: one at a time, in one of its processes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import DomainError, Unavailable
from libs.common.core.supervisor import Works
from libs.common.core.transient import is_transient
from libs.common.http.requests import Guard
from libs.common.imports.gathering import gathered
from libs.common.imports.importer import ImportEnded, Importer, Noted
from libs.common.imports.jobs import (
    Job,
    State,
    end,
    file_of,
    next_job,
    note_rows,
    rows_done,
    version_of,
)
from libs.common.imports.kinds import ImportKind
from libs.common.imports.records import Rows, read_sent
from libs.common.messaging.relay import take_lock
from libs.common.persistence.uow import UnitOfWork

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS: Final = 1.0
"""How soon an import that another process took in is seen, and a lock that came free."""


class ImportFailed(DomainError):
    """An import could not be carried on, by a fault of ours."""

    detail = "The import could not be carried on, by a fault of ours. What it did stands."


class ImportWorker:
    """Carries out one service's imports; of several processes, the one that holds the lock does.

    A row's outcome is written in the row's own transaction, so whoever carries on after a crash
    begins with the first row that has none, and two who both thought the lock theirs could not
    do one row twice.
    """

    def __init__(self, service: str, guard: Guard, kinds: Sequence[ImportKind[Any]]) -> None:
        """Take whose imports they are, where they work, and what may be imported."""
        self._service = service
        self._guard = guard
        self._database = guard.units.database
        self.kinds: Mapping[str, ImportKind[Any]] = {kind.kind: kind for kind in kinds}
        self._woken = asyncio.Event()
        self.moved = asyncio.Event()
        """Set once an import has ended in this process; then another is in its place."""
        self.waiting = 0

    def wake(self) -> None:
        """Say that an import was taken in, or cancelled."""
        self._woken.set()
        self._tell()

    @contextmanager
    def waited_for(self) -> Iterator[None]:
        """Count somebody who waits for an import to end."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def run(self, works: Works = lambda: None) -> None:
        """Carry out imports until cancelled, or until something fails: then it is started again."""
        while True:
            async with self._ownership() as (mine, connection):
                while mine:
                    self._woken.clear()
                    if not await self._carry_out_next(connection):
                        works()
                        seconds = None if connection is None else LOOK_AGAIN_SECONDS
                        await within(seconds, self._woken.wait())
            works()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    @asynccontextmanager
    async def _ownership(self) -> AsyncIterator[tuple[bool, AsyncConnection | None]]:
        """Hold the lock, on a connection of its own; an SQLite file has one process."""
        if self._database.is_sqlite:
            yield True, None
            return
        async with self._database.engine.connect() as connection:
            try:
                yield await take_lock(connection, f"imports:{self._service}"), connection
            finally:
                await connection.invalidate()  # back in its pool it would keep the lock

    async def _carry_out_next(self, connection: AsyncConnection | None) -> bool:
        """Carry out the import whose turn it is; say whether there was one."""
        job = await self._next(connection)
        if job is None:
            return False
        try:
            await self._carry_out(job)
        except ImportEnded:
            log.info("import-cancelled", extra={"import_id": str(job.id)})
        except Unavailable:
            raise
        except DomainError as refusal:
            await self._fail(job, refusal)
        except Exception as error:
            if is_transient(error) or await self._has_moved(job, error):
                raise
            log.exception("import-failed", extra={"import_id": str(job.id)})
            await self._fail(job, ImportFailed())
        self._tell()
        return True

    async def _has_moved(self, job: Job, error: Exception) -> bool:
        """Say whether somebody got on with this import whose rows collided with theirs."""
        if not isinstance(error, IntegrityError):
            return False
        async with self._database.reading() as connection:
            return await version_of(connection, job) != job.version

    async def _next(self, connection: AsyncConnection | None) -> Job | None:
        """Ask on the connection that holds the lock: if it is lost, so is the turn."""
        if connection is None:
            async with self._database.reading() as own:
                return await next_job(own)
        async with connection.begin():
            return await next_job(connection)

    async def _fail(self, job: Job, refusal: DomainError) -> None:
        """End an import that failed; where what follows from its rows fails too, without that."""
        with suppress(ImportEnded):
            try:
                await self._end(job, "failed", refusal)
            except (ImportEnded, Unavailable):
                raise
            except Exception as error:
                if is_transient(error):
                    raise
                log.exception("import-not-finished", extra={"import_id": str(job.id)})
                async with self._database.writing() as connection:
                    await end(connection, job.id, "failed", self._guard.clock.now(), refusal)

    async def _carry_out(self, job: Job) -> None:
        kind = self.kinds[job.kind]
        async with self._database.reading() as connection:
            file, done = await file_of(connection, job), await rows_done(connection, job)
        sent = await gathered(read_sent(job.form, file))
        rows = Rows(job.form, kind, [one for one in sent if one[0] not in done])
        context = job.context(self._guard.clock)
        importer = Importer(self._guard, context, kind, about=f"import {job.id}")
        importer.note = self._noting(job, importer, len(sent), len(rows))
        if not rows:
            await self._end(job)
        elif job.mode == "check":
            await importer.check(rows, whole=job.atomic == "all")
        elif job.atomic == "all":
            await importer.commit_whole(rows)
        else:
            await importer.commit(rows)
        if rows and kind.finish is not None:
            await self._end(job)

    async def _end(
        self, job: Job, state: State = "completed", refusal: DomainError | None = None
    ) -> None:
        async with self._guard.units.work(job.context(self._guard.clock)) as work:
            await self.end(work, job, state, refusal)

    async def end(
        self, work: UnitOfWork, job: Job, state: State, refusal: DomainError | None = None
    ) -> None:
        """End an import, with what follows from those of its rows that stand, all or some.

        It is ended first, so that no row is carried out after. Raises ImportEnded.
        """
        work.concerns(f"Import:{job.id}")
        await end(work.connection, job.id, state, work.clock.now(), refusal)
        finish = self.kinds[job.kind].finish
        if finish is not None and job.mode == "commit":
            await finish(work)

    def _noting(self, job: Job, importer: Importer[Any], total: int, left: int) -> Any:
        async def note(connection: AsyncConnection, noted: Noted) -> None:
            is_last = importer.noted + len(noted) == left and importer.kind.finish is None
            at = self._guard.clock.now() if is_last else None
            await note_rows(connection, job, total, noted, at)

        return note

    def _tell(self) -> None:
        """Have everybody who waits look again."""
        self.moved.set()
        self.moved = asyncio.Event()


async def within(seconds: float | None, waiting: Coroutine[Any, Any, object]) -> None:
    """Wait for something, but no longer than so many seconds; None is for ever."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await waiting

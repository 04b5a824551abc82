"""One trial of the rebuild: killed or failing somewhere, it leaves the old model or the new."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import delete

from libs.common.core.clock import AcademicYear
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.queries import report
from tests.proof.faults.caller import Caller
from tests.proof.faults.checks import check, facts_of
from tests.proof.faults.jobs import rebuilds, run_job
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process
from tests.proof.faults.tracing import Fault, hits
from tests.proof.faults.trial import poison, recover, settle
from tests.worlds import REAL

COMMANDS = 8
YEAR = AcademicYear(2018)
POINTS = ("rebuild.half-read", "rebuild.before-swap", "rebuild.swapped")


@dataclass(frozen=True)
class Spoilt:
    """A place whose read model has lost facts, so that the old and the new can be told apart."""

    place: Place
    caller: Caller
    reporting: Database
    right: str
    wrong: str
    seen: set[str]

    async def rebuilt(self, failpoint: str | None = None, fault: Fault | None = None) -> int | None:
        """Make the read model anew while others read it; return the exit code."""
        work = partial(rebuilds, self.place)
        reading = asyncio.create_task(self._read_on())
        try:
            return await run_job(work, self.place.folder, failpoint, fault)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read_on(self) -> None:
        while True:
            self.seen.add(await read(self.reporting))
            await asyncio.sleep(0.01)

    async def recover(self) -> None:
        """Make the read model anew again: now it is right, and everything goes on."""
        while (code := await self.rebuilt()) == os.EX_TEMPFAIL:
            await asyncio.sleep(0.05)  # PostgreSQL has not noticed yet that the killed one is gone
        assert code == 0
        assert await facts_of(self.reporting) == self.right
        assert len(self.seen | {await read(self.reporting)}) == 2, "the old, the new, and no other"


@asynccontextmanager
async def spoilt(kind: str, folder: Path, seed: int) -> AsyncIterator[Spoilt]:
    """Make a place and spoil its read model; check everything in the end.

    On PostgreSQL the services are at work meanwhile; an SQLite file has the one process.
    """
    async with place_in(kind, folder) as place, AsyncExitStack() as at_work:
        await poison(place)
        caller = Caller(place, random.Random(seed))
        process = await at_work.enter_async_context(Process(place))
        await caller.send(COMMANDS)
        await settle(place)
        if kind != REAL:
            await process.stop()
        reporting = Database(place.database_urls["reporting"])
        at_work.push_async_callback(reporting.close)
        right = await facts_of(reporting)
        await _spoil(reporting)
        wrong = await facts_of(reporting)
        assert right != wrong
        yield Spoilt(place, caller, reporting, right, wrong, {await read(reporting)})
        await at_work.aclose()
        await recover(place, caller)
        replay = folder / "replay"
        replay.mkdir()
        await check(place, caller, replay)


async def _spoil(reporting: Database) -> None:
    async with reporting.writing() as connection:
        await connection.execute(delete(facts.delivery))
        await connection.execute(delete(facts.rating))


async def read(reporting: Database) -> str:
    """Return what a reader is shown."""
    async with reporting.reading() as connection:
        return (await report(connection, YEAR)).model_dump_json()


async def killed_at(point: str, kind: str, seed: int, folder: Path) -> None:
    """Kill a rebuild at a point."""
    async with spoilt(kind, folder, seed) as model:
        assert await model.rebuilt(failpoint=f"{point}:kill:1") == -signal.SIGKILL
        swapped = point == "rebuild.swapped"
        assert await facts_of(model.reporting) == (model.right if swapped else model.wrong)
        await model.recover()


async def failing_swap(fault: Fault, folder: Path) -> bool:
    """Have the disk fail as the fresh rows are put in place of the old."""
    return await failing_disk(replace(fault, file="reporting.db-wal"), folder)


async def failing_disk(fault: Fault, folder: Path) -> bool:
    """Have the disk under a rebuild fail; return whether that came about."""
    async with spoilt("embedded", folder, fault.nth) as model:
        code = await model.rebuilt(fault=fault)
        found = await facts_of(model.reporting)
        assert found in ({model.right} if code == 0 else {model.right, model.wrong})
        await model.recover()
    return code == -signal.SIGKILL or hits(folder / "strace") > 0

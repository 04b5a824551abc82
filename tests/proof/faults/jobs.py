"""Work that ends by itself, done in a process of its own that a trial can kill."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from libs.common.core.failpoints import arm
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from services.reporting.rebuild import AlreadyRebuilding, rebuild
from tests.proof.faults.place import Place
from tests.proof.faults.process import SERVER, exit_code
from tests.proof.faults.tracing import Fault, awaits_tracer, traced

Work = Callable[[], Awaitable[None]]
"""What a job does; it crosses to the other process, so it is a function of a module."""
WITHIN_SECONDS = 60.0


async def run_job(
    work: Work, folder: Path, failpoint: str | None = None, fault: Fault | None = None
) -> int | None:
    """Do the work in another process, with at most one thing that fails; return its exit code."""
    process = SERVER.Process(target=_carry_out, args=(work, folder, failpoint, fault is not None))
    process.start()
    assert process.pid is not None
    try:
        async with traced(process.pid, fault, folder / "strace"):
            return await exit_code(process, WITHIN_SECONDS)
    finally:
        process.kill()
        process.join()
        process.close()


async def do(work: Work, folder: Path) -> None:
    """Do the work in another process, and make sure that it comes to a good end."""
    code = await run_job(work, folder)
    assert code == 0, f"exit code {code}: {(folder / 'output').read_text()}"


def _carry_out(work: Work, folder: Path, failpoint: str | None, is_traced: bool) -> None:
    quiet = os.open(folder / "output", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if is_traced:
        awaits_tracer()
    arm(failpoint)
    asyncio.run(_awaited(work))


async def _awaited(work: Work) -> None:
    await work()


async def rebuilds(place: Place) -> None:
    """Make the read model anew, as the command does."""
    bus = place.bus()
    await bus.start()
    try:
        await rebuild(place.database_urls["reporting"], bus)
    except AlreadyRebuilding:
        raise SystemExit(os.EX_TEMPFAIL) from None
    finally:
        await bus.stop()


async def migrates(url: str, migrations: Path, dies_before: int = 0) -> None:
    """Bring a schema up to date, but for being killed before the so-manieth statement."""
    database = Database(url)
    left = dies_before

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        await upgrade(database, migrations)
    finally:
        await database.close()

"""What the figures share: a folder, processes of ours, and one county that is loaded once."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Self

import asyncpg
import httpx

from deploy.local.processes import free_port

STARTED_WITHIN_SECONDS = 300.0
SERVING = b"Serving at"


@dataclass
class Process:
    """A process of ours that serves on a port, and how long it took until it said so."""

    port: int
    process: asyncio.subprocess.Process
    seconds: float

    @property
    def megabytes(self) -> float:
        """How much memory of the machine it holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the process has ended")

    @property
    def processor_seconds(self) -> float:
        """How long it and the processes that it started were at work, to a hundredth of a second.

        As user and as system, whatever else the machine was doing meanwhile; those that have ended
        count too, once they were waited for.
        """
        return sum(map(_processor_seconds, _family(self.process.pid)))

    async def stop(self) -> None:
        """Ask it to end and wait for that."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


@dataclass
class Surroundings:
    """Where the figures are measured."""

    folder: Path
    minutes: float
    _stack: AsyncExitStack
    _county: Process | None = None
    first_load: tuple[float, float, float] | None = None
    """The seconds that the county's first load took, those of a processor, and the megabytes held
    after it."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, minutes: float) -> AsyncIterator[Self]:
        """Give the folder; at the end stop what was left running."""
        async with AsyncExitStack() as stack:
            yield cls(folder, minutes, stack)

    async def county(self) -> Process:
        """Return the embedded system with the fictional county in it, loading it once."""
        if self._county is None:
            self._county = await self.county_started()
            self._stack.push_async_callback(self._county.stop)
        return self._county

    @property
    def county_folder(self) -> Path:
        """Where the county's databases, log and keys are."""
        return self.folder / "county"

    async def county_started(self) -> Process:
        """Start ``make run``'s process and wait until it says that it serves."""
        port = free_port()
        variables = {"VAR_DIR": str(self.county_folder), "PORT": str(port)}
        begun = perf_counter()
        process = await _process(["-m", "deploy.all_in_one", "run"], variables, said=True)
        assert process.stdout is not None
        async with asyncio.timeout(STARTED_WITHIN_SECONDS):
            while SERVING not in (line := await process.stdout.readline()):
                if not line:
                    raise RuntimeError("the system ended before it served")
        started = Process(port, process, perf_counter() - begun)
        if self.first_load is None:
            self.first_load = (started.seconds, started.processor_seconds, started.megabytes)
        return started

    async def county_stopped(self) -> None:
        """Stop the county's process; the next to ask for it starts it again, loaded."""
        if self._county is not None:
            await self._county.stop()
            self._county = None

    async def serving(
        self, arguments: Sequence[str], variables: Mapping[str, str], ready: str
    ) -> Process:
        """Start a process that serves and wait until it answers at ``ready``."""
        port = free_port()
        begun = perf_counter()
        process = await _process(arguments, {**variables, "PORT": str(port)}, said=False)
        served = Process(port, process, 0.0)
        self._stack.push_async_callback(served.stop)
        await _answering(process, f"http://127.0.0.1:{port}{ready}")
        served.seconds = perf_counter() - begun
        return served


@dataclass(frozen=True)
class DatabaseServer:
    """The PostgreSQL of this machine with all its processes, to tell how long they were at work."""

    pid: int

    @classmethod
    async def at(cls, url: str) -> Self:
        """Find the process that all connections' processes are children of."""
        connection = await asyncpg.connect(url)
        try:
            backend = await connection.fetchval("SELECT pg_backend_pid()")
            return cls(int(_after_name(backend)[1]))
        finally:
            await connection.close()

    @property
    def processor_seconds(self) -> float:
        """How long it was at work, for whomever: with those of its processes that have ended."""
        return sum(map(_processor_seconds, _family(self.pid)))

    @property
    def nanoseconds(self) -> int:
        """How long those of its processes that there are were at work, to the nanosecond."""
        total = 0
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in (self.pid, *children):
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        return total


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _processor_seconds(pid: int) -> float:
    try:
        return sum(map(int, _after_name(pid)[11:15])) / os.sysconf("SC_CLK_TCK")
    except (FileNotFoundError, ProcessLookupError):  # it ended, and its parent has its time
        return 0


def _after_name(pid: int) -> list[str]:
    """Return what the machine says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


async def _process(
    arguments: Sequence[str], variables: Mapping[str, str], *, said: bool
) -> asyncio.subprocess.Process:
    environment = {k: v for k, v in os.environ.items() if k not in {"BUS_URL", "POSTGRES_URL"}}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**environment, "LOG_LEVEL": "WARNING", **variables},
        stdout=asyncio.subprocess.PIPE if said else asyncio.subprocess.DEVNULL,
    )


async def _answering(process: asyncio.subprocess.Process, url: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(STARTED_WITHIN_SECONDS):
        while process.returncode is None:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)
    raise RuntimeError("the process ended before it served")

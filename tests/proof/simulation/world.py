"""One run: processes, clients and faults of a seed, until all is quiet and can be checked."""

import asyncio
import logging
import random
import shutil
import sqlite3
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from libs.common.core.clock import Clock
from libs.common.core.supervisor import Part, State, Supervisor, Work
from libs.common.http.requests import Guard, _command
from libs.common.messaging.consumer import Consumer
from libs.common.messaging.relay import Relay
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.uow import Units
from libs.common.security import TokenChecker
from services.referral.caseload import visible
from services.referral.service import GRANTS
from services.referral.tables import metadata as referral
from tests.proof.simulation.bus import Log, SimulatedBus
from tests.proof.simulation.disk import Disk, SimulatedDatabase
from tests.proof.simulation.listening import FACTS, counted, counts
from tests.proof.simulation.loop import SimulationLoop
from tests.proof.simulation.process import Around, Faults, Process
from tests.proof.simulation.workload import Client, Journal, Way, commands

EPOCH = datetime(2018, 9, 3, tzinfo=UTC)
DRAIN_SECONDS = 60.0
OWN = ("team", "staff_member", "staff_contract")


@dataclass(frozen=True)
class Parts:
    """The product's parts under trial; a planted fault takes the place of one."""

    relay: type[Relay] = Relay
    consumer: type[Consumer] = Consumer
    way: Way = _command
    units: type[Units] = Units
    subscriptions: Subscriptions = field(default_factory=counted)


@dataclass
class Run:
    """What a run leaves behind for the checks."""

    seed: int
    around: Around
    referral: Disk
    reporting: Disk
    log: Log
    journal: Journal
    parts: Parts
    wrong: list[str] = field(default_factory=list)


class Simulator:
    """Runs seed after seed, with databases' templates and compiled statements kept between."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._free: dict[bool, list[SimulatedDatabase]] = {False: [], True: []}
        _template(folder / "referral.template", [tables.metadata, _part_of_referral()])
        _template(folder / "reporting.template", [tables.metadata, FACTS, counts])

    def disk(self, kind: str, name: str) -> Disk:
        """Return a fresh disk of a service."""
        path = self.folder / f"{name}.db"
        for old in self.folder.glob(f"{name}.db*"):
            old.unlink()
        shutil.copy(self.folder / f"{kind}.template", path)
        return Disk(path)

    def borrow(self, *, locking: bool) -> SimulatedDatabase:
        """Return a database that no process is using."""
        free = self._free[locking]
        return free.pop() if free else SimulatedDatabase(locking=locking)

    def give_back(self, database: SimulatedDatabase) -> None:
        """Take a database back whose process has ended."""
        self._free[not database.is_sqlite].append(database)

    def simulate(self, seed: int, parts: Parts) -> Run:
        """Carry out one run; what went wrong on the way is in its ``wrong``."""
        draw = random.Random(seed)
        loop = SimulationLoop(draw)
        around = Around(loop, draw, Faults.drawn(draw))
        run = Run(
            seed,
            around,
            self.disk("referral", "referral"),
            self.disk("reporting", "reporting"),
            Log(around),
            Journal(),
            parts,
        )
        with chance_of(draw):
            self.within(loop, World(self, run).live())
        return run

    def within(self, loop: SimulationLoop, work: Coroutine[Any, Any, None]) -> None:
        """Run something to its end in simulated time."""
        try:
            loop.run_until_complete(work)
        finally:
            loop.close()


def _part_of_referral() -> Any:
    from sqlalchemy import MetaData

    part = MetaData()
    for name in OWN:
        referral.tables[name].to_metadata(part)
    return part


def _template(path: Path, metadata: list[Any]) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    for one in metadata:
        one.create_all(engine)
    engine.dispose()


@contextmanager
def chance_of(draw: random.Random) -> Iterator[None]:
    """Let ids and waits come from the seed too, and keep the product's warnings from the log."""
    state = random.getstate()
    random.seed(draw.random())
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uuid.os", SimpleNamespace(urandom=draw.randbytes))
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
            random.setstate(state)


class SimulatedClock(Clock):
    """The time of day in the simulation."""

    def __init__(self, loop: SimulationLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._loop.time())


class World:
    """The processes of one run, restarted when they die, and those who talk to them."""

    def __init__(self, simulator: Simulator, run: Run) -> None:
        self._simulator = simulator
        self._run = run
        self._around = run.around
        draw = run.around.draw
        self._locking = draw.random() < 0.6
        self._servers: dict[str, tuple[Process, Guard]] = {}
        self._alive: dict[str, Process] = {}
        self._graves: list[tuple[Process, SimulatedDatabase]] = []
        count = draw.choice((1, 2))
        self._slots = [f"{kind}-{n}" for kind in ("referral", "reporting") for n in range(count)]
        self._ending = False

    async def live(self) -> None:
        """Work under faults, then without, until all is quiet; then end every process."""
        supervisors = [asyncio.create_task(self._supervise(slot)) for slot in self._slots]
        chaos = asyncio.create_task(self._chaos())
        clients = self._clients()
        todo = commands(self._around.draw, 14)
        await asyncio.gather(*(c.work(todo[n :: len(clients)]) for n, c in enumerate(clients)))
        await asyncio.sleep(self._around.draw.uniform(0, 2))
        self._calm(chaos)
        await self._drain()
        for command in self._run.journal.acknowledged():
            await clients[0].send(command)
        self._ending = True
        for process in list(self._alive.values()):
            process.kill()
        await asyncio.gather(*supervisors)
        await asyncio.gather(chaos, return_exceptions=True)
        await self._bury()

    def _clients(self) -> list[Client]:
        return [
            Client(
                f"client-{n}",
                self._around,
                lambda: list(self._servers.values()),
                self._run.journal,
                self._run.parts.way,
            )
            for n in range(3)
        ]

    async def _supervise(self, slot: str) -> None:
        while not self._ending:
            died = asyncio.Event()
            process = Process(slot, self._around)
            process.on_death.append(died.set)
            database = self._simulator.borrow(locking=self._locking)
            self._graves.append((process, database))
            self._alive[slot] = process
            (self._referral if slot.startswith("referral") else self._reporting)(process, database)
            await died.wait()
            del self._alive[slot]
            self._servers.pop(slot, None)
            await asyncio.sleep(self._around.draw.uniform(0.05, 1))

    def _referral(self, process: Process, database: SimulatedDatabase) -> None:
        run = self._run
        database.plug(process, run.referral)
        relay = run.parts.relay("referral", database, SimulatedBus(run.log, process))
        clock = SimulatedClock(self._around.loop)
        units = run.parts.units(database, clock, visible, relay.wake)
        nobody = cast("TokenChecker", None)  # tokens are read before a command's way begins
        guard = Guard(GRANTS, nobody, clock, units)
        process.start(self._kept(process, "relay", relay.run))
        self._servers[process.name] = (process, guard)

    def _reporting(self, process: Process, database: SimulatedDatabase) -> None:
        run = self._run
        database.plug(process, run.reporting)
        bus = SimulatedBus(run.log, process)
        consumer = run.parts.consumer(database, bus, run.parts.subscriptions)
        process.start(self._kept(process, "listener", consumer.run))

    async def _kept(self, process: Process, name: str, work: Work) -> None:
        """Keep a part at work as a service does; one that waits for a person is reported."""

        def end(error: BaseException) -> None:
            self._run.wrong.append(f"{process.name} ended: {type(error).__name__}")
            process.kill()

        def changed(part: Part) -> None:
            if part.state is State.STOPPED and not process.gone:
                self._run.wrong.append(f"{process.name} stopped: {part.reason}")
                process.kill()

        now = SimulatedClock(self._around.loop).now
        await Supervisor(process.name, now, end, changed).keep(name, work)

    async def _chaos(self) -> None:
        """Suspend processes for a while, some of them losing their connections meanwhile."""
        draw = self._around.draw
        while True:
            await asyncio.sleep(draw.uniform(0.1, 2))
            if self._alive:
                process = draw.choice(list(self._alive.values()))
                process.pause()
                if draw.random() < 0.7:
                    for connection in list(process.connections):
                        connection.drop()
                await asyncio.sleep(draw.uniform(0.05, 2))
                process.resume()

    def _calm(self, chaos: "asyncio.Task[None]") -> None:
        """End the faults; now and then everything is also started anew."""
        chaos.cancel()
        self._around.faults.active = False
        anew = self._around.draw.random() < 0.5
        for process in list(self._alive.values()):
            if process.paused:
                process.resume()
            if anew:
                process.kill()

    async def _drain(self) -> None:
        loop = self._around.loop
        deadline = loop.time() + DRAIN_SECONDS
        while not self._quiet():
            if loop.time() > deadline:
                self._run.wrong.append("K10: it did not drain")
                return
            await asyncio.sleep(0.1)

    def _quiet(self) -> bool:
        return _published(self._run) and _read(self._run)

    async def _bury(self) -> None:
        for process, database in self._graves:
            process.kill()
            await process.ended()
            self._simulator.give_back(database)


def look(disk: Disk, query: str) -> list[Any]:
    """Ask a disk something, beside all processes."""
    connection = sqlite3.connect(disk.path, timeout=0)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _published(run: Run) -> bool:
    query = "SELECT coalesce(max(position), 0) FROM event WHERE sequence > 0"
    last = look(run.referral, query)
    moved = look(run.referral, "SELECT coalesce(max(position), 0) FROM relay_position")
    return last == moved


def _read(run: Run) -> bool:
    rows = look(run.reporting, "SELECT topic, partition, position FROM consumer_position")
    read = {(topic, number): position for topic, number, position in rows}
    return all(
        read.get((partition.topic, partition.number), 0) == len(records)
        for partition, records in run.log.records.items()
    )

"""One trial: a process fails somewhere, another goes on, and everything is checked."""

import asyncio
import random
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx

from libs.common.contracts import Envelope
from tests.proof.faults.caller import Caller
from tests.proof.faults.checks import POISON, check, check_replays
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process, client

COMMANDS = 10
WITHIN_SECONDS = 30.0
"""How long relay and consumer may take to get to work on a busy machine, and to a point."""


@dataclass(frozen=True)
class Trial:
    """Which point fails, how, and the seed that draws the rest."""

    name: str
    action: str
    seed: int

    @property
    def failpoint(self) -> str:
        """Return what the process on trial is told. Seed 0 fails the first time, others later."""
        nth = 1 + random.Random(self.seed).randrange(6) if self.seed else 1
        return f"{self.name}:{self.action}:{nth}"

    @property
    def is_certain(self) -> bool:
        """Whether the point is reached for sure: once at least it always is."""
        return not self.seed

    def __str__(self) -> str:
        return f"{self.failpoint} seed {self.seed}"


async def run(trial: Trial, kind: str, folder: Path) -> bool:
    """Run one trial; return whether a kill took place (a later passage may never come)."""
    async with place_in(kind, folder) as place:
        await poison(place)
        caller = Caller(place, random.Random(trial.seed))
        async with Process(place, trial.failpoint) as failing:
            if failing.is_alive:
                await caller.send(COMMANDS)
            if trial.action == "kill":
                await failing.ended(WITHIN_SECONDS if trial.is_certain else 0.5)
            killed = not failing.is_alive
        await recover(place, caller)
        replay = folder / "replay"
        replay.mkdir()
        await check(place, caller, replay)
        return killed


async def recover(place: Place, caller: Caller) -> None:
    """Start again without a fault: all that was asked is done, and the listener catches up."""
    async with Process(place) as process:
        await caller.send_again()
        await caller.send(2)
        await settle(place, 120)
        await check_replays(caller)
        # The server stops in an orderly way and then lets the signal have its usual effect.
        assert await process.stop() == -signal.SIGTERM


async def settle(place: Place, within: float = 30) -> None:
    """Wait until the relay has nothing left and the listener is at the end (K10)."""
    async with asyncio.timeout(within), client(place) as http:
        while not await _settled(http):
            await asyncio.sleep(0.02)


async def _settled(http: httpx.AsyncClient) -> bool:
    survey = await http.get("/survey/health/ready")
    reporting = await http.get("/reporting/health/ready")
    if not (survey.is_success and reporting.is_success):
        return False
    relay, consumer = survey.json()["relay"], reporting.json()["consumer"]
    return (relay["pending"], consumer["lag"]) == (0, 0)


async def poison(place: Place) -> None:
    """Put on the bus what somebody else wrote there, and nobody can apply.

    What bore the service's own name would be an event without a command, and hold it up.
    """
    unhandled = [
        Envelope(
            id=UUID(int=number),
            source="elsewhere",
            type="uk.sssen.elsewhere.Unhandled.v9",
            subject=UUID(int=number),
            sequence=1,
            time=datetime(2018, 9, 1, tzinfo=UTC),
            data=b"{}",
            traceparent="",
        )
        for number in range(1, POISON + 1)
    ]
    bus = place.bus()
    await bus.start()
    await bus.publish("survey", unhandled)
    await bus.stop()

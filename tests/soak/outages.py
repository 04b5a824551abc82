"""The section in which servers go away in every way, for long and short, and come back."""

import asyncio
import tempfile
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from libs.common.messaging.consumer import ReadingLimits
from tests.proof.faults.caller import Caller
from tests.proof.faults.outages import (
    BROKER,
    DATABASE,
    OFTEN,
    Alone,
    Way,
    all_at_once,
    alone_at,
    caller_at,
    outage,
)
from tests.proof.faults.servers import Machines, Servers, behind_proxies
from tests.proof.faults.trial import poison
from tests.soak.tally import Tally, number

WAYS = (Way.KILLED, Way.STOPPED, Way.REFUSED, Way.BLACK_HOLED, Way.RESET)
LONGEST = (Way.KILLED, Way.BLACK_HOLED)
AT_WORK_SECONDS = 10.0
"""K10: so long after a server is back all is at work again."""


@dataclass(frozen=True)
class Trial:
    """One outage, or the death of everything: returns in how many seconds all was back."""

    name: str
    run: Callable[[Alone], Awaitable[float]]


Trials = deque[Trial]


def short() -> Trials:
    """Return those in which a reader is closed every two seconds."""
    each = number("SOAK_OUTAGES", 10)
    trials = [
        _outage(which, way, 5, under_load=bool(turn % 2))
        for turn in range(each)
        for which in (BROKER, DATABASE)
        for way in WAYS
    ]
    dying = [Trial("all at once", all_at_once)] * number("SOAK_ALL_AT_ONCE", 10)
    return deque([*trials, *dying])


def long() -> Trials:
    """Return those which processes meet as they are for real, the longest first."""
    longest = number("SOAK_LONGEST", 600)
    each = number("SOAK_MINUTES", 3)
    return deque(
        [
            *(_outage(which, way, longest) for way in LONGEST for which in (BROKER, DATABASE)),
            *(
                _outage(which, way, 60, under_load=True)
                for _ in range(each)
                for which in (BROKER, DATABASE)
                for way in WAYS
            ),
        ]
    )


def _outage(which: str, way: Way, seconds: float, *, under_load: bool = False) -> Trial:
    name = f"{which} {way} {seconds:.0f} s{' under load' if under_load else ''}"
    return Trial(name, partial(_away, which, way, seconds, under_load=under_load))


async def _away(which: str, way: Way, seconds: float, alone: Alone, *, under_load: bool) -> float:
    return await outage(alone, which, way, seconds, under_load=under_load)


async def outages(lanes: Sequence[Machines]) -> Tally:
    """Carry out every trial, in lanes side by side: each has servers and processes of its own."""
    tally = Tally("outages")
    work = [(OFTEN, short()), (ReadingLimits(), long())]
    took: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        places = []
        for machines in lanes:  # one after another: migrations are not made side by side
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
            places.append(await stack.enter_async_context(behind_proxies(machines, folder)))
        # Every other lane begins with the long ones; then it helps with the others.
        await asyncio.gather(
            *(
                _lane(tally, took, servers, work if at % 2 else work[::-1], at)
                for at, servers in enumerate(places)
            )
        )
    tally.notes.append("seconds until all was at work again:")
    for name, seconds in sorted(took.items()):
        tally.notes.append(f"\n  {name}: {_spread(seconds)}")
    return tally


def _spread(seconds: Sequence[float]) -> str:
    least, middle, most = min(seconds), median(seconds), max(seconds)
    return f"{len(seconds)} trials, {least:.1f} to {most:.1f}, median {middle:.1f}"


async def _lane(
    tally: Tally,
    took: dict[str, list[float]],
    servers: Servers,
    work: Sequence[tuple[ReadingLimits, Trials]],
    seed: int,
) -> None:
    await poison(servers.place)
    caller = caller_at(servers, seed)
    for limits, trials in work:
        there = replace(servers, place=replace(servers.place, reading=limits))
        await _through(tally, took, there, caller, trials)


async def _through(
    tally: Tally,
    took: dict[str, list[float]],
    servers: Servers,
    caller: Caller,
    trials: Trials,
) -> None:
    """Carry out trials with the same processes, until none is left; after a failure, new ones."""
    while trials:
        await asyncio.gather(servers.broker.restart(), servers.database.restart())
        async with alone_at(servers, caller) as alone:
            while trials:
                trial = trials.popleft()
                seconds = await tally.take(trial.name, _checked(trial, alone))
                if seconds is None:
                    break
                took.setdefault(trial.name, []).append(seconds)
                print(f"{trial.name}: {seconds:.1f} s", flush=True)


async def _checked(trial: Trial, alone: Alone) -> float:
    seconds = await trial.run(alone)
    await alone.check(alone.place.folder)
    if seconds > AT_WORK_SECONDS:
        raise AssertionError(f"at work again only after {seconds:.1f} s")
    return seconds

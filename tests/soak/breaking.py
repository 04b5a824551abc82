"""The sections in which rebuilds, migrations, disks and callers break off."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from deploy.local import strace
from deploy.services import SERVICES
from tests.proof.faults import migrating, rebuilding
from tests.proof.faults.disk import BROKEN, FULL, KILLED, SCENARIOS
from tests.proof.faults.leaving import callers_leave, every_byte, requests_cancelled
from tests.proof.faults.place import SERVICES as AT_PLACES
from tests.proof.faults.tracing import SYNCS, Fault
from tests.soak.tally import AT_ONCE, Tally, number
from tests.worlds import EMBEDDED, REAL, databases

KINDS = (EMBEDDED, REAL)
FAULTS = [
    ("pwrite64", FULL, False),
    ("pwrite64", FULL, True),
    ("pwrite64", KILLED, False),
    ("pwrite64", BROKEN, False),
    (SYNCS, BROKEN, False),
    (SYNCS, KILLED, False),
]
MOST_BYTES = 1_600
"""More than the bytes of any request or answer of these trials, so that every one is met."""
MOST_STATEMENTS = 30
"""More than the migration on trial has."""
A_TIME = 50
"""How many commands are cancelled in one place."""

Trial = Callable[[Path], Coroutine[Any, Any, Any]]


async def rebuilds() -> Tally:
    """Kill rebuilds at every point, in both worlds."""
    tally = Tally("rebuilds")
    trials: dict[str, Trial] = {
        f"{kind} {point} seed {seed}": partial(rebuilding.killed_at, point, kind, seed)
        for kind in KINDS
        for point in rebuilding.POINTS
        for seed in range(number("SOAK_REBUILDS", 25))
    }
    async with _schemas():
        await _all(tally, trials)
    return tally


async def migrations() -> Tally:
    """Kill migrations between any two statements and before the commit; run two at once."""
    tally = Tally("migrations")
    trials: dict[str, Trial] = {}
    for kind in KINDS:
        for turn in range(number("SOAK_MIGRATIONS", 5)):
            for at in range(1, MOST_STATEMENTS):
                name = f"{kind} before statement {at} turn {turn}"
                trials[name] = partial(migrating.killed_before, at, kind)
            for one in SERVICES:
                name = f"{kind} {one.name} turn {turn}"
                trials[f"{name} before commit"] = partial(migrating.killed_before_commit, one, kind)
                trials[f"{name} two at once"] = partial(migrating.two_at_once, one, kind)
    await _all(tally, trials)
    return tally


async def disks() -> Tally:
    """Have each call of the disk's fail in turn, in each scenario, until none is left."""
    tally = Tally("disks")
    if not strace.is_usable():
        tally.failures.append("strace is missing, or may not trace")
        return tally
    async with _schemas():
        for scenario in SCENARIOS:
            for call, how, lasting in FAULTS:
                indices = await _sweep(tally, scenario, call, how, lasting=lasting)
                words = f"{scenario} {call}:{how}{'+' if lasting else ''}"
                tally.notes.append(f"{words} {indices}")
    return tally


async def _sweep(tally: Tally, scenario: str, call: str, how: str, *, lasting: bool) -> int:
    """Try index after index until several in a row did not come about; return the last that did."""
    last, first = 0, 1
    while first - last <= AT_ONCE and first <= number("SOAK_INDICES", 10_000):
        faults = [Fault(call, how, nth, lasting) for nth in range(first, first + AT_ONCE)]
        done = await asyncio.gather(*(_one_index(tally, scenario, fault) for fault in faults))
        came_about = [fault.nth for fault, hit in zip(faults, done, strict=True) if hit]
        last = max(came_about, default=last)
        first += AT_ONCE
    return last


async def _one_index(tally: Tally, scenario: str, fault: Fault) -> bool:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        hit = await tally.take(f"{scenario} {fault}", SCENARIOS[scenario](fault, Path(folder)))
    return hit is not False  # one that failed was hit by something


async def leaving() -> Tally:
    """Have callers leave at every byte, and commands cancelled at drawn waits, in both worlds."""
    tally = Tally("leaving")
    moments = every_byte(number("SOAK_BYTES", MOST_BYTES))
    each = range(number("SOAK_CANCELS", 500) // A_TIME)
    async with _schemas():
        for kind in KINDS:
            left = {f"{kind} callers leave": partial(callers_leave, kind, moments, 1)}
            await _all(tally, left)
            cancels: dict[str, Trial] = {
                f"{kind} {A_TIME} cancelled, seed {seed}": partial(
                    requests_cancelled, kind, A_TIME, seed
                )
                for seed in each
            }
            cut = sum(found or 0 for found in await _all(tally, cancels))
            tally.notes.append(
                f"{kind}: {len(moments)} callers left,"
                f" {cut} of {A_TIME * len(cancels)} commands were cut short"
            )
            tally.trials += len(moments) + A_TIME * len(cancels) - 1 - len(cancels)
    return tally


async def _all(tally: Tally, trials: Mapping[str, Trial]) -> list[Any]:
    """Carry out trials, some side by side, each in a folder of its own."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(name: str, trial: Trial) -> Any:
        async with limit:
            with tempfile.TemporaryDirectory(prefix="soak-") as folder:
                return await tally.take(name, trial(Path(folder)))

    return list(await asyncio.gather(*(one(*item) for item in trials.items())))


@asynccontextmanager
async def _schemas() -> AsyncIterator[None]:
    """Make the schemas once, before anything is side by side."""
    with tempfile.TemporaryDirectory(prefix="soak-") as lasting:
        for kind in KINDS:
            async with databases(kind, Path(lasting), AT_PLACES):
                pass
        yield

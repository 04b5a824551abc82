"""Runs the large counts: ``make soak [ARGS="failpoints kills"]``.

SOAK_SEEDS (25) for each failpoint and world, SOAK_REBUILDS (25) killed at each point,
SOAK_MIGRATIONS (5) of each kind, SOAK_INDICES (all) of the disk's calls, SOAK_BYTES (1600) at which
callers leave and SOAK_CANCELS (500) of commands in each world, SOAK_KILLS (100) of each victim,
SOAK_OUTAGES (10) of 5 s each way and server, SOAK_MINUTES (3) of a minute, SOAK_LONGEST (600)
seconds of the longest, SOAK_ALL_AT_ONCE (10) deaths of everything, in SOAK_LANES (4) side by side,
SIMULATIONS (2000), SOAK_EXAMPLES (200) of each operation drawn by all roles together, HOSTILE_DRAWN
(all: 100000) operations and fields sent what is hostile, SOAK_LOGS (2000) in disorder, KNOWN_LOGS
(200) cut at moments, AGREED_COUNTIES (25) of which the oracle says the same, LINEAGE_EVENTS (500)
left out and altered in each of LINEAGE_COUNTIES (5), DISCLOSURE_COUNTIES (50) attacked, ANSWERING
(28) pairs of an audience and a way, SOAK_OPENINGS (5000) of each kind of link that is over, and
every drill with the whole county.
Prints trials and failures, each failure with what is needed to run it again;
the exit code is 1 if there was any.
"""

import asyncio
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from libs.common.core.failpoints import NAMES
from tests.proof.faults.place import SERVICES
from tests.proof.faults.servers import Machines, behind_proxies, own_machines
from tests.proof.faults.trial import Trial, run
from tests.proof.faults.under_load import VICTIMS, kills_under_load
from tests.soak import breaking, drills, links
from tests.soak.outages import outages
from tests.soak.tally import AT_ONCE, Tally, number
from tests.worlds import EMBEDDED, REAL, databases

ACTIONS = ("kill", "raise", "pause")


async def failpoints() -> Tally:
    """Every point of the write path, the relay and the consumer, with seeds, in both worlds."""
    tally = Tally("failpoints")
    points = sorted(name for name in NAMES if name.split(".")[0] in {"write", "relay", "consumer"})
    trials = [
        (kind, Trial(name, ACTIONS[seed % 3], seed))
        for kind in (EMBEDDED, REAL)
        for name in points
        for seed in range(number("SOAK_SEEDS", 25))
    ]
    limit = asyncio.Semaphore(AT_ONCE)
    reached = 0

    async def one(kind: str, trial: Trial) -> None:
        nonlocal reached
        async with limit:
            with tempfile.TemporaryDirectory(prefix="soak-") as folder:
                ended = await tally.take(f"{kind} {trial}", run(trial, kind, Path(folder)))
            reached += bool(ended)

    with tempfile.TemporaryDirectory(prefix="soak-") as lasting:
        for kind in (EMBEDDED, REAL):  # the schemas are made once, before anything is side by side
            async with databases(kind, Path(lasting), SERVICES):
                pass
        await asyncio.gather(*(one(*trial) for trial in trials))
    kills = sum(trial.action == "kill" for _, trial in trials)
    tally.notes.append(f"{len(points)} points; {reached} of {kills} kills came about")
    return tally


async def kills(machines: Machines) -> Tally:
    """Random kills under load of either owner, of the broker and of the database."""
    tally = Tally("kills")
    each = number("SOAK_KILLS", 100)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        async with behind_proxies(machines, Path(folder)) as servers:
            counts = dict.fromkeys(VICTIMS, each)
            done = await tally.take("kills", kills_under_load(servers, Path(folder), 7, counts))
    if done is not None:
        killed, caller = done
        tally.trials = sum(killed.values())
        tally.notes.append(", ".join(f"{victim} {count}" for victim, count in killed.items()))
        tally.notes.append(
            f"{len(caller.journal)} commands, {caller.tried_again} tries answered by no success,"
            " all there once"
        )
    return tally


def by_pytest(
    section: str, tests: Sequence[str], **counts: int
) -> Callable[[], Coroutine[Any, Any, Tally]]:
    """Return a section that is tests which take their counts from the environment."""

    async def carried_out() -> Tally:
        asked = {name: number(name, count) for name, count in counts.items()}
        tally = Tally(section, trials=math.prod(asked.values()))
        pytest = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
        command = [*pytest, "-m", "not real", "--timeout=0", *tests]
        env = {**os.environ, **{name: str(count) for name, count in asked.items()}}
        done = await asyncio.create_subprocess_exec(*command, env=env)
        if await done.wait():
            tally.failures.append("see the lines above")
        return tally

    return carried_out


HOSTILE = "tests/proof/hostile"
EVENTS = f"{HOSTILE}/events"
ALONE = {
    "failpoints": failpoints,
    "rebuilds": breaking.rebuilds,
    "migrations": breaking.migrations,
    "disks": breaking.disks,
    "leaving": breaking.leaving,
    "simulations": by_pytest("simulations", ["tests/proof/simulation"], SIMULATIONS=2000),
    "drills": drills.rehearsed,
    "operations": by_pytest(
        "operations", [f"{HOSTILE}/test_every_operation.py"], SOAK_EXAMPLES=200
    ),
    "hostile": by_pytest(
        "hostile",
        [f"{HOSTILE}/test_{one}.py" for one in ("json", "numbers_and_text", "queries")],
        HOSTILE_DRAWN=100_000,
    ),
    "disorder": by_pytest("disorder", [f"{EVENTS}/test_disorder.py"], SOAK_LOGS=2000),
    "known": by_pytest("known", [f"{EVENTS}/test_known.py"], KNOWN_LOGS=200),
    "counties": by_pytest(
        "counties", ["tests/proof/counties/test_counties.py"], AGREED_COUNTIES=25
    ),
    "lineage": by_pytest(
        "lineage",
        ["tests/proof/counties/test_lineage.py"],
        LINEAGE_COUNTIES=5,
        LINEAGE_EVENTS=500,
    ),
    "answering": by_pytest("answering", ["tests/browser/test_answering.py"], ANSWERING=28),
    "links": links.apart,
    "disclosure": by_pytest("disclosure", [f"{HOSTILE}/disclosure"], DISCLOSURE_COUNTIES=50),
}
WITH_MACHINES = {"kills": kills}
IN_LANES = {"outages": outages}


def main(sections: Sequence[str]) -> int:
    """Run the sections asked for, or all; return the exit code."""
    known = [*ALONE, *WITH_MACHINES, *IN_LANES]
    if not set(sections) <= set(known):
        print(f"sections: {', '.join(known)}", file=sys.stderr)
        return 2
    print(f"commit {_commit()}", flush=True)
    failed = False
    for section in sections or known:
        began = time.monotonic()
        tally = _run(section)
        failed = failed or bool(tally.failures)
        took = time.monotonic() - began
        notes = "; ".join(tally.notes)
        print(
            f"{section}: {tally.trials} trials, {len(tally.failures)} failures"
            f" ({took:.0f} s{'; ' if notes else ''}{notes})",
            flush=True,
        )
        for failure in tally.failures:
            print(f"  {failure}", flush=True)
    return int(failed)


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _run(section: str) -> Tally:
    if section in ALONE:
        return asyncio.run(ALONE[section]())
    with ExitStack() as stack:
        if section in IN_LANES:
            lanes = [stack.enter_context(own_machines()) for _ in range(number("SOAK_LANES", 4))]
            return asyncio.run(IN_LANES[section](lanes))
        return asyncio.run(WITH_MACHINES[section](stack.enter_context(own_machines())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Trials of a disk that is full, fails, or is written to as the process is killed."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import httpx

from libs.common.persistence.disk import EXIT_DISK
from tests.proof.faults import migrating, rebuilding
from tests.proof.faults.caller import Caller
from tests.proof.faults.checks import check
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process, client
from tests.proof.faults.tracing import SYNCS, Fault, hits, traced
from tests.proof.faults.trial import poison, recover, settle
from tests.worlds import EMBEDDED

COMMANDS = 6
TURN_SECONDS = 1.0
"""How long relay and listener, who wait for commands, get to come to their own writing."""

REAPED_SECONDS = 1.0
"""How long it may take on a busy machine until it is known that a process was killed."""

FULL = "error=ENOSPC"
BROKEN = "error=EIO"
KILLED = "signal=SIGKILL"


async def serving(fault: Fault, folder: Path) -> bool:
    """Have the disk fail under the services while commands come in; return whether it did."""
    async with place_in(EMBEDDED, folder) as place:
        await poison(place)
        caller = Caller(place, random.Random(fault.nth))
        log = folder / "strace"
        async with Process(place) as process:
            await caller.send(2)
            async with traced(process.pid, fault, log):
                await caller.send(COMMANDS)
                await _their_turn(place, process, log)
                if process.is_alive and fault.lasting and hits(log):
                    await _still_answers(place, caller)
            ended = await _ended(process, fault, log)
            answered = {sent.status for sent in caller.journal}
            assert answered <= ALLOWED[ended], answered
            if not ended:
                await caller.send_again()
                await settle(place)
        await recover(place, caller)
        replay = folder / "replay"
        replay.mkdir()
        await check(place, caller, replay)
    return ended or hits(log) > 0


ALLOWED = {True: {0, 200, 201}, False: {200, 201, 503}}
"""What a command is answered: nothing where the process has ended, 503 where it goes on."""


async def _ended(process: Process, fault: Fault, log: Path) -> bool:
    """Say whether the process has ended, and make sure that it has if it must."""
    if fault.how == KILLED:
        return await process.ended(REAPED_SECONDS) is not None
    if fault.call == SYNCS and hits(log):
        assert await process.ended(10) == EXIT_DISK
        return True
    assert process.is_alive, "a write that fails ends nobody"
    return False


async def _their_turn(place: Place, process: Process, log: Path) -> None:
    """Wait until the events have gone all their way, if nothing fails before."""
    ends = asyncio.get_running_loop().time() + TURN_SECONDS
    async with client(place) as http:
        while process.is_alive and not hits(log) and asyncio.get_running_loop().time() < ends:
            try:
                if await _lag(http) == 0:
                    return
            except httpx.TransportError:
                continue
            await asyncio.sleep(0.02)


async def _lag(http: httpx.AsyncClient) -> int:
    survey, reporting = [
        (await http.get(f"/{name}/health/ready")).json() for name in ("survey", "reporting")
    ]
    found: int = survey["relay"]["pending"] + (reporting["consumer"]["lag"] or 0)
    return found


async def _still_answers(place: Place, caller: Caller) -> None:
    """What writes nothing goes on, and what must be audited is refused rather than shown."""
    async with client(place) as http:
        assert (await http.get("/survey/health/ready")).status_code == 200
        assert (await http.get("/reporting/health/ready")).status_code == 200
        delivery = httpx.Response(200, content=caller.journal[0].answer).json()["delivery_id"]
        url = f"/survey/v1/deliveries/{delivery}"
        shown = await http.get(url, headers=caller.headers("none"))
    if shown.status_code != 200:
        assert (shown.status_code, shown.json()["code"]) == (503, "unavailable")


Scenario = Callable[[Fault, Path], Coroutine[Any, Any, bool]]
SCENARIOS: Mapping[str, Scenario] = {
    "serving": serving,
    "rebuilding": rebuilding.failing_disk,
    "swapping": rebuilding.failing_swap,
    "migrating": migrating.failing_disk,
}

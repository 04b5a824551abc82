"""A burst at several times what is taken on, by callers who wait when told to and who do not."""

import asyncio
import random
from pathlib import Path

import httpx

from libs.common.http.limits import Limits
from tests.proof.faults.caller import Caller, Sent
from tests.proof.faults.checks import check
from tests.proof.faults.place import place_in
from tests.proof.faults.process import Process, client
from tests.proof.faults.trial import poison, recover
from tests.worlds import GENEROUS

AT_WORK, CALLERS = 1, 24
LIMITS = Limits(**{**GENEROUS.model_dump(), "limit_at_work": AT_WORK})


async def storm(kind: str, seconds: float, seed: int, folder: Path) -> tuple[int, int]:
    """Have callers storm the services, then check every promise; return how many were refused.

    Half of them obey Retry-After, half try again at once; refused are the tries of either.
    """
    async with place_in(kind, folder) as place:
        await poison(place)
        caller = Caller(place, random.Random(seed))
        async with Process(place, limits=LIMITS), client(place) as http:
            http.headers["Authorization"] = caller.headers("")["Authorization"]
            until = asyncio.get_running_loop().time() + seconds
            tries = await asyncio.gather(
                *(_one(caller, http, until, obeys=bool(n % 2)) for n in range(CALLERS))
            )
        await recover(place, caller)
        replay = folder / "replay"
        replay.mkdir()
        await check(place, caller, replay)
        return sum(tries[1::2]), sum(tries[::2])


async def _one(caller: Caller, http: httpx.AsyncClient, until: float, *, obeys: bool) -> int:
    """Send commands until the time is up, each until it is taken; return how often it was not."""
    refused = 0
    while asyncio.get_running_loop().time() < until:
        sent = caller.draw_next()
        while not sent.acknowledged and asyncio.get_running_loop().time() < until:
            wait = await _try(http, sent)
            refused += not sent.acknowledged
            await asyncio.sleep(wait if obeys else 0.01)
    return refused


async def _try(http: httpx.AsyncClient, sent: Sent) -> float:
    """Send a command; return the seconds that a refusal says to wait."""
    response = await http.post(sent.url, json=sent.body, headers={"Idempotency-Key": sent.key})
    sent.status, sent.answer = response.status_code, response.content
    if sent.acknowledged:
        return 0.0
    assert response.status_code in {409, 429, 503}, (response.status_code, response.text)
    return float(response.headers.get("Retry-After", 0))

"""Links that never were, ran out or were revoked: what a stranger can tell of them by waiting."""

import random
from collections.abc import Mapping
from datetime import timedelta
from time import perf_counter_ns

import httpx
from sqlalchemy import update

from libs.common.pages.secrets import Secret
from libs.common.persistence.instants import database_now
from services.survey.links.domain import digest_of, link
from tests.unit.common.pages.browsing import BROWSER
from tests.unit.survey.links.answering import a_link, asked, expire
from tests.worlds import World

UNKNOWN, EXPIRED, REVOKED = "unknown", "expired", "revoked"
GUESSES = 5
"""Wrong words from one address that are answered as any other."""


async def links_that_are_over(world: World) -> dict[str, str]:
    """Return a token of each kind."""
    await asked(world, 2)
    expired = await a_link(world, "P0")
    await expire(world, timedelta(seconds=-1))
    revoked = await a_link(world, "P1")
    async with world.database("survey").writing() as connection:
        theirs = update(link).where(link.c.digest == digest_of(revoked))
        await connection.execute(theirs.values(revoked_at=database_now()))
    return {UNKNOWN: Secret.new().text, EXPIRED: expired, REVOKED: revoked}


async def nanoseconds(world: World, tokens: Mapping[str, str], each: int) -> dict[str, list[int]]:
    """Open each so many times, in a drawn order; return how long every opening took."""
    order = [name for name in tokens for _ in range(each)]
    random.Random(4).shuffle(order)
    took: dict[str, list[int]] = {name: [] for name in tokens}
    for start in range(0, len(order), GUESSES):
        number = start // GUESSES
        address = (f"10.{number >> 8}.{number & 255}.1", 1)
        transport = httpx.ASGITransport(world.system.app, client=address)
        client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER)
        for name in order[start : start + GUESSES]:
            begun = perf_counter_ns()
            answer = await client.get(f"/survey/answer/{tokens[name]}")
            took[name].append(perf_counter_ns() - begun)
            assert answer.status_code == 404
    return took

"""A browser that opens a personal link and answers, one step at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select, update

from libs.common.core.clock import FixedClock, local_day
from libs.common.persistence.instants import database_now
from libs.common.persistence.uow import Units
from libs.common.runtime.routines import Routines
from services.survey.links.domain import link, make_link
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient
from tests.unit.common.pages.browsing import Fields, browser
from tests.unit.survey.calls import a_wave, get, post
from tests.worlds import World

YEAR = "2026-27"
ANSWERS = {"q-knew_learning": "yes", "q-given_ideas": "no", "q-comment": "Made-up words."}


@dataclass
class Answering:
    """A browser and what it has open."""

    client: httpx.AsyncClient
    page: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def open(self, token: str) -> httpx.Response:
        """Open the link."""
        self.page = await self.client.get(f"/survey/answer/{token}")
        return self.page

    async def start(self) -> httpx.Response:
        """Press the start button, and follow."""
        hidden = Fields(self.page.text, "/survey/answer").found
        return await self._followed(await self.client.post("/survey/answer", data=hidden))

    async def step(self, step: str, **more: Any) -> httpx.Response:
        """Press a button of the page that is open, with fields filled in."""
        here = str(self.page.url.path)
        fields = Fields(self.page.text, here).found | {"step": step} | more.pop("fields", {})
        headers = {"Origin": "http://test"} | more.pop("headers", {})
        return await self._followed(await self.client.post(here, data=fields, headers=headers))

    async def answer(self, token: str, answers: dict[str, str] | None = None) -> httpx.Response:
        """Open, start, fill in, check, send."""
        await self.open(token)
        await self.start()
        await self.step("check", fields=answers or ANSWERS)
        return await self.step("send")

    async def _followed(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == 303:
            answer = await self.client.get(answer.headers["Location"])
        self.page = answer
        return answer


@asynccontextmanager
async def answering(world: World) -> AsyncIterator[Answering]:
    """Open a browser."""
    async with browser(world) as client:
        yield Answering(client)


async def asked(world: World, number: int = 1, audience: str = "parents", **wave: Any) -> str:
    """Issue a wave to so many, P0, P1, …, each with an address; return its path."""
    today = local_day(datetime.now(UTC))
    days = {"issued_on": str(today), "closes_on": str(today + timedelta(days=30))}
    said = {"academic_year": YEAR, **days, **wave}
    drafted = await post(world, "/waves", a_wave(audience, **said))
    path = f"/waves/{drafted.json()['wave_id']}"
    rows = [{"reference": f"P{n}", "address": f"p{n}@people.example"} for n in range(number)]
    if audience == "parents":
        rows = [{**row, "parent_id": str(uuid4())} for row in rows]
    listed = await post(world, f"{path}/recipients", rows)
    assert listed.status_code == 200, listed.text
    version = (await get(world, path)).headers["ETag"]
    issued = await post(world, f"{path}/issue", version=version)
    assert issued.status_code == 200, issued.text
    return path


async def a_link(world: World, reference: str = "P0", **lasts: timedelta) -> str:
    """Make somebody's new link; return its token."""
    async with world.database("survey").writing() as connection:
        query = select(Recipient.id).where(Recipient.reference == reference)
        found: UUID = (await connection.execute(query)).scalar_one()
        return (await make_link(connection, found, **lasts)).text


async def expire(world: World, by: timedelta) -> None:
    """Have every link run out so long from the database's now on."""
    async with world.database("survey").writing() as connection:
        now = (await connection.execute(select(database_now()))).scalar_one()
        await connection.execute(update(link).values(expires_at=now + by))


async def close(world: World, path: str) -> None:
    """Close a wave today."""
    version = (await get(world, path)).headers["ETag"]
    assert (await post(world, f"{path}/close", version=version)).status_code == 200


async def mixed(world: World, days: int) -> None:
    """Have the service do what is due so many days from now."""
    clock = FixedClock(datetime.now(UTC) + timedelta(days=days))
    units = Units(world.database("survey"), clock, SERVICE.visible, lambda: None)
    await Routines(units, SERVICE.routines).run_once()

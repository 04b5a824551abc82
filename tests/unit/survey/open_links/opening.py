"""Somebody with a code: a browser that opens an open link and fills its form in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from libs.common.core.clock import local_day
from tests.unit.common.pages.browsing import Fields, browser
from tests.unit.survey.calls import get, post
from tests.worlds import World

OVER, DONE = "This link does not work", "We have your answers"
ANSWERS = {"q-knew_learning": "yes", "q-given_ideas": "no", "q-comment": "Made-up words."}


@dataclass
class Opening:
    """A browser and what it has open."""

    client: httpx.AsyncClient
    page: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def open(self, code: str) -> httpx.Response:
        """Open the link of a code."""
        self.page = await self.client.get(f"/survey/open/{code}")
        return self.page

    async def step(self, step: str, **fields: str) -> httpx.Response:
        """Press a button of the page that is open, with fields filled in, and follow."""
        here = str(self.page.url.path)
        filled = Fields(self.page.text, here).found | {"step": step} | fields
        answer = await self.client.post(here, data=filled, headers={"Origin": "http://test"})
        if answer.status_code == 303:
            answer = await self.client.get(answer.headers["Location"])
        self.page = answer
        return answer

    async def answer(self, code: str, **answers: str) -> httpx.Response:
        """Open, start, fill in, check, send."""
        await self.open(code)
        await self.step("ask")
        await self.step("check", **(answers or ANSWERS))
        return await self.step("send")

    async def rate(self, code: str, **marks: str) -> httpx.Response:
        """Open, fill in, send."""
        await self.open(code)
        return await self.step("send", **marks)


@asynccontextmanager
async def opening(world: World) -> AsyncIterator[Opening]:
    """Open a browser."""
    async with browser(world) as client:
        yield Opening(client)


async def made(world: World, **of: Any) -> str:
    """Make an open link; return its path."""
    link = await post(world, "/open-links", of)
    assert link.status_code == 201, link.text
    return f"/open-links/{link.json()['open_link_id']}"


async def drawn(world: World, path: str) -> str:
    """Draw a link's code."""
    shown = await post(world, f"{path}/code")
    assert shown.status_code == 200, shown.text
    code: str = shown.json()["code"]
    return code


async def a_course(world: World, reference: str = "D1", **said: Any) -> str:
    """Record a course that was given today; return its id."""
    course = {"kind": "course", "course": "precision-teaching", "delegates": 20}
    course |= {"reference": reference, "delivered_on": str(local_day(datetime.now(UTC)))}
    given = await post(world, "/deliveries", course | said)
    assert given.status_code == 201, given.text
    id_: str = given.json()["delivery_id"]
    return id_


async def stepped(world: World, path: str, step: str, body: Any = None) -> httpx.Response:
    """Take a step with a link, in the version that it has."""
    version = (await get(world, path)).headers["ETag"]
    return await post(world, f"{path}/{step}", body, version=version)


async def listed(world: World, things: str) -> list[dict[str, Any]]:
    """Return what is listed of a thing."""
    found: list[dict[str, Any]] = (await get(world, f"/{things}")).json()["items"]
    return found

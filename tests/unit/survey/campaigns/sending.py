"""A way out that keeps what it is given, and campaigns that send by it."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from libs.common.messages import Outgoing, Sender
from libs.common.messages.transports import Outcome
from libs.common.persistence.instants import database_now
from services.survey.campaigns.domain import message
from services.survey.campaigns.messages import MESSAGES
from tests.unit.survey.calls import get, post
from tests.worlds import World

DONE = "We have your answers"


class Post:
    """A way out that keeps what it is given, and refuses what it is told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.refuses: dict[str, Exception] = {}

    async def send(self, one: Outgoing) -> str | None:
        """Take a message, or not."""
        if one.address in self.refuses:
            raise self.refuses[one.address]
        self.taken.append(one)
        return f"id-{len(self.taken)}"

    async def outcome(self, _: str) -> Outcome | None:
        """Say that it arrived."""
        return "delivered"

    def token(self, address: str) -> str:
        """Return the token of the latest message to somebody."""
        bodies = [one.body for one in self.taken if one.address == address]
        found: str = re.findall(r"/survey/answer/([\w-]{43})\n", bodies[-1])[0]
        return found


def sender(world: World, post: Post) -> Sender:
    """Return the part that sends."""
    return Sender(world.database("survey"), MESSAGES, post, "http://test")


async def a_campaign(world: World, *waves: str, **said: Any) -> str:
    """Put a campaign of waves together; return its path."""
    references = [(await get(world, one)).json()["reference"] for one in waves]
    body = {"waves": references, "contact": "survey@sen.county.example", **said}
    put = await world.client.put(
        "/survey/v1/campaigns/by-reference/C1", json=body, headers=world.as_()
    )
    assert put.status_code in {200, 201}, put.text
    return f"/campaigns/{put.json()['campaign_id']}"


async def sends(world: World, path: str, kind: str, **more: Any) -> dict[str, Any]:
    """Send messages of a kind; return what is said of the first wave."""
    sent = await post(world, f"{path}/messages", {"kind": kind, **more})
    assert sent.status_code == 200, sent.text
    found: dict[str, Any] = sent.json()[0]
    return {"queued": found["queued"], "left_out": found["left_out"]}


async def counts(world: World, path: str) -> dict[str, int]:
    """Return how far the first wave has got."""
    found = (await get(world, f"{path}/counts")).json()[0]
    return {name: said for name, said in found.items() if isinstance(said, int)}


async def days_pass(world: World, days: int) -> None:
    """Have every message have left so many days earlier."""
    async with world.database("survey").writing() as connection:
        now = (await connection.execute(select(database_now()))).scalar_one()
        sent = update(message).where(message.c.sent_at.is_not(None))
        await connection.execute(sent.values(sent_at=now - timedelta(days=days)))

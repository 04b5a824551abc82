"""A county's system that keeps a journal, and tries again whatever it got no answer to."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from libs.common.security import DemoIssuer, Role
from tests.proof.faults.place import Place
from tests.proof.faults.process import client

KINDS = ("bespoke-assessment", "bespoke-consultancy", "bespoke-training")


@dataclass
class Sent:
    """One command: what was asked, under which key, and the answer once there was one."""

    url: str
    body: dict[str, Any]
    key: str
    status: int = 0
    answer: bytes = b""

    @property
    def acknowledged(self) -> bool:
        """Whether it was answered with success."""
        return self.status in {200, 201}


@dataclass
class Caller:
    """Sends drawn commands: deliveries and ratings of them, which share an aggregate."""

    place: Place
    draw: random.Random
    name: str = "both"
    """Which process is asked, where nothing else is said."""
    journal: list[Sent] = field(default_factory=list)
    tried_again: int = 0

    def draw_next(self) -> Sent:
        """Draw a command and write it down before it is sent."""
        sent = self._drawn()
        self.journal.append(sent)
        return sent

    def headers(self, key: str) -> dict[str, str]:
        token = DemoIssuer(self.place.folder).token(Role.HEAD_OF_SERVICE)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}

    async def send(self, count: int) -> None:
        """Send drawn commands until there is no answer any more."""
        async with client(self.place, self.name) as http:
            for _ in range(count):
                sent = self.draw_next()
                if not await self.try_once(http, sent):
                    return

    async def load(self, names: Sequence[str], until: asyncio.Event) -> None:
        """Send one drawn command after another, each until it is acknowledged, to any process."""
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(client(self.place, n)) for n in names]
            while not until.is_set():
                sent = self.draw_next()
                while not sent.acknowledged and not until.is_set():
                    await self.try_once(self.draw.choice(clients), sent)
                    if not sent.acknowledged:
                        self.tried_again += 1
                        await asyncio.sleep(0.05)
                await asyncio.sleep(0.01)

    async def send_again(self) -> None:
        """Send what was not answered once more, under the same key."""
        async with client(self.place, self.name) as http:
            for sent in self.journal:
                if not sent.acknowledged:
                    assert await self.try_once(http, sent), sent
                    assert sent.acknowledged, (sent.status, sent.answer)

    async def replayed(self) -> list[tuple[Sent, httpx.Response]]:
        """Send every acknowledged command again, and return what came of each."""
        async with client(self.place, self.name) as http:
            return [(sent, await self._post(http, sent)) for sent in self.journal]

    async def send_one(self, http: httpx.AsyncClient, more: Mapping[str, str]) -> Sent:
        """Send a drawn command once, with more headers."""
        sent = self.draw_next()
        await self.try_once(http, sent, more)
        return sent

    async def try_once(
        self, http: httpx.AsyncClient, sent: Sent, more: Mapping[str, str] | None = None
    ) -> bool:
        """Send a command, and keep the answer; say whether there was one."""
        try:
            response = await self._post(http, sent, more)
        except httpx.TransportError:
            return False
        sent.status, sent.answer = response.status_code, response.content
        return True

    async def _post(
        self, http: httpx.AsyncClient, sent: Sent, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        headers = {**self.headers(sent.key), **(more or {})}
        return await http.post(sent.url, json=sent.body, headers=headers)

    def _drawn(self) -> Sent:
        number = len(self.journal)
        known = [s for s in self.journal if s.acknowledged and s.url == "/survey/v1/deliveries"]
        key = str(UUID(int=self.draw.getrandbits(128)))
        if known and self.draw.random() < 0.7:
            delivery = httpx.Response(200, content=self.draw.choice(known).answer).json()
            marks = {"content": self.draw.randint(1, 10), "methods": self.draw.randint(1, 10)}
            url = f"/survey/v1/deliveries/{delivery['delivery_id']}/ratings"
            return Sent(url, {"form": number + 1, **marks}, key)
        body = {
            "reference": f"D-{number}",
            "kind": self.draw.choice(KINDS),
            "delivered_on": f"2018-11-{self.draw.randint(1, 30):02}",
        }
        return Sent("/survey/v1/deliveries", body, key)

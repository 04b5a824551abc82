"""The part of a service that sends what is due: each message in two short transactions.

The first counts the try and makes the text; the second, once the provider has answered, says what
became of it. Whoever dies in between leaves a message that is tried again, with a text of its own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, select

from libs.common.core.errors import Unavailable
from libs.common.core.supervisor import Works
from libs.common.messages.outbox import (
    ALERTED,
    MOST_TRIES,
    Composed,
    Dropped,
    Messages,
    MessageState,
    Then,
    claim,
    due,
    nothing,
    settle,
)
from libs.common.messages.transports import Bounced, NotTaken, Outgoing, Transport
from libs.common.persistence.db import Database
from libs.common.persistence.instants import database_now

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS: Final = 1.0
AT_ONCE: Final = 50
ASKED_EVERY: Final = 600
"""Looks between one question after what was sent and the next: ten minutes, where none is due."""
ASKED_AFTER: Final = timedelta(days=3)
"""For how long a provider is asked what became of a message."""


async def _always() -> None:
    """Let everything be sent."""


class Sender:
    """Sends one service's messages; several processes may, for each message is claimed."""

    def __init__(
        self,
        database: Database,
        messages: Messages,
        transport: Transport,
        public_url: str,
        admit: Callable[[], Awaitable[None]] = _always,
        alerted: str | None = None,
    ) -> None:
        """Take where the outbox is, how messages are made, the way out, and our own address.

        ``admit`` raises Unavailable as long as nothing may be sent; ``alerted`` is the address of
        who is alerted.
        """
        self._alerted = alerted
        self._admit = admit
        self._database = database
        self._messages = messages
        self._transport = transport
        self._public_url = public_url

    async def run(self, works: Works = lambda: None) -> None:
        """Send until cancelled, or until something fails: then it is started again."""
        looked = 0
        while True:
            if not await self.send_due():
                if looked % ASKED_EVERY == 0:
                    await self.ask_after()
                looked += 1
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            works()

    async def send_due(self) -> int:
        """Send some of what is due, if anything may be; return how many were looked at."""
        try:
            await self._admit()
        except Unavailable:
            return 0
        async with self._database.reading() as connection:
            found = await due(connection, self._messages.table, AT_ONCE)
        for one in found:
            await self._send(one)
        return len(found)

    async def ask_after(self) -> None:
        """Ask the provider what became of what it took lately."""
        table = self._messages.table
        async with self._database.reading() as connection:
            now = (await connection.execute(select(database_now()))).scalar_one()
            lately = (table.c.state == "sent", table.c.sent_at > now - ASKED_AFTER)
            query = select(table).where(*lately, table.c.provider_id.is_not(None))
            found = (await connection.execute(query)).all()
        for one in found:
            await self._ask(one)

    async def _send(self, one: Row[Any]) -> None:
        text = await self._composed(one)
        if text is None:
            return
        outgoing = Outgoing(id=one.id, address=text.address, subject=text.subject, body=text.body)
        try:
            provider_id = await self._transport.send(outgoing)
        except Bounced as bounced:
            await self._settle(one, "waiting", state="bounced", code=bounced.code)
        except Exception as error:  # noqa: BLE001 - what is wrong with one stops no other
            code = _code_of(error)
            log.warning("message-not-taken", extra={"code": code})
            state = "given-up" if one.tries + 1 >= MOST_TRIES else "waiting"
            await self._settle(one, "waiting", state=state, code=code)
        else:
            sent = {"provider_id": provider_id, "sent_at": database_now(), "code": None}
            await self._settle(one, "waiting", text.sent, state="sent", **sent)

    async def _composed(self, one: Row[Any]) -> Composed | None:
        """Claim a message and make its text; None where that is another's, or it is dropped."""
        table = self._messages.table
        async with self._database.writing() as connection:
            if not await claim(connection, table, one):
                return None
            try:
                text = await self._messages.compose(connection, one, self._public_url)
                return self._addressed(text)
            except Dropped as dropped:
                said = {"state": "dropped", "code": dropped.code}
                await settle(connection, table, one.id, "waiting", **said)
                return None

    def _addressed(self, text: Composed) -> Composed:
        """Return a message with its address; raises Dropped where the settings name nobody."""
        if text.address != ALERTED:
            return text
        if self._alerted is None:
            raise Dropped("no-address")
        return replace(text, address=self._alerted)

    async def _ask(self, one: Row[Any]) -> None:
        try:
            state = await self._transport.outcome(one.provider_id)
        except Bounced as bounced:
            await self._settle(one, "sent", state="bounced", code=bounced.code)
        except Exception as error:  # noqa: BLE001 - as in _send
            log.warning("message-not-asked-after", extra={"code": _code_of(error)})
        else:
            if state is not None:
                await self._settle(one, "sent", state=state)

    async def _settle(
        self, one: Row[Any], was: MessageState, then: Then = nothing, **said: Any
    ) -> None:
        async with self._database.writing() as connection:
            await settle(connection, self._messages.table, one.id, was, **said)
            await then(connection)


def _code_of(error: Exception) -> str:
    """Return why a message was not taken; an unforeseen error may hold an address: its kind."""
    return error.code if isinstance(error, NotTaken) else f"failed-{type(error).__name__}"[:40]

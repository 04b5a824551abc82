"""What is to be sent, and what became of it: a row a person and reason, without a word of its text.

States: `waiting`, then `sent`, and then `delivered` or `bounced` where the provider says so;
`dropped` where there was nothing to say any more; `given-up` after the last try.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.db import Timestamp
from libs.common.persistence.instants import database_now

MessageState = Literal["waiting", "sent", "delivered", "bounced", "dropped", "given-up"]
Channel = Literal["email", "letter"]
FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=4)
_DOUBLED: Final = 6
"""After so many tries the wait is the longest already."""
ALERTED: Final = "alerted"
"""In place of an address: whoever is alerted, as the settings say."""
NEVER_LEFT: Final = ("dropped", "given-up")
"""States of what reached nobody: it may be sent anew."""
MOST_TRIES: Final = 12
"""Over a day and a half: longer than a provider is away, shorter than a link lasts."""


def add_message_table(metadata: MetaData) -> Table:
    """Add the outbox to a service's tables."""
    return Table(
        "message",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("about", Uuid, nullable=False),  # whom it is to: never an address
        Column("reason", String(20), nullable=False),
        Column("batch", Uuid, nullable=False, index=True),
        Column("channel", String(10), nullable=False),
        Column("state", String(10), nullable=False),
        Column("code", String(40)),
        Column("tries", Integer, nullable=False),
        Column("made_at", Timestamp, nullable=False),
        Column("next_at", Timestamp, nullable=False),
        Column("sent_at", Timestamp),
        Column("provider_id", String(100)),
        UniqueConstraint("about", "reason"),
        Index("ix_message_state_next_at", "state", "next_at"),
    )


class Dropped(Exception):
    """A message is not sent after all; ``code`` says why."""

    def __init__(self, code: str) -> None:
        """Take why."""
        self.code = code
        super().__init__(code)


Then = Callable[[AsyncConnection], Awaitable[None]]


async def nothing(_: AsyncConnection) -> None:
    """Nothing is done beside noting that a message is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message as its reader gets it. A subject names nobody.

    ``sent`` is done in the transaction which notes that it is sent, and not where it is not taken.
    """

    address: str
    subject: str
    body: str
    sent: Then = nothing


Compose = Callable[[AsyncConnection, Row[Any], str], Awaitable[Composed]]
"""Makes the text of a row, given where browsers reach us; raises Dropped. It may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """A service's outbox, and how its messages are made."""

    table: Table
    compose: Compose


@dataclass(frozen=True, slots=True)
class Queued:
    """Whom a message is to be sent, for which reason, and how."""

    about: UUID
    reason: str
    channel: Channel


async def queue(
    connection: AsyncConnection, table: Table, batch: UUID, messages: Sequence[Queued]
) -> None:
    """Put messages into the outbox, each in the place of an earlier one that never left.

    Any other for the same person and reason is refused by the database.
    """
    now = (await connection.execute(select(database_now()))).scalar_one()
    rows = [
        {
            "id": uuid4(),
            "about": one.about,
            "reason": one.reason,
            "batch": batch,
            "channel": one.channel,
            "state": "waiting",
            "tries": 0,
            "made_at": now,
            "next_at": now,
        }
        for one in messages
    ]
    same = (table.c.about == bindparam("whom"), table.c.reason == bindparam("why"))
    gone = or_(*(table.c.state == state for state in NEVER_LEFT))
    earlier = [{"whom": one.about, "why": one.reason} for one in messages]
    await connection.execute(delete(table).where(*same, gone), earlier)
    await connection.execute(insert(table), rows)


async def due(connection: AsyncConnection, table: Table, most: int) -> Sequence[Row[Any]]:
    """Return what is to be sent by now, the longest due first; letters wait to be fetched."""
    ready = (table.c.state == "waiting", table.c.channel != "letter")
    query = select(table).where(*ready, table.c.next_at <= database_now())
    return (await connection.execute(query.order_by(table.c.next_at).limit(most))).all()


async def claim(connection: AsyncConnection, table: Table, one: Row[Any]) -> bool:
    """Count a try and put the next one off; of several who would send it one alone may.

    Each wait is twice the last, from five minutes to four hours.
    """
    now = (await connection.execute(select(database_now()))).scalar_one()
    wait = min(FIRST_WAIT * 2 ** min(one.tries, _DOUBLED), LONGEST_WAIT)
    mine = (table.c.id == one.id, table.c.state == "waiting", table.c.tries == one.tries)
    claimed = update(table).where(*mine).values(tries=one.tries + 1, next_at=now + wait)
    return (await connection.execute(claimed)).rowcount == 1


async def settle(
    connection: AsyncConnection, table: Table, id_: UUID, was: MessageState, **said: Any
) -> None:
    """Note what became of a message, unless more is known of it by now than was then."""
    known = (table.c.id == id_, table.c.state == was)
    await connection.execute(update(table).where(*known).values(**said))

"""The same log gives the same facts: replayed, doubled and shuffled, on either database."""

import random
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.demo.county import small_county
from deploy.demo.load import load
from deploy.services import SERVICES
from deploy.topics import PUBLISHERS
from libs.common.contracts import Envelope
from libs.common.core.digest import digest
from libs.common.messaging.bus.base import Delivered, to_headers
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE as REPORTING
from tests.applied import apply_batch
from tests.worlds import EMBEDDED, REAL, World, databases


async def history(world: World) -> list[Delivered]:
    """Return all that was ever published, as a new listener would read it."""
    found: list[Delivered] = []
    for publisher in PUBLISHERS:
        async with world.database(publisher).reading() as connection:
            query = select(tables.event).where(tables.PUBLISHED)
            query = query.order_by(tables.event.c.subject, tables.event.c.sequence)
            for row in await connection.execute(query):
                envelope = Envelope(
                    id=row.id,
                    source=publisher,
                    type=row.type,
                    subject=row.subject,
                    sequence=row.sequence,
                    time=row.time,
                    data=row.data.encode(),
                    traceparent=row.traceparent,
                )
                key = str(row.subject).encode()
                place = len(found)
                found.append(
                    Delivered(publisher, 0, place, key, to_headers(envelope), envelope.data)
                )
    return found


async def replayed(records: list[Delivered], folder: Path) -> str:
    """Apply records to a fresh SQLite read model and return its digest."""
    folder.mkdir()  # noqa: ASYNC240 - one quick call
    async with databases(EMBEDDED, folder, [REPORTING]) as urls:
        database = Database(urls["reporting"])
        for start in range(0, len(records), 500):
            async with database.writing() as connection:
                await apply_batch(connection, subscriptions, records[start : start + 500])
        async with database.reading() as connection:
            found = await digest(connection, facts.metadata)
        await database.close()
    return found


def disordered(records: list[Delivered]) -> list[Delivered]:
    """Shuffle across aggregates, keeping each one's own order, and deliver everything twice."""
    draw = random.Random(20)
    queues: dict[bytes | None, list[Delivered]] = {}
    for record in records:
        queues.setdefault(record.key, []).append(record)
    left = list(queues.values())
    for queue in left:
        queue.reverse()
    found: list[Delivered] = []
    while left:
        index = draw.randrange(len(left))
        record = left[index].pop()
        found += [record, record]
        if not left[index]:
            left[index] = left[-1]
            left.pop()
    return found


@pytest.mark.real
@pytest.mark.parametrize("kind", [REAL], scope="session")
async def test_any_replay_of_the_log_gives_the_same_facts(world: World, tmp_path: Path) -> None:
    """What PostgreSQL holds is compared with replays into SQLite: both databases are at work."""
    assert len(SERVICES) == 4
    county = small_county(5)
    await load(world.client, county, world.tokens(), lambda *_: None, on=date(2020, 1, 6))
    async with world.database("reporting").reading() as connection:
        live = await digest(connection, facts.metadata)
    records = await history(world)
    assert len(records) > 1000
    assert await replayed(records, tmp_path / "again") == live
    assert await replayed(disordered(records), tmp_path / "disordered") == live
    assert await replayed(records[:-1], tmp_path / "short") != live

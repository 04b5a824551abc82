"""Reporting's own projections, each event counted beside its facts: applying twice must show."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.messaging.subscriptions import Subscriptions
from services.reporting import facts
from services.reporting.facts import subscriptions as real

FACTS = MetaData()
for _table in facts.metadata.sorted_tables:
    _table.to_metadata(FACTS)

counts = MetaData()
tally = Table(
    "tally",
    counts,
    Column("subject", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("type", String(100), nullable=False),
    Column("times", Integer, nullable=False),
)


def counted() -> Subscriptions:
    """Return reporting's subscriptions with a count of each event in the same transaction."""
    counting = Subscriptions(real.listener, write=real.write, stamp=real.stamp)
    for event, fillings in real.fillings.items():
        if event.publisher == "referral":
            counting.fillings[event] = fillings
            counting.on(event)(_count)
    return counting


async def _count(connection: AsyncConnection, recorded: Sequence[Recorded[Any]]) -> None:
    rows = [
        {
            "subject": one.event.aggregate_id,
            "sequence": one.sequence,
            "type": one.event.type(),
            "times": 1,
        }
        for one in recorded
    ]
    again = insert(tally).on_conflict_do_update(
        index_elements=["subject", "sequence"], set_={"times": tally.c.times + 1}
    )
    await connection.execute(again, rows)

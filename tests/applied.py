"""Records applied as the consumer applies them, in a transaction of the test's own."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messaging.applying import apply, order, record
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.stream_state import read
from libs.common.messaging.subscriptions import Subscriptions


async def apply_batch(
    connection: AsyncConnection,
    subscriptions: Subscriptions,
    records: Sequence[Delivered],
    *,
    singly: bool = False,
) -> int:
    """Read, order, apply and record a batch; return how many events were applied."""
    found = [read(one, subscriptions.handled) for one in records]
    states = await order(connection, found, subscriptions.handled)
    await apply(connection, subscriptions, states, singly=singly)
    applied, _ = await record(connection, found, states)
    return applied

"""Creates the topics that are missing on the bus: ``python -m deploy.topics``."""

import asyncio
import os

from libs.common.bus.kafka import KafkaBus
from libs.common.settings import BusAddress

PUBLISHERS = ("referral", "assessment", "survey")


async def create(bus_url: str, copies: int) -> None:
    """Create one topic a publisher, kept for ever; those that exist are left alone."""
    address = BusAddress.parse(bus_url)
    bus = KafkaBus(",".join(address.servers), address.prefix)
    await bus.create_topics(PUBLISHERS, address.partitions, copies)


if __name__ == "__main__":
    asyncio.run(create(os.environ["BUS_URL"], int(os.environ.get("TOPIC_COPIES", "1"))))

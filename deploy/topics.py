"""Makes the topics that are missing, and the grants as the manifest has them.

``python -m deploy.topics``, as an administrator of the cluster: BUS_URL and its credentials as for
a service, TOPIC_COPIES (1), and TOPIC_PRINCIPALS_FILE for who else may read. Run again, it changes
nothing that is right. It prints what it did.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deploy.acls import PUBLISHERS, Outsiders, read_outsiders, too_much, wanted
from libs.common.messaging.bus.kafka import BrokerRefused, KafkaBus
from libs.common.messaging.bus.kafka_acls import BrokerAcls, NoAuthorizer
from libs.common.messaging.bus_address import BusAddress
from libs.common.runtime.process import bus_of
from libs.common.runtime.settings import SettingsError, exit_on_settings_error, load_bus

__all__ = ["PUBLISHERS"]

_FILE: Final = "TOPIC_PRINCIPALS_FILE"
_MOST_COPIES: Final = 9


async def create(address: BusAddress, copies: int, outsiders: Outsiders) -> int:
    """Make topics and grants; return 1 where somebody else's grant reaches our topics, else 0."""
    bus = bus_of(address)
    assert isinstance(bus, KafkaBus)
    await bus.create_topics(PUBLISHERS, address.partitions, copies)
    print(f"topics: {', '.join(PUBLISHERS)}")
    async with bus.administering() as admin:
        try:
            return await _set_grants(BrokerAcls(admin), outsiders, address.prefix)
        except NoAuthorizer:
            print("grants: none, for the broker has no authorizer: whoever reaches it may do all")
            return 0


async def _set_grants(acls: BrokerAcls, outsiders: Outsiders, prefix: str) -> int:
    there = await acls.all()
    right = wanted(outsiders, prefix)
    taken, others = too_much(there, outsiders, prefix)
    for acl in sorted(right - there):
        await acls.add(acl)
        print(f"granted: {acl}")
    for acl in sorted(taken):
        await acls.remove(acl)
        print(f"taken away: {acl}")
    for acl in sorted(others):
        print(f"not ours, but it reaches our topics: {acl}", file=sys.stderr)
    print(f"grants: {len(right)} as in the manifest")
    return 1 if others else 0


def read(environ: Mapping[str, str]) -> tuple[BusAddress, int, Outsiders]:
    """Read what the tool is told; raises SettingsError."""
    address, warnings = load_bus(environ)
    problems = []
    if address.kind != "kafka":
        problems.append("BUS_URL must be kafkas://HOST:PORT, or kafka:// in the clear")
    copies = environ.get("TOPIC_COPIES", "1")
    if not (copies.isascii() and copies.isdigit() and 0 < int(copies) <= _MOST_COPIES):
        problems.append(f"TOPIC_COPIES must be a number from 1 to {_MOST_COPIES}")
    if problems:
        raise SettingsError(problems)
    for line in warnings:
        print(f"warning: {line}", file=sys.stderr)
    file = environ.get(_FILE)
    outsiders = read_outsiders(_FILE, Path(file)) if file else Outsiders()
    return address, int(copies), outsiders


def main(environ: Mapping[str, str]) -> int:
    """Carry it out and return the exit code."""
    with exit_on_settings_error():
        told = read(environ)
    try:
        return asyncio.run(create(*told))
    except BrokerRefused as refused:
        print(f"The brokers refused us: {refused}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(os.environ))

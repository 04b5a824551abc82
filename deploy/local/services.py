"""The four services on this machine as they run for real: a process each, on ports of their own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from deploy.county import compared, loaded
from deploy.demo import match
from deploy.demo.load import client_of
from deploy.local.postgres import DATABASES
from deploy.local.processes import Command, Nursery, free_port, wait_for
from deploy.local.world import World

SERVICES: Final = DATABASES
"""Each service has the database of its name."""


def settings(world: World, folder: Path) -> dict[str, str]:
    """Return what the services are told: their files' folder, the bus, and each one's database."""
    assert world.broker is not None
    server = urlsplit(world.database.url)
    databases = {
        f"{service.upper()}_DATABASE_URL": urlunsplit(server._replace(path=f"/{service}"))
        for service in SERVICES
    }
    told = {"VAR_DIR": str(folder), "BUS_URL": world.broker.url, "BACKDATING": "true"}
    return {**told, **databases}


def start(nursery: Nursery, world: World) -> dict[str, str]:
    """Make topics and schemas, start each service, and return the address of each."""
    assert world.broker is not None
    told = settings(world, nursery.folder)
    # A mock cluster makes a topic when it is first asked for.
    topics = [] if world.broker.kind == "mock" else ["topics"]
    nursery.run(_python("deploy.local.made_ready", *topics), "made-ready", env=told)
    ports: set[int] = set()
    while len(ports) < len(SERVICES):
        ports.add(free_port())
    addresses = {}
    for service, port in zip(SERVICES, ports, strict=True):
        nursery.start(_python(f"services.{service}"), service, env={**told, "PORT": str(port)})
        addresses[service] = f"http://127.0.0.1:{port}"
    for service, address in addresses.items():
        ready = f"{address}/{service}/health/ready"
        wait_for(nursery.servers[service], partial(_is_ready, ready), service)
    return addresses


def _python(module: str, *arguments: str) -> Command:
    return [sys.executable, "-m", module, *arguments]


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


async def prove(addresses: Mapping[str, str], folder: Path) -> str:
    """Load the fictional county, unless it is there, and return the match table."""
    await loaded(addresses, folder)
    async with client_of(addresses) as client:
        return match.table(await compared(client, folder, with_oracle=True))

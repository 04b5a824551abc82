"""The four services on this machine as they run for real: a process each, on ports of their own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from deploy.county import compared, loaded
from deploy.demo import match
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
    return {"VAR_DIR": str(folder), "BUS_URL": world.broker.url, **databases}


def start(nursery: Nursery, world: World) -> dict[str, str]:
    """Make topics and schemas, start each service, and return the address of each."""
    assert world.broker is not None
    told = settings(world, nursery.folder)
    if world.broker.kind != "mock":  # which makes a topic when it is first asked for
        nursery.run(_python("deploy.topics"), "topics", env=told)
    return {service: _start(nursery, service, told) for service in SERVICES}


def _start(nursery: Nursery, service: str, told: Mapping[str, str]) -> str:
    port = free_port()
    env = {**told, "PORT": str(port)}
    nursery.run(_python(f"services.{service}", "migrate"), f"{service}-migrate", env=env)
    server = nursery.start(_python(f"services.{service}"), service, env=env)
    address = f"http://127.0.0.1:{port}"
    wait_for(server, lambda: _is_ready(f"{address}/{service}/health/ready"), service)
    return address


def _python(module: str, *arguments: str) -> Command:
    return [sys.executable, "-m", module, *arguments]


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


async def prove(addresses: Mapping[str, str], folder: Path) -> str:
    """Load the fictional county, unless it is there, and return the match table."""

    async def to_its_service(request: httpx.Request) -> None:
        """Send a request to the service that its path begins with, as a reverse proxy would."""
        at = httpx.URL(addresses[request.url.path.split("/")[1]])
        request.url = request.url.copy_with(host=at.host, port=at.port)

    async with httpx.AsyncClient(
        event_hooks={"request": [to_its_service]}, base_url="http://127.0.0.1", timeout=120
    ) as client:
        await loaded(client, folder)
        return match.table(await compared(client, folder, with_oracle=True))

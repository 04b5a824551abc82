"""Everything in one process: ``make run`` and ``make prove``."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx

from deploy.choices import county_wanted, var_dir
from deploy.county import YEAR, compared, loaded
from deploy.demo import match
from deploy.local.processes import free_port
from deploy.services import SERVICES, chosen_services
from deploy.token import token
from libs.common.core.private import keep_private
from libs.common.core.public_url import reached_at
from libs.common.observability import logs
from libs.common.runtime.manifest import Service
from libs.common.runtime.process import (
    EXIT_SOFTWARE,
    Stop,
    check_port,
    read_settings,
    run_until_done,
    server_of,
    shared_of,
    sole_owner,
    system_of,
)
from libs.common.runtime.service import System
from libs.common.runtime.settings import CommonSettings
from libs.common.security import Role


def main(arguments: Sequence[str]) -> int:
    """Carry out one of the two commands and return the exit code."""
    keep_private(var_dir())
    match arguments:
        case ["run"]:
            return run_until_done(_run())
        case ["prove"]:
            return run_until_done(_prove())
        case _:
            print("run | prove", file=sys.stderr)
            return 2


@asynccontextmanager
async def serving(
    services: Sequence[Service], settings: Mapping[str, CommonSettings], port: int
) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.Task[None], System]]:
    """Serve services on a port; yield a client, the server's task and the system."""
    shared = shared_of(settings)
    check_port(shared.host, port)
    logs.configure("all-in-one", shared.log_level, sys.stderr)
    stop = Stop()
    system = system_of(services, settings, stop=stop)
    stop.server = server_of(system, shared.host, port)
    task = asyncio.create_task(stop.server.serve())
    async with httpx.AsyncClient(base_url=reached_at(shared.host, port), timeout=120) as client:
        try:
            while not (stop.server.started or task.done()):
                await asyncio.sleep(0.02)
            if task.done():
                raise SystemExit(EXIT_SOFTWARE)
            yield client, task, system
        finally:
            stop()
            await asyncio.gather(task, return_exceptions=True)


async def _run() -> int:
    services, county = chosen_services(os.environ), county_wanted(os.environ)
    settings = read_settings(services, _environment(county=county))
    shared = shared_of(settings)
    with sole_owner(shared):
        async with serving(services, settings, shared.port) as (client, task, system):
            if county and len(services) == len(SERVICES):
                await loaded(dict.fromkeys(settings, str(client.base_url)), var_dir())
                print(match.table(await compared(client, var_dir())))
            elif county:
                print("The fictional county needs all four services; it is not loaded now.")
            _print_addresses(reached_at(shared.host, shared.port), list(settings))
            await task
            return EXIT_SOFTWARE if system.failure else 0


def _environment(*, county: bool) -> dict[str, str]:
    """Return what the services are told: with the county, who loads it says when it recorded it."""
    if county and os.environ.get("PROFILE") != "production":
        return {"BACKDATING": "true", **os.environ}
    return dict(os.environ)


async def _prove() -> int:
    rows = await _proved()
    print(match.table(rows))
    return 1 if match.differences(rows) else 0


async def _proved() -> list[match.Row]:
    settings = read_settings(SERVICES, _environment(county=True))
    shared = shared_of(settings)
    base_url = reached_at(shared.host, shared.port)
    async with httpx.AsyncClient(base_url=base_url, timeout=120) as running:
        if await _is_ready(running):
            return await compared(running, var_dir(), with_oracle=True)
    with sole_owner(shared):
        async with serving(SERVICES, settings, free_port()) as (client, _, _):
            await loaded(dict.fromkeys(settings, str(client.base_url)), var_dir())
            return await compared(client, var_dir(), with_oracle=True)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/reporting/health/ready")).is_success
    except httpx.TransportError:
        return False


def _print_addresses(url: str, services: Sequence[str]) -> None:
    print(f"\nServing at {url}/ until stopped (Ctrl-C). Open it in a browser.")
    if "reporting" in services:
        print(f"  the report     {url}/reporting/reports/{YEAR}")
        print("  to sign in     choose who you are today: Testhead Alderfield is Head of Service")
    print("\nFor programs, what each service takes and gives:")
    for name in services:
        print(f"  {name:14} {url}/{name}/openapi.json")
    print("\nA token for each role, valid for twelve hours:")
    for role in Role:
        print(f"  {role:22} {token(var_dir(), role)}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

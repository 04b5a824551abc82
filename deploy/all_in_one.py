"""Everything in one process: ``make run``, ``make prove`` and ``make token``."""

import asyncio
import fcntl
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.demo import match, oracle
from deploy.demo.county import published_county
from deploy.demo.load import Loader, load
from deploy.services import SERVICES
from libs.common import logs
from libs.common.auth import DemoIssuer, Role
from libs.common.runtime import EXIT_SOFTWARE, Stop, read_settings, server_of, system_of

YEAR = "2018-19"
TOKEN_LIFETIME = timedelta(hours=12)


def main(arguments: Sequence[str]) -> int:
    """Carry out one of the three commands and return the exit code."""
    match arguments:
        case ["run"]:
            return asyncio.run(_run())
        case ["prove"]:
            return asyncio.run(_prove())
        case ["token", role, *subject]:
            print(_token(role, subject[0] if subject else ""))
            return 0
        case _:
            print("run | prove | token ROLE [NAME]", file=sys.stderr)
            return 2


def var_dir() -> Path:
    """Return where this process keeps its files: VAR_DIR, or ``var``."""
    return Path(os.environ.get("VAR_DIR", "var"))


@contextmanager
def sole_owner() -> Iterator[None]:
    """Hold the files' lock: one process writes them, and a second refuses to start."""
    var_dir().mkdir(parents=True, exist_ok=True)
    with (var_dir() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"Another process is using {var_dir()}.") from None
        yield


@asynccontextmanager
async def serving(port: int) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.Task[None], Any]]:
    """Serve all four services on a port; yield a client, the server's task and the system."""
    settings = read_settings(SERVICES, os.environ)
    logs.configure("all-in-one", next(iter(settings.values())).log_level, sys.stderr)
    stop = Stop()
    system = system_of(SERVICES, settings, stop=stop)
    stop.server = server_of(system, os.environ.get("HOST", "127.0.0.1"), port)
    task = asyncio.create_task(stop.server.serve())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
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
    port = int(os.environ.get("PORT", "8000"))
    with sole_owner():
        async with serving(port) as (client, task, system):
            await loaded(client)
            print(match.table(await compared(client)))
            _print_addresses(port)
            await task
            return EXIT_SOFTWARE if system.failure else 0


async def _prove() -> int:
    rows = await _proved()
    print(match.table(rows))
    return 1 if match.differences(rows) else 0


async def _proved() -> list[match.Row]:
    port = int(os.environ.get("PORT", "8000"))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as running:
        try:
            (await running.get("/reporting/health/ready")).raise_for_status()
            return await compared(running, with_oracle=True)
        except httpx.HTTPError:
            pass  # nothing is running: do it here
    with sole_owner():
        async with serving(free_port()) as (client, _, _):
            await loaded(client)
            return await compared(client, with_oracle=True)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def loaded(client: httpx.AsyncClient) -> None:
    """Load the fictional county, unless the marker says that it was loaded to the end."""
    marker = var_dir() / "county-loaded.json"
    if marker.exists():
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("loading the fictional county")
        done = await load(
            client,
            published_county(),
            _token,
            lambda what, sent, of: progress.update(
                task, description=what, completed=sent, total=of
            ),
        )
    part = marker.with_suffix(".part")
    part.write_text(json.dumps(_people(done)))
    part.replace(marker)


def _people(done: Loader) -> dict[str, Any]:
    """Return an example person for each role that reaches no further than their own."""
    return {
        "support-teacher": {"staff_id": done.staff["ST-010"]},
        "area-manager": {"teams": [done.team["T1"]]},
        "school-senco": {"schools": [done.school["900001"]]},
        "parent": {"children": [done.child["CH-0001"]]},
    }


async def compared(client: httpx.AsyncClient, *, with_oracle: bool = False) -> list[match.Row]:
    """Return the match table's rows: published against computed, and the oracle's if asked."""
    answer = await client.get(
        f"/reporting/v1/reports/{YEAR}",
        headers={"Authorization": f"Bearer {_token('head-of-service')}"},
    )
    report = answer.raise_for_status().json()
    rows = match.rows(match.published(), report["figures"], report["statements"])
    if with_oracle:
        county = published_county()
        second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
        return match.oracle_rows(rows, report["figures"], second, third)
    return rows


def _token(role: str, subject: str = "") -> str:
    """Return a token for a role; people of their own reach get an example's ids."""
    marker = var_dir() / "county-loaded.json"
    people = json.loads(marker.read_text()) if marker.exists() else {}
    own = people.get(role, {})
    try:
        known = Role(role)
    except ValueError:
        raise SystemExit(f"ROLE is one of: {', '.join(Role)}") from None
    return DemoIssuer(var_dir()).token(
        known,
        subject=subject or f"demo-{role}",
        teams=[UUID(one) for one in own.get("teams", [])],
        schools=[UUID(one) for one in own.get("schools", [])],
        children=[UUID(one) for one in own.get("children", [])],
        staff_id=UUID(own["staff_id"]) if "staff_id" in own else None,
        lifetime=TOKEN_LIFETIME,
    )


def _print_addresses(port: int) -> None:
    print(f"\nServing at http://127.0.0.1:{port}/ until stopped (Ctrl-C).")
    print(f"  the report     http://127.0.0.1:{port}/reporting/reports/{YEAR}")
    for service in SERVICES:
        print(f"  {service.name:14} http://127.0.0.1:{port}/{service.name}/openapi.json")
    print("\nA token for each role, valid for twelve hours:")
    for role in Role:
        print(f"  {role:22} {_token(role)}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

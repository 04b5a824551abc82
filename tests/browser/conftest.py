"""A county for a browser: a provider that is none of ours, and our pages over TLS."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from deploy.local.processes import free_port
from libs.common.core.clock import Clock, SystemClock
from libs.common.messaging.bus.local import LocalBus
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.process import sign_in_of
from libs.common.runtime.service import System
from libs.common.runtime.settings import CommonSettings
from libs.common.security import TokenChecker
from services.reporting.service import SERVICE
from tests.outside.provider import client_of_pages, new_keys, provided
from tests.secured.papers import Paper, Papers

HERE = Path(__file__).parent
SECRET = "made-up secret: 100% fictional"
PEOPLE = {
    "head": {"name": "Fictitia Alderfield", "roles": ["head-of-service"]},
    "parent": {"name": "Imaginus Fernleigh", "roles": ["parent"]},
    "stranger": {"name": "Nemo Dunmere", "roles": []},
}


@dataclass(frozen=True)
class Site:
    """Our pages as people reach them, and the settings that the county gave."""

    url: str
    system: System
    settings: CommonSettings


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    """Make an authority."""
    return Papers(tmp_path)


@pytest.fixture
async def county(papers: Papers) -> AsyncIterator[CommonSettings]:
    """Run a provider, and return the settings by which people sign in with it."""
    port, site = free_port(), f"https://127.0.0.1:{free_port()}"
    settings = CommonSettings.load(
        "reporting",
        {
            "VAR_DIR": str(papers.folder),
            "AUTH_ISSUER": f"https://localhost:{port}",
            "AUTH_CA_FILE": str(papers.authority),
            "AUTH_CLIENT_ID": "sssen-pages",
            "AUTH_CLIENT_SECRET_FILE": str(papers.password("client", SECRET)),
            "PUBLIC_URL": site,
        },
    )
    back, out = f"{site}/reporting/sign-in/callback", f"{site}/reporting/signed-out"
    pages = client_of_pages("sssen-pages", SECRET, back, out)
    async with provided(papers, new_keys("browser"), PEOPLE, port, pages):
        yield settings


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture
async def site(county: CommonSettings, papers: Papers, clock: Clock) -> AsyncIterator[Site]:
    """Serve the reporting service's pages over TLS."""
    around = Surroundings(
        database_urls={"reporting": county.database_url},
        bus=LocalBus(str(papers.folder / "bus.db")),
        tokens=TokenChecker(county),
        clock=clock,
        sign_in=sign_in_of(county),
    )
    system = System([SERVICE], around)
    async with serving(system, int(county.address.rpartition(":")[2]), papers.for_server()):
        yield Site(county.address, system, county)


@asynccontextmanager
async def serving(system: System, port: int, paper: Paper) -> AsyncIterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(
            system.app,
            port=port,
            log_config=None,
            ssl_certfile=paper.certificate,
            ssl_keyfile=paper.key,
        )
    )
    task = asyncio.create_task(server.serve())
    try:
        while not (server.started or task.done()):
            await asyncio.sleep(0.02)
        assert server.started
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def served(system: System) -> AsyncIterator[str]:
    """Serve services on a port, as they run in development; yield their address."""
    port = free_port()
    config = uvicorn.Config(system.app, port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not (server.started or task.done()):
            await asyncio.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def node(script: str, told: Mapping[str, Any]) -> str:
    """Run a script of this folder to its end, and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / script),
        json.dumps(told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_NO_WARNINGS": "1"},
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()
    return out.decode()

"""A county for a browser: a provider that is none of ours, and our pages over TLS."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pytest
import trustme
import uvicorn

from deploy.local.processes import free_port
from libs.common.auth import TokenChecker
from libs.common.bus.local import LocalBus
from libs.common.clock import Clock, SystemClock
from libs.common.runtime import sign_in_of
from libs.common.service import Surroundings, System
from libs.common.settings import CommonSettings
from services.reporting.service import SERVICE

HERE = Path(__file__).parent
PATIENCE = 30.0
SECRET = "made-up secret: 100% fictional"


@dataclass(frozen=True)
class Site:
    """Our pages as people reach them, and the settings that the county gave."""

    url: str
    system: System
    settings: CommonSettings


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Make an authority and a certificate for this machine."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    secret = tmp_path / "client-secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    return tmp_path


@pytest.fixture
def county(papers: Path) -> Iterator[CommonSettings]:
    """Run a provider, and return the settings by which people sign in with it."""
    port, site = free_port(), f"https://127.0.0.1:{free_port()}"
    settings = CommonSettings.load(
        "reporting",
        {
            "VAR_DIR": str(papers),
            "AUTH_ISSUER": f"https://127.0.0.1:{port}",
            "AUTH_CA_FILE": str(papers / "ca.pem"),
            "AUTH_CLIENT_ID": "sssen-pages",
            "AUTH_CLIENT_SECRET_FILE": str(papers / "client-secret"),
            "PUBLIC_URL": site,
        },
    )
    told = {
        "port": port,
        "certificate": str(papers / "certificate.pem"),
        "key": str(papers / "key.pem"),
        "client": settings.auth_client_id,
        "secret": SECRET,
        "site": site,
        "lifetime": 120,
    }
    with (papers / "provider.log").open("wb") as log:
        process = subprocess.Popen(
            ["node", HERE / "provider.mjs", json.dumps(told)], stdout=subprocess.PIPE, stderr=log
        )
    try:
        with cast("IO[bytes]", process.stdout) as said:
            assert said.readline() == b"ready\n", (papers / "provider.log").read_text()
            yield settings
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture
async def site(county: CommonSettings, papers: Path, clock: Clock) -> AsyncIterator[Site]:
    """Serve the reporting service's pages over TLS."""
    around = Surroundings(
        database_urls={"reporting": county.database_url},
        bus=LocalBus(str(papers / "bus.db")),
        tokens=TokenChecker(county),
        clock=clock,
        sign_in=sign_in_of(county),
    )
    system = System([SERVICE], around)
    async with serving(system, int(county.address.rpartition(":")[2]), papers):
        yield Site(county.address, system, county)


@asynccontextmanager
async def serving(system: System, port: int, papers: Path) -> AsyncIterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(
            system.app,
            port=port,
            log_config=None,
            ssl_certfile=papers / "certificate.pem",
            ssl_keyfile=papers / "key.pem",
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


async def node(script: str, told: dict[str, str]) -> str:
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

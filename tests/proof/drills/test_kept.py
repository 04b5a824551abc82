"""A cluster that `make down KEEP=1` left, of a version before: the next `make up` brings it on."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from deploy.local import kafka, postgres
from deploy.local.processes import Nursery, free_port
from deploy.services import SERVICES
from libs.common.core.private import PASSED_THROUGH
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.security import DemoIssuer, Role
from tests.integration.test_staff_references_told import MEMBER, kept, member
from tests.integration.test_upgrades import BEFORE, STAFF, migrate, published

pytestmark = [pytest.mark.real, pytest.mark.true_broker, pytest.mark.timeout(300)]

PATIENCE = 60.0


def local(command: str, var: Path, **more: str) -> str:
    """Run a command of ``deploy.local`` with servers of its own."""
    named = ("POSTGRES_URL", "BUS_URL")
    env = {name: value for name, value in os.environ.items() if name not in named}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", command],
        env={**env, "VAR_DIR": str(var), "COUNTY": "none", **more},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def var() -> Iterator[Path]:
    """Return a folder that PostgreSQL's account may enter; whatever runs there ends with it."""
    with TemporaryDirectory(prefix="kept-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "real").mkdir()
        for each in (folder, folder / "real"):
            each.chmod(PASSED_THROUGH)
        yield folder
        local("down", folder)


async def as_before(url: str) -> None:
    """Make the databases as a version before had them, with what it had recorded."""
    for service in SERVICES:
        address = make_url(url).set(database=service.name)
        database = Database(address.render_as_string(hide_password=False))
        try:
            await migrate(database, service, BEFORE[service.name])
            if service.name == "referral":
                async with database.writing() as connection:
                    await connection.execute(text(MEMBER), member("postgresql"))
                    await connection.execute(insert(tables.event), [kept(e) for e in published()])
        finally:
            await database.close()


def test_what_a_version_before_recorded_is_there_and_reported(var: Path) -> None:
    with Nursery(var / "real", detached=True) as nursery:
        url = postgres.start_own(nursery, safe=False).url
        port = free_port()
        kafka.start_own(nursery, port, port)
        postgres.create_databases(url)
        asyncio.run(as_before(url))
    local("down", var, KEEP="1")
    for server in nursery.servers.values():
        server.process.wait(PATIENCE)
    printed = dict(line.partition("=")[::2] for line in local("up", var).splitlines())
    headers = {"Authorization": f"Bearer {DemoIssuer(var / 'real').token(Role.HEAD_OF_SERVICE)}"}
    staff = f"{printed['URL_REFERRAL']}/referral/v1/staff/by-reference/S1"
    assert httpx.get(staff, headers=headers, timeout=60).json()["staff_id"] == str(STAFF)
    report = f"{printed['URL_REPORTING']}/reporting/v1/reports/2018-19"
    deadline = time.monotonic() + PATIENCE
    teams = ""
    while teams != "1":
        assert time.monotonic() < deadline, "the team of then is reported"
        answer = httpx.get(report, headers=headers, timeout=60)
        figures = answer.json()["figures"] if answer.is_success else []
        teams = next((one["printed"] for one in figures if one["id"] == "service.teams"), "")

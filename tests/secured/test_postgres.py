"""PostgreSQL over TLS: the engine, the heartbeat and the migrations come to it in the same way."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import text as sql
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.local import LocalBus
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, TokenChecker
from services.referral.service import SERVICE
from tests.secured.postgres import Server, text

pytestmark = [pytest.mark.real, pytest.mark.tls]


@pytest.fixture(scope="module", autouse=True)
def made(
    database: Server, tmp_path_factory: pytest.TempPathFactory
) -> "subprocess.CompletedProcess[str]":
    """What became of the command that makes the schema in earnest."""
    return migrated(tmp_path_factory.mktemp("var"), text(database.url()))


def test_migrations_run_over_tls(made: "subprocess.CompletedProcess[str]") -> None:
    assert made.returncode == 0, made.stderr + made.stdout


def migrated(var: Path, url: str) -> "subprocess.CompletedProcess[str]":
    names = {k: v for k, v in os.environ.items() if not k.startswith(("BUS_", "PG"))}
    return subprocess.run(
        [sys.executable, "-m", "services.referral", "migrate"],
        env={**names, "VAR_DIR": str(var), "REFERRAL_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Start referral on a database."""
    around = Surroundings(
        database_urls={SERVICE.name: url},
        bus=LocalBus(str(folder / "bus.db")),
        tokens=TokenChecker(DemoIssuer(folder).settings),
        clock=SystemClock(),
        upgrade=False,
    )
    system = System([SERVICE], around)
    transport = httpx.ASGITransport(system.app, raise_app_exceptions=False)
    async with system.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://t") as c:
        yield c


async def is_ready(client: httpx.AsyncClient, **wanted: str) -> None:
    """Wait until the service says what is wanted of its health."""
    async with asyncio.timeout(20):
        while True:
            said = (await client.get("/referral/health/ready")).json()
            if wanted.items() <= said.items():
                return
            await asyncio.sleep(0.05)


async def test_the_service_and_its_heartbeat_work_over_tls(
    database: Server, tmp_path: Path
) -> None:
    async with serving(text(database.url()), tmp_path) as client:
        await asyncio.sleep(1.5)  # the heartbeat would have found the database away by then
        await is_ready(client, status="ready")
    async with encrypted(Database(text(database.url()))) as found:
        assert found == [True]


@asynccontextmanager
async def encrypted(database: Database) -> AsyncIterator[list[bool]]:
    try:
        async with database.reading() as connection:
            query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            yield list((await connection.execute(sql(query))).scalars())
    finally:
        await database.close()


async def test_a_certificate_is_as_good_as_a_password(database: Server) -> None:
    paper = database.papers.for_client("certified")
    files = {"sslcert": str(paper.certificate), "sslkey": str(paper.key)}
    url = database.url("certified", None).update_query_dict(files)
    await answers(url)


async def test_a_password_may_be_in_a_file_that_is_replaced(
    database: Server, tmp_path: Path
) -> None:
    file = tmp_path / "pgpass"
    url = database.url("referral", None).update_query_dict({"passfile": str(file)})
    file.write_text("*:*:*:*:a guess\n")
    file.chmod(0o600)
    one = Database(text(url))
    try:
        with pytest.raises(DBAPIError):
            await one.check()
        assert one.trouble == "credentials-refused"
        file.write_text("*:*:*:*:word-of-referral\n")
        await one.check()
        assert one.trouble is None
    finally:
        await one.close()


async def answers(url: URL) -> None:
    """Come to the database in both ways in which a service does."""
    one = Database(text(url))
    try:
        await one.check()
        await (await one.connect()).close()
    finally:
        await one.close()


async def reasons(url: URL) -> set[str | None]:
    """Return why it refuses, by the pool's way and by the heartbeat's."""
    one = Database(text(url))
    found: set[str | None] = set()
    try:
        for way in (one.check, one.connect):
            one.trouble = None
            with pytest.raises((OSError, asyncpg.PostgresError, DBAPIError)):
                await way()
            found.add(one.trouble)
    finally:
        await one.close()
    return found


REFUSED: dict[str, tuple[Callable[[Server], URL], str]] = {
    "an authority we do not believe": (
        lambda one: one.url().update_query_dict({"sslrootcert": str(one.stranger.authority)}),
        "server-certificate-not-trusted",
    ),
    "a certificate of ours that is gone": (
        lambda one: one.url().update_query_dict(
            {"sslcert": "/nowhere", "sslkey": str(one.right.key)}
        ),
        "own-file-unusable",
    ),
    "a wrong password": (lambda one: one.url(password="a guess"), "credentials-refused"),
    "a database that is not there": (
        lambda one: one.url(database="elsewhere"),
        "no-such-database",
    ),
    "no certificate of ours": (lambda one: one.url("certified", None), "credentials-refused"),
    "in the clear": (
        lambda one: one.url().set(query={"sslmode": "disable"}),
        "credentials-refused",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_wrong_is_refused_and_says_why(database: Server, case: str) -> None:
    url, reason = REFUSED[case]
    assert await reasons(url(database)) == {reason}


@pytest.fixture
def restored(database: Server) -> Iterator[None]:
    yield
    database.show(database.right)


async def shown(database: Server, fault: str) -> str:
    """Have the server show a certificate with a fault; return what is said of it."""
    if fault == "expired":
        database.show(database.papers.expired())
        return "server-certificate-expired"
    database.show(database.papers.for_server("db.elsewhere.example", name=f"e{uuid4().hex[:6]}"))
    return "server-name-differs"


@pytest.mark.parametrize("fault", ["expired", "another's name"])
async def test_a_running_service_says_what_is_wrong_and_comes_back(
    database: Server, tmp_path: Path, restored: None, fault: str
) -> None:
    async with serving(text(database.url()), tmp_path) as client:
        await is_ready(client, status="ready")
        reason = await shown(database, fault)
        await cut(database)
        await is_ready(client, status="database-away", reason=reason)
        assert (await client.get("/referral/health/live")).status_code == 200
        database.show(database.right)
        await is_ready(client, status="ready")


async def cut(database: Server) -> None:
    """End the connections that are there, so that new ones must be made."""
    connection = await asyncpg.connect(database.admin)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'referral'"
        )
    finally:
        await connection.close()


def test_migrations_are_refused_as_well(database: Server, tmp_path: Path) -> None:
    url, _ = REFUSED["a wrong password"]
    done = migrated(tmp_path, text(url(database)))
    assert done.returncode != 0
    assert "a guess" not in done.stdout + done.stderr

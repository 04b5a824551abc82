"""What deploy/postgres-init does to a real PostgreSQL: a role has its own database and no other."""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import asyncpg
import pytest

from deploy.local import postgres
from deploy.local.processes import scratch, unprivileged_user
from deploy.services import SERVICES
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from tests.mutants.planted import ROOT

pytestmark = pytest.mark.real
NAMES = [service.name for service in SERVICES]
ATTRIBUTES = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
# Beside the lines of ours, so that the test can still look.
FOR_THE_TEST = "host all postgres 127.0.0.1/32 trust\n"


@dataclass(frozen=True)
class Made:
    """A server after the script, at a port, and the folder of its secrets."""

    admin_url: str
    port: int
    secrets: Path

    def password(self, role: str) -> str:
        line = (self.secrets / f"{role}.pgpass").read_text().strip()
        host, port, database, user, password = line.split(":")
        assert (host, port, database, user) == ("postgres", "5432", role, role)
        return password

    async def connected(
        self, role: str, database: str, *, password: str = "", tls: bool = True
    ) -> asyncpg.Connection:
        authority = ssl.create_default_context(cafile=self.secrets / "ca.pem")
        authority.check_hostname = False  # it is called `postgres` in the network of the containers
        return await asyncpg.connect(
            host="127.0.0.1",
            port=self.port,
            user=role,
            database=database,
            password=password or self.password(role),
            ssl=authority if tls else False,
            timeout=10,
        )


@pytest.fixture(scope="module")
def made(secrets: Path) -> Iterator[Made]:
    """Start a server, run the script as the image does, migrate, and ask for TLS and passwords."""
    with scratch("init-") as nursery:
        url = postgres.start_own(nursery, safe=False).url
        port = int(url.rpartition(":")[2].partition("/")[0])
        binaries = postgres._binaries(nursery.folder, unprivileged_user()).folder
        subprocess.run(
            [ROOT / "deploy/postgres-init/roles.sh"],
            env={
                "PATH": f"{binaries}:{os.environ['PATH']}",
                "PGHOST": "127.0.0.1",
                "PGPORT": str(port),
                "POSTGRES_USER": "postgres",
                "SECRETS_DIR": str(secrets),
            },
            check=True,
            timeout=60,
        )
        asyncio.run(_migrate(port))
        asyncio.run(_close(url, nursery.folder / "postgres", secrets))
        yield Made(url, port, secrets)


async def _migrate(port: int) -> None:
    """Make each schema as the service's own role."""
    for service in SERVICES:
        name = service.name
        database = Database(f"postgresql://{name}@127.0.0.1:{port}/{name}")
        try:
            await upgrade(database, service.migrations)
        finally:
            await database.close()


async def _close(url: str, data: Path, secrets: Path) -> None:
    """Ask for TLS and passwords, as deploy/compose.yaml does."""
    _copy_certificate(data, secrets)
    admin = await asyncpg.connect(url)
    for setting in (
        f"ssl_cert_file = '{data / 'postgres.pem'}'",
        f"ssl_key_file = '{data / 'postgres.key'}'",
        "ssl = on",
    ):
        await admin.execute(f"ALTER SYSTEM SET {setting}")
    await admin.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(20):
        while await admin.fetchval("SHOW ssl") != "on":
            await asyncio.sleep(0.05)
        lines = (ROOT / "deploy/pg_hba.conf").read_text()
        (data / "pg_hba.conf").write_text(FOR_THE_TEST + lines)
        await admin.execute("SELECT pg_reload_conf()")
        asked = "SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL"
        assert await admin.fetchval(asked) == 0
        while await _is_let_in(url.replace("postgres@", "survey@")):
            await asyncio.sleep(0.05)
    await admin.close()


def _copy_certificate(data: Path, secrets: Path) -> None:
    owner = data.stat()
    for name in ("postgres.pem", "postgres.key"):
        shutil.copy(secrets / name, data / name)
        os.chown(data / name, owner.st_uid, owner.st_gid)


async def _is_let_in(url: str) -> bool:
    try:
        await (await asyncpg.connect(url, ssl=False)).close()
    except asyncpg.InsufficientPrivilegeError:
        return True  # by the file's lines, if not by the database
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    return True


async def test_a_role_is_let_into_its_own_database_and_owns_what_is_in_it(made: Made) -> None:
    for name in NAMES:
        connection = await made.connected(name, name)
        assert await connection.fetchval("SELECT count(*) FROM audit") == 0
        await connection.execute("CREATE SCHEMA fresh")  # a rebuild makes one
        owners = await connection.fetch(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        )
        assert [row[0] for row in owners] == [name]
        await connection.close()


async def test_a_role_is_refused_where_it_has_no_business(made: Made) -> None:
    elsewhere = [*permutations(NAMES, 2), *((name, "postgres") for name in NAMES)]
    elsewhere += [(name, "template1") for name in NAMES]
    for role, database in elsewhere:
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await made.connected(role, database)
    admin = await asyncpg.connect(made.admin_url)
    for role, database in elsewhere:  # whatever pg_hba.conf says
        asked = "SELECT has_database_privilege($1, $2, 'CONNECT')"
        assert not await admin.fetchval(asked, role, database), (role, database)
    await admin.close()


async def test_a_role_has_a_password_of_its_own_and_comes_over_tls(made: Made) -> None:
    assert len({made.password(name) for name in NAMES}) == len(NAMES)
    for name, other in zip(NAMES, NAMES[1:] + NAMES[:1], strict=True):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await made.connected(name, name, password=made.password(other))
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await made.connected(name, name, tls=False)


async def test_a_role_can_make_neither_role_nor_database(made: Made) -> None:
    admin = await asyncpg.connect(made.admin_url)
    rows = await admin.fetch(
        f"SELECT {ATTRIBUTES} FROM pg_roles WHERE rolname = ANY($1)",  # noqa: S608 - of ours
        NAMES,
    )
    member = "SELECT count(*) FROM pg_auth_members WHERE member::regrole::text = ANY($1)"
    assert await admin.fetchval(member, NAMES) == 0
    await admin.close()
    assert [tuple(row) for row in rows] == [(False,) * 5] * len(NAMES)
    connection = await made.connected("survey", "survey")
    for statement in ("CREATE DATABASE more", "CREATE ROLE more", "ALTER ROLE survey SUPERUSER"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()

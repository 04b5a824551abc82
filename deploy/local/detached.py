"""Servers for development that live on under ``VAR_DIR/real``: ``make up`` and ``make down``."""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import pids
from deploy.local.postgres import STOP_SIGNAL, create_databases
from deploy.local.processes import Nursery
from deploy.local.world import World, started


def up() -> None:
    """Start both unless they run, create the databases, and print where they are."""
    with _folder() as folder:
        if not _is_up(folder):
            _stop(folder)
            with started(Nursery(folder, detached=True)) as world:
                create_databases(world.database.url)
                _write_env(folder / "env", world)
                world.describe()
        for line in (folder / "env").read_text().splitlines():
            print(_without_password(line))


def down() -> None:
    """Stop what `up` started, and remove its data unless KEEP=1."""
    with _folder() as folder:
        _stop(folder)
        if os.environ.get("KEEP") != "1":
            shutil.rmtree(folder)


@contextmanager
def _folder() -> Iterator[Path]:
    """Return the servers' folder, for one command at a time."""
    var = Path(os.environ.get("VAR_DIR", "var")).resolve()
    folder = var / "real"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # PostgreSQL's account has to get to its own folder in it
    with (var / "real.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _is_up(folder: Path) -> bool:
    return (folder / "env").exists() and all(map(pids.is_alive, folder.glob("*.pid")))


def _stop(folder: Path) -> None:
    (folder / "env").unlink(missing_ok=True)
    for file in folder.glob("*.pid"):
        pids.stop(file, STOP_SIGNAL if file.stem == "postgres" else signal.SIGTERM)


def _write_env(file: Path, world: World) -> None:
    file.touch(mode=0o600)  # POSTGRES_URL may be somebody's own, with a password in it
    file.write_text("".join(f"{name}={value}\n" for name, value in world.addresses.items()))


def _without_password(line: str) -> str:
    password = urlsplit(line.partition("=")[2]).password
    return line.replace(f":{password}@", ":***@") if password else line

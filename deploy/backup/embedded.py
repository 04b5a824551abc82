"""SQLite files copied at one moment: every writer is held for milliseconds, and then goes on."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.manifest import PRIVATE, BackupError
from libs.common.runtime.settings import CommonSettings

BUS = "bus"
WAIT_SECONDS = 30.0


def files(settings: Mapping[str, CommonSettings]) -> dict[str, Path]:
    """Return the file of each service's database, and that of the bus, in a fixed order."""
    found = {
        name: Path(told.database_url.removeprefix("sqlite:///")) for name, told in settings.items()
    }
    bus = next(iter(settings.values())).bus.path
    assert bus is not None
    return {**found, BUS: bus}


def copy_at_once(sources: Mapping[str, Path], folder: Path) -> datetime:
    """Copy databases as they are at one moment; return when that was.

    All are locked against writers, in the same order each time; then each is looked at, which
    fixes what the look will see; then the writers go on, and what was looked at is copied.
    """
    missing = sorted(name for name, path in sources.items() if not path.exists())
    if missing:
        raise BackupError(f"there is no file of: {', '.join(missing)}")
    with ExitStack() as looks:
        with ExitStack() as fences:
            for path in sources.values():
                fence = fences.enter_context(closing(_opened(path)))
                fence.execute("BEGIN IMMEDIATE")
            found = {name: looks.enter_context(closing(_opened(p))) for name, p in sources.items()}
            for look in found.values():
                look.execute("BEGIN")
                look.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            moment = datetime.now(UTC)
        for name, look in found.items():
            _copy(look, folder / f"{name}.db")
    return moment


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)


def _copy(look: sqlite3.Connection, target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        look.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError(f"the copy of {target.stem} is damaged")
    descriptor = os.open(target, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)

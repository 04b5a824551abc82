"""Takes a backup of all services as they are at one moment: ``make backup TO=DIR``.

``python -m deploy.backup DIR``, while they serve or not. The folder is made, for its owner alone:
the databases, the audits' keys and heads, and last `manifest.json`, without which it is no backup.
"""

import asyncio
import os
import platform
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from deploy.backup import embedded, real
from deploy.backup.manifest import (
    BackupError,
    Contents,
    Manifest,
    audit_files,
    contents,
    copied,
)
from deploy.beside import UNREADABLE, chosen
from deploy.services import BY_NAME
from libs.common.pages.people import COUNTY
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Service
from libs.common.runtime.settings import CommonSettings


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Take a backup and print what is in it; return the exit code."""
    if len(arguments) != 1:
        print("TO=DIR: a folder that is not there yet", file=sys.stderr)
        return UNREADABLE
    folder = Path(arguments[0])
    try:
        manifest = asyncio.run(backup(folder, chosen([], environ)))
    except (BackupError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        said = str(error) if isinstance(error, BackupError) else type(error).__name__
        print(f"no backup was taken: {said}", file=sys.stderr)
        return UNREADABLE
    for name, found in manifest.services.items():
        print(f"{name:12} revision {found.revision}  {found.total:>8} rows  {found.digest[:12]}")
    print(f"as of {manifest.moment}, in {folder}: {len(manifest.files)} files and their manifest")
    return 0


async def backup(folder: Path, settings: Mapping[str, CommonSettings]) -> Manifest:
    """Take a backup; raises BackupError."""
    _make(folder)
    for told in settings.values():
        # Before the databases: an anchor written after them would be of a seal they do not hold.
        for name, path in audit_files(told).items():
            copied(path, folder / name)
    told = next(iter(settings.values()))
    copied(told.var_dir / COUNTY, folder / COUNTY)
    versions = {"python": platform.python_version()}
    if told.database_url.startswith("sqlite:"):
        manifest = await _embedded(folder, settings, versions)
    else:
        moment, found, servers = await real.dump_at_once(settings, folder)
        manifest = Manifest("real", moment.isoformat(), {**versions, **servers}, found)
    manifest.write(folder)
    return Manifest.read(folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise BackupError(f"{folder} is there already") from None


async def _embedded(
    folder: Path, settings: Mapping[str, CommonSettings], versions: Mapping[str, str]
) -> Manifest:
    sources = embedded.files(settings)
    moment = await asyncio.to_thread(embedded.copy_at_once, sources, folder)
    found: dict[str, Contents] = {}
    for name in settings:
        found[name] = await looked_through(folder / f"{name}.db", BY_NAME[name])
    all_versions = {**versions, "sqlite": sqlite3.sqlite_version}
    return Manifest("embedded", moment.isoformat(), all_versions, found)


async def looked_through(path: Path, service: Service) -> Contents:
    """Return what is in a copy."""
    database = Database(f"sqlite:///{path}")
    try:
        async with database.reading() as connection:
            return await contents(connection, service.metadata)
    finally:
        await database.close()


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1:], os.environ))

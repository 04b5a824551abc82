"""Restores a backup and checks what came of it: ``make restore FROM=DIR``.

``python -m deploy.backup.restore [--replace] DIR [SERVICE...]``: all services, or those named. It
refuses while a service runs, and where there is something already unless told to replace it. Heads
and keys of audits that were there are kept beside the restored ones, as evidence of what was
sealed since; so are embedded databases. The bus is left as it is, in both worlds: it tells what was
published since. Only an embedded one that is missing comes from the backup. Exit code 0 where all
is as it was at the backup's moment.
"""

import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from deploy.audit import Unreadable, verified
from deploy.backup import embedded, real
from deploy.backup.manifest import (
    BackupError,
    Contents,
    Manifest,
    audit_files,
    contents,
    copied,
    sha256,
)
from deploy.beside import UNREADABLE, chosen, existing
from deploy.services import BY_NAME
from libs.common.audit.anchor import AnchorUnreadable
from libs.common.pages.people import COUNTY
from libs.common.persistence.db import Database
from libs.common.runtime.process import run_until_done, shared_of, sole_owner
from libs.common.runtime.settings import CommonSettings

NOT_AS_IT_WAS = 1


@dataclass(frozen=True)
class Checked:
    """What was found of one service after its restore."""

    service: str
    rows: int
    differing: list[str]
    audit: str

    @property
    def is_right(self) -> bool:
        """Whether everything is as it was."""
        return not self.differing and self.audit == "whole"


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Restore, check and print; return the exit code."""
    replace = "--replace" in arguments
    folder, *names = [one for one in arguments if one != "--replace"] or [""]
    if not folder:
        print("FROM=DIR [SERVICE=…] [REPLACE=1]", file=sys.stderr)
        return UNREADABLE
    settings = chosen(names, environ)
    with sole_owner(shared_of(settings)):
        try:
            found = run_until_done(
                restore(Path(folder), settings, replace=replace, whole=not names)
            )
        except (BackupError, SQLAlchemyError, sqlite3.Error, OSError) as error:
            said = str(error) if isinstance(error, BackupError) else type(error).__name__
            print(f"not restored: {said}", file=sys.stderr)
            return UNREADABLE
    return _print(found)


def _print(found: Sequence[Checked]) -> int:
    print(f"{'service':12} {'rows':>8}  {'revision, counts, digest':26} audit")
    for one in found:
        said = "as they were" if not one.differing else f"differ: {', '.join(one.differing)}"
        print(f"{one.service:12} {one.rows:>8}  {said:26} {one.audit}")
    print(
        "\nStart the services. One whose topic holds later events says `topic-ahead` at"
        " /health/ready\nand refuses commands: `make reconcile` says what is missing."
    )
    return 0 if all(one.is_right for one in found) else NOT_AS_IT_WAS


async def restore(
    folder: Path, settings: Mapping[str, CommonSettings], *, replace: bool, whole: bool = True
) -> list[Checked]:
    """Restore services; raises BackupError before anything is changed where it may not be."""
    manifest = Manifest.read(folder, None if whole else settings)
    is_embedded = next(iter(settings.values())).database_url.startswith("sqlite:")
    if is_embedded is not (manifest.world == "embedded"):
        raise BackupError(
            f"it is a backup of the {manifest.world} world, and the settings name the other"
        )
    aside = f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    if is_embedded:
        _place_files(folder, settings, aside, replace=replace, whole=whole)
    else:
        await _fill_databases(folder, manifest, settings, replace=replace)
    for told in settings.values():
        for name, path in audit_files(told).items():
            _place(folder / name, path, aside)
    told = next(iter(settings.values()))
    if whole:
        copied(folder / COUNTY, told.var_dir / COUNTY)
    return [await _checked(told, manifest.services[name]) for name, told in settings.items()]


def _place_files(
    folder: Path,
    settings: Mapping[str, CommonSettings],
    aside: str,
    *,
    replace: bool,
    whole: bool,
) -> None:
    targets = embedded.files(settings)
    bus = targets[embedded.BUS]
    if not whole or bus.exists():
        del targets[embedded.BUS]  # what was published since stands there, and nowhere else
    there = sorted(name for name, path in targets.items() if path.exists())
    if there and not replace:
        raise BackupError(f"there is a database already of: {', '.join(there)} (REPLACE=1)")
    for name, path in targets.items():
        for end in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + end)
            if beside.exists():
                beside.rename(beside.with_name(f"{beside.name}.{aside}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        copied(folder / f"{name}.db", path)


async def _fill_databases(
    folder: Path,
    manifest: Manifest,
    settings: Mapping[str, CommonSettings],
    *,
    replace: bool,
) -> None:
    filled: dict[str, list[str]] = {}
    for name, told in settings.items():
        database = Database(told.database_url)
        try:
            if await real.users(database):
                raise BackupError(f"{name} is in use: stop the service and all who read it")
            filled[name] = await real.tables_in(database)
        finally:
            await database.close()
    if (there := sorted(one for one, found in filled.items() if found)) and not replace:
        raise BackupError(f"there are tables already of: {', '.join(there)} (REPLACE=1)")
    for name, told in settings.items():
        if filled[name]:
            database = Database(told.database_url)
            try:
                await real.drop(database, filled[name])
            finally:
                await database.close()
        taken_from = int(manifest.versions[f"postgresql-{name}"])
        await real.restore(told.database_url, folder / f"{name}.dump", taken_from)


def _place(source: Path, target: Path, aside: str) -> None:
    """Put a file of the audit where it belongs; another that is there is kept beside it."""
    if target.exists() and sha256(target) != sha256(source):
        target.rename(target.with_name(f"{target.name}.{aside}"))
    target.parent.mkdir(parents=True, exist_ok=True)
    copied(source, target)


async def _checked(told: CommonSettings, before: Contents) -> Checked:
    database = existing(told.database_url)
    try:
        async with database.reading() as connection:
            now = await contents(connection, BY_NAME[told.service].metadata)
    finally:
        await database.close()
    differing = [
        name
        for name in ("revision", "rows", "digest")
        if getattr(now, name) != getattr(before, name)
    ]
    return Checked(told.service, now.total, differing, await _audit(told))


async def _audit(told: CommonSettings) -> str:
    try:
        verdict = await verified(told.service, told)
    except (Unreadable, AnchorUnreadable) as error:
        return f"cannot be verified: {error}"
    return "; ".join(verdict.faults) or "whole"


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1:], os.environ))

"""What a backup holds and how it is known again: one page of JSON beside its files."""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self

from sqlalchemy import MetaData, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.digest import digest
from libs.common.persistence import tables
from libs.common.runtime.settings import CommonSettings

NAME: Final = "manifest.json"
PRIVATE: Final = 0o600
World = Literal["embedded", "real"]


class BackupError(Exception):
    """A backup or restore cannot go on; the message says why, to whoever sits at the terminal."""


@dataclass(frozen=True)
class Contents:
    """What a database holds: its revision, the rows of each table, and a digest of its own."""

    revision: str
    rows: Mapping[str, int]
    digest: str

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.rows.values())


@dataclass(frozen=True)
class Manifest:
    """A backup's page: the moment it shows, of which versions, and the SHA-256 of each file."""

    world: World
    moment: str
    versions: Mapping[str, str]
    services: Mapping[str, Contents]
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the page; a folder without it is no backup."""
        described = {path.name: sha256(path) for path in sorted(folder.iterdir())}
        page = asdict(self) | {"files": described}
        draft = folder / f"{NAME}.part"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as file:
            json.dump(page, file, indent=2, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / NAME)

    @classmethod
    def read(cls, folder: Path, only: Collection[str] | None = None) -> Self:
        """Read the page and check every file against it; raises BackupError.

        With ``only``, the files of these services alone are checked.
        """
        try:
            page: dict[str, Any] = json.loads((folder / NAME).read_bytes())
            page["services"] = {name: Contents(**one) for name, one in page["services"].items()}
            found = cls(**page)
        except (OSError, ValueError, TypeError, KeyError):
            raise BackupError(
                f"{folder} holds no {NAME} that can be read: no whole backup"
            ) from None
        wanted = {end for one in only or () for end in (one, f"audit-{one}")}
        damaged = sorted(
            name
            for name, known in found.files.items()
            if (only is None or Path(name).stem in wanted) and sha256(folder / name) != known
        )
        if damaged:
            raise BackupError(f"not as they were written: {', '.join(damaged)}")
        return found


def sha256(path: Path) -> str:
    """Return a file's SHA-256; nothing where there is no file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


async def contents(connection: AsyncConnection, metadata: MetaData) -> Contents:
    """Look through a database, as one state of it."""
    revision = text("SELECT version_num FROM alembic_version")
    rows = {}
    for table in (*tables.metadata.sorted_tables, *metadata.sorted_tables):
        query = select(func.count()).select_from(table)
        rows[table.name] = (await connection.execute(query)).scalar_one()
    version = (await connection.execute(revision)).scalar_one()
    return Contents(str(version), rows, await digest(connection, metadata))


def audit_files(settings: CommonSettings) -> dict[str, Path]:
    """Return where a service's audit key and heads are, by their names in a backup."""
    return {
        f"audit-{settings.service}.key": settings.audit_key_file,
        f"audit-{settings.service}.heads": settings.audit_heads_file,
    }


def copied(source: Path, target: Path) -> None:
    """Copy a file for good, readable by the owner alone; one that is not there is none."""
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return
    draft = target.with_name(f"{target.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)

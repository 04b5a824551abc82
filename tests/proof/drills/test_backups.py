"""What a backup holds, who may read it, and when a restore or a backup is refused."""

import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from deploy.backup import tools
from deploy.backup.__main__ import backup, main
from deploy.backup.embedded import copy_at_once
from deploy.backup.manifest import BackupError, Manifest
from deploy.backup.restore import main as restoring
from deploy.backup.restore import restore
from libs.common.persistence.migrations import configuration
from services.survey.service import SERVICE as SURVEY
from tests.proof.drills.stage import Stage, stage_in
from tests.unit.reporting.editions.stage import County, Now
from tests.worlds import EMBEDDED, REAL

ONLY_EMBEDDED = pytest.mark.parametrize("kind", [EMBEDDED])
ONLY_REAL = pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)])


@pytest.fixture
async def stage(kind: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Return a stage with a little in it."""
    async with stage_in(kind, tmp_path) as made:
        async with made.serving() as world:
            await made.work_well(world, 3)
            await world.settle()
        yield made


async def test_a_backup_is_for_its_owner_alone_and_says_what_it_holds(
    stage: Stage, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    manifest = await backup(folder, stage.settings())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert set(manifest.files) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert {"audit-survey.key", "audit-survey.heads"} <= set(manifest.files)
    assert manifest.services["survey"].rows["event"] == 2
    assert manifest.services["reporting"].rows["fact_team"] == 1
    revisions = ScriptDirectory.from_config(configuration(SURVEY.migrations))
    assert manifest.services["survey"].revision == revisions.get_current_head()


async def test_a_published_edition_is_the_same_bytes_after_a_restore(
    stage: Stage, tmp_path: Path
) -> None:
    """What was published cannot be counted again from the events: it is in the backup."""
    address = "/reporting/v1/editions/2018-19/1.0.0"
    async with stage.serving() as world:
        await County(world, Now(datetime.now(UTC))).published("2019-12-10", "2019-12-20")
        first = (await world.client.get(address)).content
        await world.settle()
    folder = tmp_path / "backup"
    manifest = await backup(folder, stage.settings())
    assert manifest.services["reporting"].rows["edition_content"] == 1
    found = await restore(folder, stage.settings(), replace=True)
    assert all(one.is_right for one in found)
    async with stage.serving() as world:
        again = await world.client.get(address)
        assert (again.status_code, again.content) == (200, first)
        await world.settle()


async def test_a_folder_that_is_there_is_not_written_to(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is there already"):
        await backup(tmp_path, stage.settings())


async def test_what_was_changed_is_not_restored(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    name = min((await backup(folder, stage.settings())).files)
    (folder / name).write_bytes(b"changed")
    with pytest.raises(BackupError, match=f"not as they were written: {name}"):
        await restore(folder, stage.settings(), replace=True)
    (folder / "manifest.json").unlink()
    with pytest.raises(BackupError, match="no whole backup"):
        Manifest.read(folder)


async def test_one_service_is_restored_without_the_files_of_others(
    stage: Stage, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    files = (await backup(folder, stage.settings())).files
    mine = {name for name in files if Path(name).stem in {"survey", "audit-survey"}}
    for name in files.keys() - mine:
        (folder / name).unlink()
    found = await restore(folder, stage.settings("survey"), replace=True, whole=False)
    assert [one.is_right for one in found] == [True]
    (folder / min(mine)).write_bytes(b"changed")
    with pytest.raises(BackupError, match=f"not as they were written: {min(mine)}"):
        await restore(folder, stage.settings("survey"), replace=True, whole=False)


async def test_what_is_there_is_replaced_only_when_told(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    await backup(folder, stage.settings())
    with pytest.raises(BackupError, match=r"already of: .*survey"):
        await restore(folder, stage.settings(), replace=False)


@ONLY_REAL
async def test_a_database_in_use_is_not_replaced(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    await backup(folder, stage.settings())
    async with stage.serving():
        with pytest.raises(BackupError, match="is in use"):
            await restore(folder, stage.settings(), replace=True)


@ONLY_EMBEDDED
async def test_later_heads_are_kept_as_evidence(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    await backup(folder, stage.settings())
    async with stage.serving() as world:
        await stage.work_well(world, 3)
    heads = stage.settings("survey")["survey"].audit_heads_file
    later = heads.read_text()
    assert later != (folder / heads.name).read_text()
    await restore(folder, stage.settings(), replace=True)
    assert heads.read_text() == (folder / heads.name).read_text()
    (kept,) = set_aside(tmp_path, heads.name)
    assert kept.read_text() == later
    assert len(set_aside(tmp_path, "survey.db")) == 1


def set_aside(folder: Path, name: str) -> list[Path]:
    return list(folder.glob(f"{name}.before-restore-*"))


@ONLY_EMBEDDED
async def test_the_other_world_is_refused_in_words(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "backup"
    await backup(folder, stage.settings())
    page = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(page.replace('"embedded"', '"real"'))
    with pytest.raises(BackupError, match="of the real world"):
        await restore(folder, stage.settings(), replace=True)
    assert main([], stage.environ) == restoring([], stage.environ) == 2
    assert "TO=DIR" in capsys.readouterr().err


def test_copies_show_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    sources = {name: tmp_path / f"{name}.sqlite" for name in ("one", "two")}
    for path in sources.values():
        with closing(sqlite3.connect(path)) as made:
            made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER)")
    target = tmp_path / "copies"
    target.mkdir()
    copy_at_once(sources, target)
    for name, path in sources.items():
        with closing(sqlite3.connect(path, timeout=0)) as after:  # nobody is held up any more
            after.execute("INSERT INTO t VALUES (1)")
            after.commit()
        with closing(sqlite3.connect(target / f"{name}.db")) as copy:
            assert copy.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_an_older_pg_dump_is_named_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    old.chmod(0o755)
    monkeypatch.setattr(tools, "_candidates", lambda _: [old])
    with pytest.raises(BackupError, match="15 or newer is needed, and there is only that of 9"):
        tools.tool("pg_dump", 15)
    monkeypatch.setattr(tools, "_candidates", lambda _: [])
    with pytest.raises(BackupError, match="there is none: install the client programs"):
        tools.tool("pg_dump", 15)


async def test_a_password_goes_by_the_environment(tmp_path: Path) -> None:
    said = tmp_path / "said"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$PGPASSWORD $*" > {said}\n')
    program.chmod(0o755)
    url = "postgresql://somebody:s3cret@db.example/survey?sslmode=verify-full"
    await tools.run(program, url, "--format=custom")
    password, *arguments = said.read_text().split()
    assert (password, "PGPASSWORD" in os.environ) == ("s3cret", False)
    assert arguments == [
        "--format=custom",
        "--dbname=postgresql://somebody@db.example/survey?sslmode=verify-full",
    ]

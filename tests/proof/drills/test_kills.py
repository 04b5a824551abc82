"""The commands killed half-way: nothing is half done, and run again they come to their end."""

import signal
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path

from deploy.backup.__main__ import backup
from deploy.backup.restore import restore
from deploy.beside import beside
from deploy.reconcile import reconcile
from deploy.republish import republish
from libs.common.runtime.settings import CommonSettings
from tests.proof.drills import drills
from tests.proof.drills.checks import check
from tests.proof.drills.stage import Stage, stage_in
from tests.proof.faults.jobs import do, run_job
from tests.worlds import EMBEDDED


async def numbers_on(environ: Mapping[str, str]) -> None:
    """Number survey's table on, as the command does."""
    async with beside(CommonSettings.load("survey", environ)) as at:
        with redirect_stdout(StringIO()):
            await reconcile(at, numbering=True)


async def republishes(environ: Mapping[str, str]) -> None:
    """Publish survey's events again, as the command does."""
    async with beside(CommonSettings.load("survey", environ)) as at:
        await republish(at)


async def test_numbering_on_killed_before_its_commit_changes_nothing(
    kind: str, tmp_path: Path
) -> None:
    async with stage_in(kind, tmp_path) as stage:
        async with stage.serving() as world:
            await stage.work_well(world, 12)
            await backup(tmp_path / "backup", stage.settings())
            await stage.work_well(world, 6)
            await world.settle()
        before = await stage.events()
        await restore(tmp_path / "backup", stage.settings("survey"), replace=True, whole=False)
        restored = await stage.events()
        work = partial(numbers_on, stage.environ)
        killed = await run_job(work, tmp_path, "reconcile.before-commit:kill:1")
        assert (killed, await stage.events()) == (-signal.SIGKILL, restored)
        await do(work, tmp_path)
        assert set(await stage.events()) == set(before)
        await served_on(stage)
        await check(stage, {*before, *await stage.events()}, ())


async def test_a_republish_killed_half_way_is_begun_again(tmp_path: Path) -> None:
    async with stage_in(EMBEDDED, tmp_path) as stage:
        async with stage.serving() as world:
            await stage.work_well(world, 12)
            await world.settle()
        await drills.cut(stage, keep=0)
        for point in ("relay.sent", "relay.acknowledged", "relay.committed"):
            work = partial(republishes, stage.environ)
            assert await run_job(work, tmp_path, f"{point}:kill:1") == -signal.SIGKILL
        await do(work, tmp_path)
        survey = {str(id_) for id_, of in (await stage.events()).items() if of[0] == "survey"}
        assert {record.headers["ce_id"] for record in await stage.log("survey")} == survey


async def served_on(stage: Stage) -> None:
    """Serve once more, until all is published and applied."""
    async with stage.serving() as world:
        await stage.work_well(world, 6)
        await world.settle()

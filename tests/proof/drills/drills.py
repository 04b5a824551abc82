"""The drills themselves, small in the suite and with the whole county in the soak."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import asyncpg
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from deploy.backup.__main__ import backup
from deploy.backup.restore import Checked, restore
from deploy.backup.tools import run, tool
from deploy.beside import beside
from deploy.republish import republish
from deploy.reread import reread
from deploy.topics import PUBLISHERS
from libs.common.messaging.bus.base import Delivered, to_envelope
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import log as local_log
from libs.common.persistence.db import Database
from services.reporting.rebuild import Rebuilt, rebuild
from tests.proof.drills.checks import check, facts_of
from tests.proof.drills.stage import AwayBus, Stage, is_embedded
from tests.worlds import World

Load = Callable[[Stage, World], Awaitable[None]]
FEW = 12
BURN = "DO $$ BEGIN FOR turn IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


async def few(stage: Stage, world: World) -> None:
    """Load a stage with a few commands."""
    await stage.work_well(world, FEW)


async def moved_to_a_new_cluster(stage: Stage, new: dict[str, str], load: Load = few) -> None:
    """Dump every database logically and restore it into a cluster whose numbers are lower."""
    async with stage.serving() as world:
        await load(stage, world)
        await world.settle(120)
    async with stage.serving(AwayBus()) as world:
        await stage.work_well(world, FEW)  # acknowledged, and not published yet
    await _burn(stage.urls["survey"])
    async with stage.serving() as world:
        await stage.work_well(world, FEW)
        await world.settle()
    async with stage.serving(AwayBus()) as world:
        await stage.work_well(world, FEW)
    for name, url in stage.urls.items():
        dump = stage.folder / f"{name}.dump"
        await run(tool("pg_dump", 15), url, "--format=custom", f"--file={dump}")
        await run(tool("pg_restore", 15), new[name], "--no-owner", "--exit-on-error", dump)
    stage.urls.update(new)
    async with stage.serving(AwayBus()) as world:
        await stage.work_well(world, FEW)
        # A relay that cannot publish never shows that nothing waits.
        state = (await world.client.get("/survey/health/ready")).json()
        assert state["relay"]["pending"] >= FEW // 2
    async with stage.serving() as world:
        await stage.work_well(world, FEW)
        await world.settle()
    await check(stage, await stage.events(), ())


async def _burn(url: str) -> None:
    """Use up transaction numbers."""
    connection = await asyncpg.connect(url)
    await connection.execute(BURN)
    await connection.close()


async def one_restored_earlier(stage: Stage, load: Load = few) -> None:
    """Restore one service to an earlier moment, in the same cluster, and number on."""
    taken = stage.folder / "backup"
    async with stage.serving() as world:
        await load(stage, world)
        await world.settle(120)
        await backup(taken, stage.settings())
        await stage.work_well(world, 3 * FEW)
        await world.settle()
    before = await stage.events()
    found = await restore(taken, stage.settings("survey"), replace=True, whole=False)
    assert right(found)
    lost = set(before) - set(await stage.events())
    assert len(lost) >= 2 * FEW
    async with stage.serving() as world:
        await _is_ahead(stage, world, len(lost))
        if not is_embedded(stage):
            await _number_on(stage, lost)
            await _takes_commands(stage, world)
    if is_embedded(stage):
        await _number_on(stage, lost)
    await _goes_on(stage, before, lost)


async def written_to_while_the_bus_was_away(stage: Stage, load: Load = few) -> None:
    """Start a restored service without a bus: what it takes is numbered above the lost, later."""
    taken = stage.folder / "backup"
    async with stage.serving() as world:
        await load(stage, world)
        await backup(taken, stage.settings())
        old = list(stage.deliveries)
        await stage.work_well(world, 3 * FEW)
        await world.settle(120)
    before = await stage.events()
    stage.deliveries = old
    assert right(await restore(taken, stage.settings("survey"), replace=True, whole=False))
    lost = set(before) - set(await stage.events())
    async with stage.serving(AwayBus()) as world:
        await stage.work_well(world, 3 * FEW)
    acknowledged = {*before, *await stage.events()}
    async with stage.serving() as world:
        await _is_ahead(stage, world, len(lost))
    printed = await _number_on(stage, lost)
    assert " 0 of the table's own" not in printed
    await _goes_on(stage, acknowledged, lost)


async def _is_ahead(stage: Stage, world: World, count: int) -> None:
    """The service serves reads, refuses commands by name, and publishes nothing."""
    head = world.as_()
    published = len(await stage.log("survey"))
    state = (await world.client.get("/survey/health/ready")).json()
    assert (state["status"], state["relay"]["topic_ahead"]) == ("topic-ahead", count)
    assert (
        f'relay_topic_ahead_events{{service="survey"}} {count}.0'
        in (await world.client.get("/survey/metrics")).text
    )
    assert (await world.client.get("/survey/v1/dead-letters", headers=head)).status_code == 200
    body = {"reference": "D-0", "kind": "bespoke-training", "delivered_on": "2018-11-05"}
    refused = await world.client.post("/survey/v1/deliveries", json=body, headers=head)
    assert (refused.status_code, refused.json()["code"]) == (503, "topic-ahead")
    assert "Retry-After" in refused.headers
    assert len(await stage.log("survey")) == published


async def _number_on(stage: Stage, lost: Collection[UUID]) -> str:
    """List what is lost, exactly; take it in; and list nothing any more."""
    code, printed = await stage.reconciled("survey")
    assert (code, printed.count("Type it in again")) == (1, len(lost))
    code, printed = await stage.reconciled("survey", numbering=True)
    assert (code, {UUID(line["id"]) for line in stage.kept_lists()}) == (0, set(lost))
    assert (await stage.reconciled("survey"))[0] == 0
    return printed


async def _takes_commands(stage: Stage, world: World) -> None:
    """Wait until the service takes commands again, without a restart."""
    async with asyncio.timeout(15):
        while not (await stage.work(world, 1))[0].is_success:
            await asyncio.sleep(0.1)


async def _goes_on(stage: Stage, before: Collection[UUID], lost: Collection[UUID]) -> None:
    async with stage.serving() as world:
        await stage.work_well(world, 2 * FEW)
        await world.settle()
    after = await stage.events()
    assert len(after) >= len(before) + 2 * FEW
    await check(stage, {*before, *after}, ())
    assert set(lost) <= set(after)


async def topic_made_anew(stage: Stage, keep: int, load: Load = few) -> None:
    """Lose topics, but for so many first records of each partition; publish again; go on."""
    async with stage.serving() as world:
        await load(stage, world)
        await stage.work_well(world, 2 * FEW)
        await world.settle(120)
    await cut(stage, keep)
    async with stage.serving() as world:
        state = (await world.client.get("/survey/health/ready")).json()
        assert (state["status"], state["relay"]["topic_behind"] > 0) == ("topic-behind", True)
        await stage.work_well(world, FEW)
    for name in PUBLISHERS:
        async with beside(stage.settings(name)[name]) as at:
            await republish(at)
    for name in ("assessment", "survey"):
        async with beside(stage.settings(name)[name]) as at:
            await reread(at, "referral")
    await _rebuilt(stage)
    async with stage.serving() as world:
        await stage.work_well(world, FEW)
        await world.settle(300)  # a county is read again, on a busy machine
        state = (await world.client.get("/survey/health/ready")).json()["relay"]
        assert (state["topic_behind"], state["topic_ahead"]) == (0, 0)
    await check(stage, await stage.events(), ())


async def _rebuilt(stage: Stage) -> Rebuilt:
    bus = stage.bus()
    await bus.start()
    try:
        return await rebuild(stage.urls["reporting"], bus)
    finally:
        await bus.stop()


async def topics_cut_at_the_front(stage: Stage) -> None:
    """Delete every record, so that no topic begins at 0 any more; publish again; go on."""
    async with stage.serving() as world:
        await stage.work_well(world, 2 * FEW)
        await world.settle(120)
    before = await facts_of(stage)
    await _delete_records(stage)
    for name in PUBLISHERS:
        async with beside(stage.settings(name)[name]) as at:
            await republish(at)
    found = await _rebuilt(stage)
    assert (found.same_facts, found.differences, found.dead_letters) == (True, [], 0)
    assert await facts_of(stage) == before
    for name in ("assessment", "survey"):
        async with beside(stage.settings(name)[name]) as at:
            await reread(at, "referral")
    async with stage.serving() as world:
        await stage.work_well(world, FEW)
        await world.settle()
        for name in ("assessment", "survey", "reporting"):
            state = (await world.client.get(f"/{name}/health/ready")).json()
            assert state["parts"]["listener"]["state"] == "running", state
    await check(stage, await stage.events(), ())


async def _delete_records(stage: Stage) -> None:
    """Let each topic begin behind what it holds, as retention or an administrator does."""
    bus = stage.bus()
    if not isinstance(bus, KafkaBus):
        await cut(stage, 0)  # an embedded log's positions are not given out again
        return
    ends = {p: end for one in PUBLISHERS for p, (_, end) in (await bus.spans(one)).items()}
    async with bus.administering() as admin:
        await admin.delete_records(
            {
                TopicPartition(bus._prefix + p.topic, p.number): RecordsToDelete(before_offset=end)
                for p, end in ends.items()
            }
        )
    for topic in PUBLISHERS:
        for partition, span in (await bus.spans(topic)).items():
            assert span == (ends[partition], ends[partition])
    await bus.stop()


async def cut(stage: Stage, keep: int) -> None:
    """Lose what the topics hold, but for the first records of each partition."""
    kept = {topic: (await _first_of_each(stage, topic, keep)) for topic in PUBLISHERS}
    bus = stage.bus()
    if isinstance(bus, KafkaBus):
        await bus.delete_topics(PUBLISHERS)
        await asyncio.sleep(1)  # the broker answers before it has deleted
        await bus.create_topics(PUBLISHERS, 2, 1)
    await bus.start()
    if not isinstance(bus, KafkaBus):
        log = Database(f"sqlite:///{stage.folder / 'bus.db'}")
        async with log.writing() as connection:
            await connection.execute(local_log.delete())
        await log.close()
    for topic, records in kept.items():
        if records:
            await bus.publish(topic, [to_envelope(record) for record in records])
    await bus.stop()


async def _first_of_each(stage: Stage, topic: str, keep: int) -> list[Delivered]:
    """Return the first records of each partition of a topic."""
    found: list[Delivered] = []
    count: Counter[int] = Counter()
    for record in await stage.log(topic):
        count[record.partition] += 1
        if count[record.partition] <= keep:
            found.append(record)
    return found


async def everything_restored(stage: Stage, load: Load = few) -> None:
    """Back up while commands come in, lose what came after, restore all four, and number on."""
    taken = stage.folder / "backup"
    async with stage.serving() as world:
        await load(stage, world)
        more = asyncio.create_task(stage.work_well(world, 3 * FEW))
        began = stage.drawn
        while stage.drawn < began + 2:
            await asyncio.sleep(0.01)
        manifest = await backup(taken, stage.settings())
        await more
        await stage.work_well(world, FEW)
        await world.settle(120)
    before = await stage.events()
    found = await restore(taken, stage.settings(), replace=True)
    assert right(found)
    assert {one.service: one.rows for one in found} == {
        name: one.total for name, one in manifest.services.items()
    }
    lost = set(before) - set(await stage.events())
    assert len(lost) >= FEW
    for name in PUBLISHERS:
        await stage.reconciled(name, numbering=True)
    assert {UUID(line["id"]) for line in stage.kept_lists()} == lost
    await _goes_on(stage, before, lost)


async def restored_on_another_machine(stage: Stage, elsewhere: Stage, load: Load = few) -> None:
    """Restore an embedded backup where there is nothing: everything up to its moment is there."""
    taken = stage.folder / "backup"
    async with stage.serving() as world:
        await load(stage, world)
        await world.settle(120)
        await backup(taken, stage.settings())
        before = await stage.events()
        elsewhere.deliveries = list(stage.deliveries)
        await stage.work_well(world, FEW)
    assert right(await restore(taken, elsewhere.settings(), replace=False))
    assert set(await elsewhere.events()) == set(before)
    elsewhere.drawn = stage.drawn
    async with elsewhere.serving() as world:
        await elsewhere.work_well(world, FEW)
        await world.settle()
    await check(elsewhere, {*before, *await elsewhere.events()}, ())


def right(found: list[Checked]) -> bool:
    """Say whether a restore found everything as it was."""
    return bool(found) and all(one.is_right for one in found)


def moved_to(stage: Stage, folder: Path) -> Stage:
    """Return an embedded stage in another folder, with nothing in it."""
    urls = {name: f"sqlite:///{folder / name}.db" for name in stage.urls}
    return replace(stage, folder=folder, urls=urls, bus_url=f"local:{folder / 'bus.db'}")


def folder_of(path: Path, name: str) -> Path:
    """Make a folder for one stage."""
    made = path / name
    made.mkdir()
    return made

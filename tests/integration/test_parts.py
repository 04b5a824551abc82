"""A part that fails leaves the others at work; a stopped listener is started by command."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects.sqlite import insert

from libs.common.audit.chain import AuditFiles
from libs.common.core.circuit_breaker import CircuitBreaker
from libs.common.core.clock import SystemClock
from libs.common.core.supervisor import State
from libs.common.messaging.bus.base import Delivered, Partition, Reader
from libs.common.messaging.bus.local import LocalBus, log
from libs.common.messaging.consumer import ReadingLimits
from libs.common.persistence import tables
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, Role, TokenChecker
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE as SURVEY
from tests.worlds import EMBEDDED, World, databases, world_of

QUICK = ReadingLimits(look_again=0.2, to_open=5.0)
DELIVERY = {"reference": "D-1", "kind": "bespoke-training", "delivered_on": "2018-11-05"}


@pytest.fixture
async def world(kind: str, tmp_path: Path) -> AsyncIterator[World]:
    files = AuditFiles(key=b"k" * 32, heads=tmp_path / "survey.heads")
    async with world_of(
        kind, tmp_path, [SURVEY, REPORTING], audit_files={"survey": files}, reading=QUICK
    ) as started:
        yield started


async def part(world: World, service: str, name: str) -> dict[str, Any]:
    ready = await world.client.get(f"/{service}/health/ready")
    assert ready.status_code == 200
    found: dict[str, Any] = ready.json()["parts"][name]
    return found


async def until_listener(world: World, state: State) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (found := await part(world, "reporting", "listener"))["state"] != state:
            await asyncio.sleep(0.02)
    return found


async def put_delivery(world: World) -> None:
    made = await world.client.post("/survey/v1/deliveries", json=DELIVERY, headers=world.as_())
    assert made.status_code == 201


async def set_position(world: World, position: int, topic: str = "survey") -> None:
    async with world.database("reporting").writing() as connection:
        await connection.execute(
            update(tables.consumer_position)
            .where(tables.consumer_position.c.topic == topic)
            .values(position=position, last_offset=None, last_id=None)
        )


async def start(world: World, headers: Mapping[str, str]) -> httpx.Response:
    return await world.client.post("/reporting/v1/listener/start", headers=dict(headers))


async def test_a_lost_position_stops_that_listener_alone_until_it_is_started_by_command(
    world: World,
) -> None:
    await world.settle()
    await set_position(world, 9_999)
    stopped = await until_listener(world, State.STOPPED)
    assert stopped["reason"] == "position-lost"

    await put_delivery(world)  # HTTP, relay and sealer go on
    async with asyncio.timeout(20):
        state = {"relay": {"pending": 1}, "audit": {"unsealed": 1}}
        while state["relay"]["pending"] or state["audit"]["unsealed"]:
            state = (await world.client.get("/survey/health/ready")).json()
            await asyncio.sleep(0.02)
    metrics = (await world.client.get("/reporting/metrics")).text
    assert 'part_state{part="listener",service="reporting",state="stopped"} 1.0' in metrics

    for role in (Role.SUPPORT_TEACHER, Role.HEAD_OF_SERVICE):
        assert (await start(world, world.as_(role))).status_code == 403
    assert (await part(world, "reporting", "listener"))["state"] == State.STOPPED
    first = world.as_(Role.ADMINISTRATOR)
    assert (await start(world, first)).json() == {"was_stopped": True}
    await until_listener(world, State.STOPPED)  # nothing was mended, so it stopped again

    await set_position(world, 0)
    assert (await start(world, first)).headers["Idempotency-Replayed"] == "true"
    assert (await part(world, "reporting", "listener"))["state"] == State.STOPPED
    assert (await start(world, world.as_(Role.ADMINISTRATOR))).json() == {"was_stopped": True}
    await world.settle()
    assert world.system.running["reporting"].consumer.applied == 1  # type: ignore[union-attr]
    assert (await start(world, world.as_(Role.ADMINISTRATOR))).json() == {"was_stopped": False}
    seen = await world.client.get("/reporting/v1/listener", headers=world.as_())
    assert (seen.json()["state"], seen.json()["reason"]) == ("running", None)
    async with world.database("reporting").reading() as connection:
        lines = select(tables.audit.c.outcome).where(tables.audit.c.action == "listener.start")
        outcomes = list((await connection.execute(lines)).scalars())
    assert sorted(outcomes) == [*["done"] * 4, *["not-allowed"] * 2]


async def test_a_flood_of_poison_stops_the_listener_and_a_command_begins_a_new_window(
    tmp_path: Path,
) -> None:
    limits = ReadingLimits(look_again=0.2, circuit=CircuitBreaker(window=2, most=0.5))
    async with world_of(EMBEDDED, tmp_path, [REPORTING], reading=limits) as world:
        async with world.database("reporting").writing() as connection:
            row = {"topic": "survey", "partition": 0, "position": 0}
            position = insert(tables.consumer_position).values(row)
            await connection.execute(position.on_conflict_do_nothing())  # it may have begun
        assert isinstance(world.bus, LocalBus)
        async with world.bus._database.writing() as connection:
            one = {"topic": "survey", "key": "?", "headers": {}, "value": b""}
            await connection.execute(log.insert(), [one] * 3)
        stopped = await until_listener(world, State.STOPPED)
        assert stopped["reason"] == "too-much-poison"
        assert (await world.client.get("/reporting/health/live")).status_code == 200


class Broken(LocalBus):
    """A bus whose first reader for each is silent, or cancels whoever closes it."""

    def __init__(self, path: str, how: str) -> None:
        super().__init__(path)
        self._how = how
        self._broken: set[frozenset[Partition]] = set()

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        reader = await super().reader(positions)
        if frozenset(positions) not in self._broken:
            self._broken.add(frozenset(positions))
            way = self._silent if self._how == "silent" else self._cancels
            setattr(reader, "fetch" if self._how == "silent" else "close", way)
        return reader

    async def _silent(self, _: int, wait: float) -> Sequence[Delivered]:
        await asyncio.sleep(wait)
        return []

    async def _cancels(self) -> None:
        raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("how", "error"), [("silent", "ConsumerStuck"), ("cancels", "CancelledError")]
)
async def test_a_listener_that_stands_still_or_is_cancelled_by_a_library_is_started_again(
    tmp_path: Path, how: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with databases(EMBEDDED, tmp_path, [SURVEY, REPORTING]) as urls:
        around = Surroundings(
            database_urls=urls,
            bus=Broken(str(tmp_path / "bus.db"), how),
            tokens=TokenChecker(DemoIssuer(tmp_path).settings),
            clock=SystemClock(),
            upgrade=False,
            reading=ReadingLimits(look_again=60 if how == "silent" else 0.2, stuck_after=0.3),
        )
        system = System([SURVEY, REPORTING], around)
        transport = httpx.ASGITransport(system.app)
        async with (
            system.lifespan(),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            world = World(EMBEDDED, system, client, DemoIssuer(tmp_path), around.bus)
            await put_delivery(world)
            async with asyncio.timeout(20):
                while not (await part(world, "reporting", "listener"))["restarts"]:
                    await asyncio.sleep(0.02)
            await world.settle()
            reporting = (await client.get("/reporting/health/ready")).json()
        assert system.failure is None
    assert reporting["consumer"]["applied"] == 1
    failed = [one for one in caplog.records if one.message == "part-failed"]
    told = {(vars(one)["part"], vars(one)["error"]) for one in failed}
    assert ("reporting.listener", error) in told
    assert {type_ for _, type_ in told} == {error}


async def test_a_command_that_is_not_committed_starts_nothing(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [REPORTING], reading=QUICK) as world:
        await world.settle()
        await set_position(world, 9_999, "referral")
        await until_listener(world, State.STOPPED)
        await set_position(world, 0, "referral")
        async with world.database("reporting").writing() as connection:
            await connection.execute(text("ALTER TABLE audit RENAME TO away"))
        refused = await start(world, world.as_(Role.ADMINISTRATOR))
        assert refused.status_code >= 500
        assert (await part(world, "reporting", "listener"))["state"] == State.STOPPED
        async with world.database("reporting").writing() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO audit"))

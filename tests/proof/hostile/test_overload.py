"""More than can be done: what is refused, what goes on, and what is undone when the time is up."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.common.http.callers import Callers, TooManyRequests
from libs.common.http.limits import Limits
from libs.common.http.requests import PUBLIC, permission, router
from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from libs.common.security import Reach, Role
from services.survey.service import SERVICE
from tests.integration.test_commands import COMPLIMENT, count
from tests.proof.hostile.serving import request_bytes, said, served
from tests.worlds import GENEROUS, World, embedded, world_of

URL = "/survey/v1/compliments"
IMPORTS = "/survey/v1/imports?kind=compliments&mode=commit"
WAITS = "/survey/v1/waits"
HEALTH = ("/survey/health/live", "/survey/health/ready", "/survey/metrics")
routes = router()


@pytest.fixture
def at_work() -> list[Service]:
    return [SERVICE]


class Gate:
    """What the requests wait for; an event belongs to the loop of its test."""

    opened: asyncio.Event


@routes.get("/v1/waits", openapi_extra=permission("wait"))
async def get_waits() -> dict[str, str]:
    await Gate.opened.wait()
    return {"status": "done"}


@routes.get("/v1/long-waits", openapi_extra=permission("wait", long=True))
async def get_long_waits() -> dict[str, str]:
    await Gate.opened.wait()
    return {"status": "done"}


@routes.get("/v1/anybody", openapi_extra=PUBLIC)
async def get_anybody() -> dict[str, str]:
    return {"status": "done"}


WAITING: Service = replace(
    SERVICE,
    routers=(*SERVICE.routers, routes),
    grants={**SERVICE.grants, "wait": {Role.HEAD_OF_SERVICE: Reach.COUNTY}},
)


@asynccontextmanager
async def limited(kind: str, folder: Path, **limits: int) -> AsyncIterator[World]:
    Gate.opened = asyncio.Event()
    chosen = Limits(**{**GENEROUS.model_dump(), **limits})
    async with world_of(kind, folder, [WAITING], limits=chosen) as world:
        yield world


@asynccontextmanager
async def waiting(world: World, url: str, times: int) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Have so many requests at work until the block ends."""
    asked = [asyncio.create_task(world.client.get(url, headers=world.as_())) for _ in range(times)]
    lanes = world.system.running["survey"].lanes
    async with asyncio.timeout(10):
        while sum(lane.at_work for lane in lanes.all) < times:
            await asyncio.sleep(0.01)
    try:
        yield asked
    finally:
        Gate.opened.set()
        await asyncio.gather(*asked)


def is_refused(answer: httpx.Response, code: str, status: int = 503) -> bool:
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1
    return (answer.status_code, answer.json()["code"]) == (status, code)


async def test_what_is_beyond_the_places_is_refused_at_once_and_health_is_not(
    kind: str, tmp_path: Path
) -> None:
    async with limited(kind, tmp_path, limit_at_work=2) as world:
        async with waiting(world, WAITS, 2) as asked:
            async with asyncio.timeout(5):
                refused = await world.client.post(URL, json=COMPLIMENT, headers=world.as_())
                unknown = await world.client.post(URL, content=b"{")  # nobody asks who it is
                healthy = [await world.client.get(path) for path in HEALTH]
        assert is_refused(refused, "overloaded")
        assert is_refused(unknown, "overloaded")
        assert [answer.status_code for answer in healthy] == [200, 200, 200]
        assert 'http_refused_total{reason="overloaded",service="survey"} 2.0' in healthy[2].text
        assert 'http_requests_at_work{lane="quick",service="survey"} 2.0' in healthy[2].text
        assert [task.result().status_code for task in asked] == [200, 200]
        assert await count(world, "survey", tables.idempotency) == 0
        after = await world.client.post(URL, json=COMPLIMENT, headers=world.as_())
        assert after.status_code == 201


async def test_a_reader_who_prefers_to_wait_waits_for_a_place(tmp_path: Path) -> None:
    """One is not refused while places are taken, if one comes free in time; a command is."""
    async with limited("embedded", tmp_path, limit_at_work=2) as world:
        patient = world.as_() | {"Prefer": "wait=5"}
        read = "/survey/v1/compliments"
        async with waiting(world, WAITS, 2):
            late = await world.client.get(read, headers=patient | {"Prefer": "wait=0"})
            command = await world.client.post(URL, json=COMPLIMENT, headers=patient)
            reads = [asyncio.create_task(world.client.get(read, headers=patient)) for _ in range(4)]
            lane = world.system.running["survey"].lanes.quick
            async with asyncio.timeout(5):
                while lane.patient < len(reads):
                    await asyncio.sleep(0)
        assert is_refused(late, "overloaded")
        assert is_refused(command, "overloaded")
        assert [(await one).status_code for one in reads] == [200] * len(reads)


async def test_long_requests_do_not_take_the_places_of_others(tmp_path: Path) -> None:
    async with limited("embedded", tmp_path, limit_at_work=2, limit_long_at_work=1) as world:
        async with waiting(world, "/survey/v1/long-waits", 1):
            headers = world.as_() | {"Content-Type": "application/x-ndjson"}
            long = await world.client.post(IMPORTS, content=b"", headers=headers)
            quick = await world.client.post(URL, json=COMPLIMENT, headers=world.as_())
        assert is_refused(long, "overloaded")
        assert quick.status_code == 201


@embedded
async def test_a_body_that_is_slow_to_come_takes_nobodys_place(world: World) -> None:
    world.system.running["survey"].lanes.quick.places = 2
    headers = world.as_() | {"Content-Type": "application/json"}
    half = request_bytes(URL, headers | {"Content-Length": "1000"}, b"{", method="POST")
    async with served(world) as port, AsyncExitStack() as stack:
        for _ in range(5):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(half)
        await asyncio.sleep(0.2)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answer = await client.post(URL, json=COMPLIMENT, headers=world.as_())
    assert answer.status_code == 201


@embedded
async def test_who_is_refused_keeps_the_connection(world: World) -> None:
    world.system.running["survey"].lanes.quick.places = 0
    headers = world.as_() | {"Content-Type": "application/json"}
    async with served(world) as port:
        heard = await said(port, request_bytes(URL, headers, b"{}", method="POST"))
        long = headers | {"Content-Length": "900000"}
        unsent = await said(port, request_bytes(URL, long, b"{}", method="POST"))
    assert (heard.status, heard.closed, heard.problem["code"]) == (503, False, "overloaded")
    assert (unsent.status, unsent.closed) == (503, True)  # what is still to come is not read


@asynccontextmanager
async def _table_locked(world: World) -> AsyncIterator[None]:
    url = make_url(str(world.database("survey").plain_url))
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    async with connection.transaction():
        await connection.execute("LOCK TABLE compliment IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()


@asynccontextmanager
async def _connections_taken(world: World) -> AsyncIterator[None]:
    """Take every connection that may write, as many as there are."""
    database = world.database("survey")
    async with AsyncExitStack() as stack:
        with suppress(TimeoutError, PoolTimeout):  # the listener has one too
            while True:
                async with asyncio.timeout(0.5):
                    await stack.enter_async_context(database.writing())
        yield


@asynccontextmanager
async def _file_locked(world: World) -> AsyncIterator[None]:
    path = str(world.database("survey").url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


HINDRANCES = [
    pytest.param("real", _table_locked, marks=pytest.mark.real),
    pytest.param("real", _connections_taken, marks=pytest.mark.real),
    ("embedded", _connections_taken),
    ("embedded", _file_locked),
]


@pytest.mark.parametrize(("kind", "hindrance"), HINDRANCES)
async def test_a_command_that_waits_is_refused_in_time_and_done_once_when_tried_again(
    tmp_path: Path, kind: str, hindrance: Callable[[World], Any]
) -> None:
    service = replace(WAITING, publishes=False)  # no relay takes a connection meanwhile
    limits = Limits(**{**GENEROUS.model_dump(), "limit_seconds": 1})
    async with world_of(kind, tmp_path, [service], limits=limits) as world:
        headers = world.as_()
        async with hindrance(world):
            began = asyncio.get_running_loop().time()
            refused = await world.client.post(URL, json=COMPLIMENT, headers=headers)
            took = asyncio.get_running_loop().time() - began
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert took < (7 if hindrance is _file_locked else 4)  # SQLite itself waits five seconds
        assert await count(world, "survey", tables.event) == 0
        answers = [await world.client.post(URL, json=COMPLIMENT, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert "idempotency-replayed" not in answers[0].headers
        assert answers[1].headers["idempotency-replayed"] == "true"
        assert await count(world, "survey", tables.event) == 1


@pytest.mark.real
async def test_a_statement_whose_time_is_up_ends_in_the_database_too(tmp_path: Path) -> None:
    async with limited("real", tmp_path, limit_seconds=1) as world:
        async with _table_locked(world):
            assert (
                await world.client.post(URL, json=COMPLIMENT, headers=world.as_())
            ).status_code == 503
            url = str(world.database("survey").plain_url)
            connection = await asyncpg.connect(url)
            async with asyncio.timeout(3):  # while the lock it waited for is still held
                while await connection.fetchval(
                    "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
                    " WHERE NOT granted AND datname = current_database()"
                ):
                    await asyncio.sleep(0.05)
            await connection.close()


async def test_a_command_is_done_or_not_wherever_its_time_is_up(kind: str, tmp_path: Path) -> None:
    """Just before the commit, in it or after it: the same key tells, and does it once."""
    async with limited(kind, tmp_path) as world:
        lane = world.system.running["survey"].lanes.quick
        commands = [(COMPLIMENT | {"reference": f"CP-{n}"}, world.as_()) for n in range(40)]
        clock, statuses, whole = asyncio.get_running_loop().time, [], 0.0
        for share, (body, headers) in enumerate(commands):
            lane.seconds = whole * share / 10 if 3 <= share < 37 else 60
            began = clock()
            statuses.append((await world.client.post(URL, json=body, headers=headers)).status_code)
            whole = clock() - began if share < 3 else whole
        lane.seconds = 60
        for body, headers in commands:
            answer = await world.client.post(URL, json=body, headers=headers)
            assert answer.status_code == 201, answer.text
        assert await count(world, "survey", tables.event) == len(commands)
        assert lane.at_work == 0
    assert set(statuses) == {201, 503}


async def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_served(
    tmp_path: Path,
) -> None:
    limits = {"limit_caller_rate": 1, "limit_caller_burst": 3}
    async with limited("embedded", tmp_path, **limits) as world:
        busy, calm = world.as_(subject="busy"), world.as_(subject="calm")
        pushed = [await world.client.get("/survey/v1/questionnaires", headers=busy) for _ in "1234"]
        assert [answer.status_code for answer in pushed[:3]] == [200] * 3
        assert is_refused(pushed[3], "too-many-requests", 429)
        assert (
            await world.client.get("/survey/v1/questionnaires", headers=calm)
        ).status_code == 200
        strange = [await world.client.get("/survey/v1/waits") for _ in "1234"]
        assert [answer.status_code for answer in strange] == [401] * 3 + [429]
        assert is_refused(await world.client.get("/survey/v1/anybody"), "too-many-requests", 429)
        assert [(await world.client.get(path)).status_code for path in HEALTH] == [200] * 3
        text = (await world.client.get("/survey/metrics")).text
        assert 'http_refused_total{reason="too-many-requests",service="survey"} 3.0' in text
        assert await count(world, "survey", tables.audit) == 4, "what is refused so is not written"


def test_a_bucket_fills_again_and_the_longest_silent_is_forgotten() -> None:
    seconds = 0.0
    told: list[str] = []
    waits: list[str] = []
    callers = Callers(2, 2, told.append, lambda: seconds)

    def taken(caller: str) -> bool:
        before = len(told)
        try:
            callers.take(caller)
        except TooManyRequests as refusal:
            waits.append(refusal.headers["Retry-After"])
        return len(told) == before

    assert [taken("a") for _ in range(3)] == [True, True, False]
    seconds = 0.5
    assert [taken("a") for _ in range(2)] == [True, False]
    seconds = 100.0
    assert [taken("a") for _ in range(3)] == [True, True, False]
    for number in range(10_000):
        taken(str(number))
    assert len(callers._left) == 10_000
    assert taken("a")
    assert waits == ["1"] * 3

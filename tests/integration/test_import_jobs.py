"""An import is a job: it waits its turn, tells how far it is, can be ended, says what it did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from deploy.demo.importing import ended, outcomes
from libs.common.core.clock import local_day
from libs.common.imports.jobs_api import MOST_ROWS_AT_ONCE
from libs.common.imports.tables import (
    OUTCOMES_KEPT,
    ROWS_KEPT,
    forget_imports,
    import_file,
    import_job,
    import_row,
)
from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from tests.imports import imported
from tests.integration.test_commands import count
from tests.worlds import World, embedded

IMPORTS = "/referral/v1/imports"
HEADER = "code,name,area,formed_on"


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL]


def teams(*codes: str) -> str:
    return "\n".join([HEADER, *(f"{code},Team {code},N,2014-09-01" for code in codes)])


async def posted(
    world: World, text: str, headers: dict[str, str] | None = None, **query: str
) -> httpx.Response:
    wanted = {"kind": "teams", "mode": "commit", **query}
    sender = (headers or world.as_()) | {"Content-Type": "text/csv"}
    return await world.client.post(IMPORTS, params=wanted, content=text, headers=sender)


async def get(world: World, url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return await world.client.get(url, headers=headers or world.as_())


@asynccontextmanager
async def held_up(world: World) -> AsyncIterator[None]:
    """Have the worker be slow to begin."""
    running = world.system.running["referral"]
    waiting, _next = asyncio.Event(), running.imports._next

    async def wait(connection: Any) -> Any:
        job = await _next(connection)
        if job is not None:
            await waiting.wait()
        return job

    running.imports._next = wait  # type: ignore[method-assign]  # a worker that is slow to begin
    try:
        yield
    finally:
        running.imports._next = _next  # type: ignore[method-assign]
        waiting.set()


@embedded
async def test_an_import_is_taken_in_once_and_tells_how_far_it_is(world: World) -> None:
    headers = world.as_()
    async with held_up(world):
        first = await posted(world, teams("T1", "T2"), headers)
        again = await posted(world, teams("T1", "T2"), headers)
        other = await posted(world, teams("T1", "T2"), headers, mode="check")
        waiting = await get(world, first.headers["Location"])
    assert (first.status_code, first.json()["state"]) == (202, "waiting")
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert first.headers["Location"] == f"{IMPORTS}/{first.json()['import_id']}"
    assert (waiting.headers["ETag"], waiting.headers["Retry-After"]) == ('"1"', "1")
    url = first.headers["Location"]
    done = await get(world, url, world.as_() | {"Prefer": "wait=5, handling=strict"})
    assert done.headers["Preference-Applied"] == "wait=5"
    said = done.json()
    assert (said["state"], said["rows"], said["created"]) == ("completed", 2, 2)
    assert "Retry-After" not in done.headers
    seen = world.as_() | {"If-None-Match": done.headers["ETag"]}
    assert (await get(world, url, seen)).status_code == 304
    assert await count(world, "referral", import_file) == 0
    assert [one["import_id"] for one in (await get(world, IMPORTS)).json()["items"]] == [
        said["import_id"]
    ]


@embedded
async def test_one_that_is_cancelled_goes_no_further_and_one_that_ended_cannot_be(
    world: World,
) -> None:
    async with held_up(world):
        first = (await posted(world, teams("T1"))).headers["Location"]
        cancelled = await world.client.post(f"{first}/cancel", headers=world.as_())
        second = (await posted(world, teams("T2"))).headers["Location"]
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (await ended(world.client, second, world.as_()))["created"] == 1
    assert (await ended(world.client, first, world.as_()))["created"] == 0
    assert await outcomes(world.client, first, world.as_()) == []
    assert await count(world, "referral", tables.event) == 1
    late = await world.client.post(f"{second}/cancel", headers=world.as_())
    assert (late.status_code, late.json()["code"]) == (409, "import-ended")
    again = await world.client.post(f"{first}/cancel", headers=world.as_())
    assert (again.status_code, again.json()["state"]) == (200, "cancelled")


@embedded
async def test_one_that_is_cancelled_midway_keeps_what_it_did_and_says_so(world: World) -> None:
    """The chunk that is at work then is undone: no row is carried out without its outcome."""
    codes = [f"T{number}" for number in range(2_400)]
    url = (await posted(world, teams(*codes))).headers["Location"]
    while (await get(world, url)).json()["created"] == 0:
        await asyncio.sleep(0)
    await world.client.post(f"{url}/cancel", headers=world.as_())
    said = await ended(world.client, url, world.as_())
    assert said["state"] == "cancelled"
    assert 0 < said["created"] < len(codes)
    assert len(await outcomes(world.client, url, world.as_())) == said["created"]
    assert await count(world, "referral", tables.event) == said["created"]


@embedded
async def test_imports_are_listed_and_found_as_other_things_are(world: World) -> None:
    ids = []
    for code in ("T1", "T2", "T3"):
        url = (await posted(world, teams(code))).headers["Location"]
        ids.append((await ended(world.client, url, world.as_()))["import_id"])

    async def found(query: str) -> list[str]:
        answer = await get(world, f"{IMPORTS}?{query}")
        assert answer.is_success, answer.text
        items = answer.json()["items"]
        return [one["import_id"] for one in items]

    assert await found("") == ids[::-1]
    assert await found("sort=posted_at&state=completed&kind=teams") == ids
    assert await found(f"ids={ids[1]}") == [ids[1]]
    assert await found("kind=staff") == await found("state=failed") == []
    assert await found("posted_on_from=1999-01-01&posted_on_until=2199-01-01") == ids[::-1]
    assert await found("posted_on_from=2199-01-01") == []
    assert await found("posted_on_until=1999-01-01") == []
    first = await get(world, f"{IMPORTS}?limit=2")
    second = await get(world, first.links["next"]["url"])
    assert [one["import_id"] for one in second.json()["items"]] == ids[:1]
    one = await get(world, f"{IMPORTS}/{ids[2]}")
    assert first.json()["items"][0]["etag"] == one.headers["ETag"]


@embedded
async def test_all_of_a_file_or_nothing_of_it(world: World) -> None:
    text = teams("T1", "T2") + "\nT1,Team T1,S,2014-09-01\nT3,Team T3,N,2014-02-30"
    for mode in ("check", "commit"):
        url = (await posted(world, text, mode=mode, atomic="all")).headers["Location"]
        said = await ended(world.client, url, world.as_())
        assert (said["state"], said["skipped"], said["refused"]) == ("completed", 2, 2)
        found = await outcomes(world.client, url, world.as_())
        assert [one["outcome"] for one in found] == ["skipped"] * 2 + ["refused"] * 2
        assert found[3]["faults"][0]["column"] == "formed_on"
        assert found[3]["key"] == {"code": "T3"}
    assert await count(world, "referral", tables.event) == 0
    url = (await posted(world, teams("T1", "T2"), atomic="all")).headers["Location"]
    assert (await ended(world.client, url, world.as_()))["created"] == 2
    many = teams(*(f"M{number}" for number in range(MOST_ROWS_AT_ONCE + 1)))
    refused = await posted(world, many, atomic="all")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["parameter"] == "atomic"


@embedded
async def test_a_check_gives_no_id_of_what_it_does_not_keep(world: World) -> None:
    await imported(world, "referral/teams", teams("T1"))
    [known, new, again] = (
        await imported(world, "referral/teams", teams("T1", "T2", "T2"), mode="check")
    )["outcomes"]
    assert (known["outcome"], new["outcome"], again["outcome"]) == (
        "unchanged",
        "created",
        "unchanged",
    )
    assert known["id"] is not None
    assert (new["id"], again["id"]) == (None, None)


@embedded
async def test_everybody_sees_what_they_sent_and_its_rows_are_theirs_alone(world: World) -> None:
    manager = world.as_(Role.AREA_MANAGER, teams=[uuid4()])
    rows = f'{{"case_id": "{uuid4()}", "week_beginning": "2018-10-08", "planned": 1}}'
    said = await imported(world, "referral/visits", rows, manager, media="application/x-ndjson")
    url = said["url"]
    assert said["refused"] == 1
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=uuid4())
    for headers, status, listed in (
        (manager, 200, 1),
        (world.as_(), 200, 1),
        (world.as_(Role.ADMINISTRATOR), 200, 1),
        (teacher, 404, 0),
    ):
        assert (await get(world, url, headers)).status_code == status
        assert (await get(world, f"{url}/rows", headers)).status_code == status
        assert len((await get(world, IMPORTS, headers)).json()["items"]) == listed
    cancelled = await world.client.post(f"{url}/cancel", headers=teacher)
    assert cancelled.status_code == 404
    assert (await get(world, f"{url}/errors", manager)).status_code == 200
    for headers in (world.as_(), teacher):
        assert (await get(world, f"{url}/errors", headers)).status_code == 404
    async with world.database("referral").reading() as connection:
        wanted = select(tables.audit.c.subject, tables.audit.c.action, tables.audit.c.outcome)
        lines = (await connection.execute(wanted)).all()
    assert ("demo-area-manager", "visit.record", "done") in lines


@embedded
async def test_the_errors_of_a_file_are_mended_and_sent_again(world: World) -> None:
    text = teams("T1", "T2") + "\nT3,Team T3,N,2014-02-30"
    said = await imported(world, "referral/teams", text)
    errors = await get(world, f"{said['url']}/errors")
    assert errors.headers["Content-Type"].startswith("text/csv")
    assert errors.headers["Content-Disposition"] == 'attachment; filename="errors.csv"'
    header, line = errors.content.decode("utf-8-sig").splitlines()
    assert header == f"{HEADER},code,hint"
    assert line.startswith("T3,Team T3,N,2014-02-30,not-valid,formed_on: ")
    mended = errors.content.decode().replace("2014-02-30", "2014-02-28")
    again = await imported(world, "referral/teams", mended)
    assert (again["created"], again["refused"]) == (1, 0)


@embedded
async def test_a_file_that_cannot_be_read_to_its_end_fails_and_says_where(world: World) -> None:
    said = await ended(
        world.client,
        (await posted(world, teams("T1") + '\n"T2,Team')).headers["Location"],
        world.as_(),
    )
    assert said["state"] == "failed"
    assert said["problem"] == {"code": "not-csv", "detail": "The file is not CSV near line 3."}
    assert await count(world, "referral", tables.event) == 0
    assert (await imported(world, "referral/teams", teams("T1")))["created"] == 1


@embedded
async def test_what_a_refused_row_said_is_kept_for_a_month_and_an_import_for_a_year(
    world: World,
) -> None:
    said = await imported(world, "referral/teams", f"{HEADER}\nT3,Team T3,N,2014-02-30")
    running = world.system.running["referral"]
    today = local_day(running.clock.now())
    for after, kept in ((ROWS_KEPT, 1), (OUTCOMES_KEPT, 1)):
        for days, there in ((timedelta(), kept), (timedelta(days=2), 0)):
            async with running.database.writing() as connection:
                await forget_imports(connection, today + after + days)
                sent = select(func.count()).where(import_row.c.sent.is_not(None))
                of = sent if after == ROWS_KEPT else select(func.count()).select_from(import_job)
                assert (await connection.execute(of)).scalar_one() == there
    assert (await get(world, said["url"])).status_code == 404


@embedded
async def test_an_import_that_a_fault_of_ours_stops_holds_up_no_other(world: World) -> None:
    async with held_up(world):
        await posted(world, teams("T0"))
        first = (await posted(world, teams("T1"))).headers["Location"]
        second = (await posted(world, teams("T2"))).headers["Location"]
        async with world.database("referral").writing() as connection:
            of_first = import_job.c.id == UUID(first.rpartition("/")[2])
            await connection.execute(update(import_job).where(of_first).values(caller={}))
    said = await ended(world.client, first, world.as_())
    assert (said["state"], said["problem"]["code"]) == ("failed", "import-failed")
    assert (await ended(world.client, second, world.as_()))["created"] == 1


@embedded
async def test_of_many_who_wait_few_take_a_place(world: World) -> None:
    async with held_up(world):
        url = (await posted(world, teams("T1"))).headers["Location"]
        preferring = world.as_() | {"Prefer": "wait=1"}
        answers = await asyncio.gather(*(get(world, url, preferring) for _ in range(6)))
    applied = [answer.headers.get("Preference-Applied") for answer in answers]
    assert sorted(map(str, applied)) == ["None"] * 2 + ["wait=1"] * 4
    assert {answer.json()["state"] for answer in answers} == {"waiting"}

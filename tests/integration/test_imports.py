"""A check of an import says what the commit does, and holds nobody up meanwhile."""

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import Any

import pytest

from libs.common.imports import MOST_ROWS, route
from libs.common.imports.importer import Importer
from libs.common.imports.kinds import Row
from libs.common.persistence import tables
from libs.common.reading.files import XLSX
from libs.common.runtime.manifest import Service
from services.referral.children.domain import Child
from services.referral.schools.domain import School
from services.referral.service import SERVICE as REFERRAL
from tests.imports import imported
from tests.integration.test_commands import count
from tests.worlds import World, embedded, request_context

TEAMS = "/referral/v1/imports?kind=teams&mode="
SCHOOLS = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode="


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL]


def teams(*codes: str) -> str:
    rows = [f"{code},Team {code},N,2014-09-01" for code in codes]
    return "\n".join(["code,name,area,formed_on", *rows])


async def _import(world: World, mode: str, rows: str) -> Any:
    return await imported(world, "referral/teams", rows, mode=mode)


async def test_others_write_while_a_large_file_is_checked(world: World) -> None:
    rows = teams(*(f"T{number}" for number in range(1, 150))) + "\nT1,Team T1,S,2014-09-01"
    checking = asyncio.create_task(_import(world, "check", rows))
    written = 0
    while not checking.done():
        made = await world.client.put(
            f"/referral/v1/teams/by-code/W{written}",
            json={"name": "W", "area": "N", "formed_on": "2014-09-01"},
            headers=world.as_(),
        )
        assert made.status_code == 201
        written += 1
    report = await checking  # the last row is refused, so that each is checked apart
    assert (report["created"], report["refused"]) == (149, 1)
    assert written > 15


@embedded
async def test_others_write_while_a_workbook_is_unpacked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, written = Event(), Event()

    def unpacked(_: bytes, __: str | None) -> bytes:
        began.set()
        assert written.wait(10), "nobody could write meanwhile"
        return teams("T1").encode()

    monkeypatch.setattr(route, "as_csv", unpacked)
    headers = world.as_() | {"Content-Type": XLSX}
    sending = asyncio.create_task(
        world.client.post(f"{TEAMS}commit", content=b"made up", headers=headers)
    )
    assert await asyncio.to_thread(began.wait, 10)
    said = {"name": "W", "area": "N", "formed_on": "2014-09-01"}
    url = "/referral/v1/teams/by-code/W"
    made = await world.client.put(url, json=said, headers=world.as_())
    written.set()
    assert (made.status_code, (await sending).status_code) == (201, 202)


@embedded
async def test_what_a_check_of_several_chunks_says_is_what_the_commit_does(world: World) -> None:
    rows = teams(*(f"T{number % 510}" for number in range(530)))
    checked = await _import(world, "check", rows)
    assert await count(world, "referral", tables.event) == 0
    kept = await _import(world, "commit", rows)
    said, done = ([one["outcome"] for one in report["outcomes"]] for report in (checked, kept))
    assert said == done == ["created"] * 510 + ["unchanged"] * 20


@embedded
async def test_rows_about_the_same_thing_are_carried_out_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a file is ordered, what its rows are about is then written few times."""
    carried_out: list[int] = []
    together = Importer._together

    async def noted(importer: Importer[Any], rows: Sequence[Row[Any]], *, keep: bool) -> Any:
        carried_out.extend(row.number for row in rows)
        return await together(importer, rows, keep=keep)

    monkeypatch.setattr(Importer, "_together", noted)
    report = await _import(world, "commit", teams("T1", "T2", "T1", "T3", "T2"))
    assert carried_out == [2, 4, 3, 6, 5]
    said = {one["row"]: one["outcome"] for one in report["outcomes"]}
    assert list(said) == [2, 3, 4, 5, 6]
    assert [row for row, outcome in said.items() if outcome == "unchanged"] == [4, 6]


@pytest.mark.parametrize("mode", ["check", "commit"])
@embedded
async def test_a_file_of_too_many_rows_is_refused(world: World, mode: str) -> None:
    lines = "0\n" * (MOST_ROWS + 1)
    for url, media, content in [
        (TEAMS, "application/x-ndjson", lines),
        (TEAMS, "application/x-ndjson", "\n" * (MOST_ROWS + 1)),
        (TEAMS, "text/csv", "code,name,area,formed_on\n" + lines),
        (SCHOOLS, "text/csv", SCHOOL_HEADER + "\n" * (MOST_ROWS + 1)),
    ]:
        headers = world.as_() | {"Content-Type": media}
        answer = await world.client.post(url + mode, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-many-rows")


SCHOOL_HEADER = (
    "URN,LA (code),EstablishmentName,TypeOfEstablishment (code),"
    "EstablishmentStatus (code),PhaseOfEducation (code)\n"
)


async def test_more_may_be_looked_up_at_once_than_a_database_takes(world: World) -> None:
    many = range(1, 40_001)
    async with world.system.running["referral"].units.work(request_context()) as uow:
        assert await uow.preload(School, "urn", many) == []
        named = [("C", str(number)) for number in many]
        assert await uow.preload(Child, ("scheme", "reference"), named, lock="update") == []

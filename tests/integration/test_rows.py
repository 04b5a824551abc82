"""Rows as objects: each once, found when it was added, put back when it is refused."""

from contextlib import AbstractAsyncContextManager
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Conflict
from libs.common.persistence import tables
from libs.common.persistence.uow import UnitOfWork
from libs.common.runtime.manifest import Service
from services.referral.cases.domain import Case, Pause, VisitWeek
from services.referral.service import SERVICE as REFERRAL
from services.referral.staff.domain import Team
from tests.journeys.casework import call, opened
from tests.worlds import REAL, World, request_context

only_postgresql = pytest.mark.parametrize(
    "kind", [pytest.param(REAL, marks=pytest.mark.real)], scope="session"
)


MONDAY = date(2018, 10, 1)


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL]


class NotNow(Exception):
    """Raised to leave a unit of work."""


async def test_a_change_says_why_and_is_read_with_what_it_is_part_of(world: World) -> None:
    case = UUID((await opened(world))["case"])
    async with _work(world) as uow:
        uow.add(VisitWeek(case_id=case, week_beginning=MONDAY, planned=1, attended=1, missed=[]))
    async with _work(world) as uow:
        [week] = await uow.all(VisitWeek, case_id=case)
        week.planned = week.attended = 2
        uow.explain(week, "typing-error", "Made up for a test.")
    url = f"/referral/v1/change-log?record_id={case}&limit=1"
    first = (await call(world, "GET", url)).json()
    second = (await call(world, "GET", f"{url}&before={first['next']}")).json()
    changes = [*first["items"], *second["items"]]
    assert {(one["field"], one["was"], one["became"]) for one in changes} == {
        ("planned", 1, 2),
        ("attended", 1, 2),
    }
    assert {one["row"] for one in changes} == {f"{case},{MONDAY}"}
    assert {(one["reason"], one["note"]) for one in changes} == {
        ("typing-error", "Made up for a test.")
    }


def _team(code: str) -> Team:
    return Team(id=uuid4(), code=code, name="Fictional", area="north", formed_on=date(2018, 9, 1))


def _work(world: World) -> AbstractAsyncContextManager[UnitOfWork]:
    return world.system.running["referral"].units.work(request_context())


async def _changes(connection: AsyncConnection) -> list[tuple[str, ...]]:
    log = tables.change_log.c
    query = select(log.table, log.row, log.field, log.was, log.became, log.reason, log.subject)
    return [tuple(row) for row in await connection.execute(query.order_by(log.number))]


async def test_a_row_is_one_object_however_it_is_found(world: World) -> None:
    case_id = UUID((await opened(world))["case"])
    async with _work(world) as uow:
        case = await uow.get(Case, case_id)
        assert await uow.find(Case, id=case_id) is case
        assert await uow.all(Case, child_id=case.child_id) == [case]
        assert await uow.preload(Case, "staff_id", [case.staff_id]) == [case]
        assert await uow.chosen(select(Case).where(Case.id == case_id)) == [case]


async def test_what_was_added_is_found_before_it_is_written(world: World) -> None:
    await opened(world)
    async with _work(world) as uow:
        assert await uow.find(Team, code="NEW") is None
        team = uow.add(_team("NEW"))
        assert await uow.find(Team, code="NEW") is team
        assert await uow.all(Team, area="north") == [team]
        assert uow.version(team) == 1
        other = _team("OTHER")
        other.id = team.id
        with pytest.raises(Conflict):
            uow.add(other)


async def _three(world: World) -> list[str]:
    """Record three teams, with ids in the order of their codes."""
    codes = ["ONE", "THREE", "TWO"]
    async with _work(world) as uow:
        for number, code in enumerate(codes, 1):
            uow.add(_team(code)).id = UUID(int=number)
    return codes


async def test_rows_that_are_changed_together_are_all_written(world: World) -> None:
    codes = await _three(world)
    async with _work(world) as uow:
        for team in await uow.preload(Team, "code", codes):
            team.name = f"Fictional {team.code}"
    async with _work(world) as uow:
        found = await uow.preload(Team, "code", codes)
        names = [(team.name, team.row_version) for team in found]
        assert names == [(f"Fictional {code}", 2) for code in codes]


async def _changed_while_another_is(world: World, codes: list[str]) -> None:
    async with _work(world) as uow:
        for team in await uow.preload(Team, "code", codes):
            team.name = "Fictional and late"
        meanwhile = text("UPDATE team SET row_version = 7 WHERE code = 'TWO'")
        await uow.connection.execute(meanwhile)


async def test_of_rows_that_are_changed_together_one_that_another_changed_is_a_conflict(
    world: World,
) -> None:
    codes = await _three(world)
    with pytest.raises(Conflict, match="at the same moment"):
        await _changed_while_another_is(world, codes)
    async with _work(world) as uow:
        assert {team.name for team in await uow.preload(Team, "code", codes)} == {"Fictional"}


async def test_a_key_that_one_row_gives_up_is_taken_by_the_next(world: World) -> None:
    codes = await _three(world)
    async with _work(world) as uow:
        one, three, two = await uow.preload(Team, "code", codes)
        one.code = "UNO"
        three.code, three.name = "TRE", "Fictional tre"
        two.code = "THREE"
    async with _work(world) as uow:
        assert [team.id.int for team in await uow.preload(Team, "code", ["THREE", "UNO"])] == [3, 1]


async def _refused(uow: UnitOfWork, case: Case) -> None:
    async with uow.attempt():
        on = date(2018, 11, 5)
        uow.emit(case, case.pause(Pause(case_id=case.id, paused_on=on, reason="child-unwell")))
        uow.add(_team("GONE"))
        raise Conflict(code="not-now", detail="Not now.")


async def test_what_is_refused_is_as_it_was(world: World) -> None:
    case_id = UUID((await opened(world))["case"])
    async with _work(world) as uow:
        case = await uow.get(Case, case_id)
        before = (case.paused_on, case.event_version, uow.version(case))
        with pytest.raises(Conflict):
            await _refused(uow, case)
        assert (case.paused_on, case.event_version, uow.version(case)) == before
        assert await uow.find(Team, code="GONE") is None
        assert uow.emitted == 0


async def _left(world: World) -> None:
    async with _work(world) as uow:
        uow.add(_team("LEFT"))
        await uow.flush()
        raise NotNow


async def test_what_was_written_and_left_is_undone(world: World) -> None:
    with pytest.raises(NotNow):
        await _left(world)
    async with _work(world) as uow:
        assert await uow.find(Team, code="LEFT") is None


@only_postgresql
async def test_a_lock_lasts_as_long_as_the_unit_of_work(world: World) -> None:
    async with _work(world) as uow:
        uow.add(_team("HELD"))
    async with _work(world) as uow:
        assert await uow.find(Team, code="HELD", lock="update") is not None
        async with world.database("referral").writing() as other:
            free = text("SELECT code FROM team WHERE code = 'HELD' FOR UPDATE SKIP LOCKED")
            assert (await other.execute(free)).all() == []


@only_postgresql
async def test_a_new_row_takes_two_statements_and_no_transaction_around_them(world: World) -> None:
    sent: list[str] = []
    async with _work(world) as uow:
        driver = (await uow.connection.get_raw_connection()).driver_connection
        assert driver is not None
        with driver.query_logger(lambda record: sent.append(record.query.split()[0])):
            assert await uow.find(Team, code="TWO") is None
            uow.add(_team("TWO"))
            await uow.flush(last=True)
    assert sent == ["SELECT", "WITH"]


async def test_the_change_log_tells_which_field_was_what(world: World) -> None:
    case = (await opened(world))["case"]
    url = f"/referral/v1/cases/{case}"
    read = (await call(world, "GET", url)).headers["ETag"]
    pause = {"paused_on": "2018-11-05", "reason": "child-unwell"}
    headers = world.as_() | {"If-Match": read}
    assert (await call(world, "POST", f"{url}/pause", pause, headers=headers)).status_code == 200
    async with world.database("referral").reading() as connection:
        changes = await _changes(connection)
    read_back = await call(world, "GET", f"/referral/v1/change-log?record_id={case}&limit=1")
    latest = read_back.json()["items"][0]
    assert (latest["thing"], latest["field"], latest["was"]) == ("case", "paused_on", None)
    assert (latest["became"], latest["reason"]) == ("2018-11-05", "child-unwell")
    by = changes[-1][-1]
    assert changes[-1] == ("case_", case, "paused_on", "null", '"2018-11-05"', "child-unwell", by)
    assert by
    assert not [one for one in changes if one[2] in {"row_version", "event_version"}]

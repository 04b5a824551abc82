"""Staff and teams told of in any order, put right from any day, and shown as on a day."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import DomainError, NotFound, Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.tables import PUBLISHED, change_log, event
from libs.common.persistence.uow import UnitOfWork, Units
from services.referral.staff.api.members import shown as staff_shown
from services.referral.staff.api.teams import shown as team_shown
from services.referral.staff.commands import (
    AppointTeamManager,
    CorrectAppointment,
    CorrectContract,
    CorrectLeaving,
    CorrectTeam,
    CorrectTeamChange,
    CorrectTeamManager,
    RecordStaffMember,
    RecordTeam,
    appoint_team_manager,
    correct_appointment,
    correct_contract,
    correct_leaving,
    correct_team,
    correct_team_change,
    correct_team_manager,
    record_staff_member,
    record_team,
    void_contract,
    void_leaving,
    void_team_change,
    void_team_manager,
)
from services.referral.staff.commands.contracts import OnlyContract
from services.referral.staff.commands.teams import FirstOfTeam
from services.referral.staff.domain import StaffMember, Team
from services.referral.staff.domain.members import HasNotLeft
from tests.unit.refused import refused
from tests.worlds import request_context

APPOINTED = "2015-09-01"
STAFF = {"name": "Testcase Newcomer", "post": "specialist-teacher", "appointed_on": APPOINTED}
FIRST = {**STAFF, "fte": "0.06", "effective_on": APPOINTED}
SECOND = {**STAFF, "fte": "0.50", "effective_on": "2018-09-01"}
GONE = {"left_on": "2019-08-31"}
TEAM = {"name": "North", "area": "north", "formed_on": "2014-09-01"}
EAST = {"name": "East", "area": "east", "effective_on": "2017-09-01"}
WHY = {"reason": "typing-error", "note": "Made-up note."}
MISTAKE = {"reason": "entry-error"}


async def _staff(units: Units, *said: dict[str, Any]) -> StaffMember:
    for one in said:
        async with units.work(request_context()) as uow:
            member, _ = await record_staff_member(uow, "S9", RecordStaffMember.model_validate(one))
    return member


async def _team(units: Units, *said: dict[str, Any]) -> Team:
    for one in said:
        async with units.work(request_context()) as uow:
            team, _ = await record_team(uow, "T9", RecordTeam.model_validate(one))
    return team


async def _seen(units: Units, thing: StaffMember | Team, as_of: str | None = None) -> Any:
    """Return the view of a thing as it is shown, as of a day if one is given."""
    day = date.fromisoformat(as_of) if as_of else None
    async with units.read(request_context()) as read:
        if isinstance(thing, Team):
            return await team_shown(read, await read.get(Team, thing.id), day)
        return await staff_shown(read, await read.get(StaffMember, thing.id), day)


async def _contracts(units: Units, member: StaffMember) -> list[tuple[str, str]]:
    found = (await _seen(units, member)).contracts
    return [(contract.from_on.isoformat(), contract.fte) for contract in found]


Act = Callable[[UnitOfWork, Any], Awaitable[object]]


async def _do(units: Units, thing: StaffMember | Team, act: Act) -> None:
    async with units.work(request_context()) as uow:
        await act(uow, await uow.get(type(thing), thing.id))


def _contract(day: str, **said: Any) -> Act:
    command = CorrectContract.model_validate({"from_on": day, **WHY, **said})
    return lambda uow, one: correct_contract(
        uow, one.id, date.fromisoformat(day), command, one.row_version
    )


def _void(day: str) -> Act:
    command = Withdrawal.model_validate(MISTAKE)
    return lambda uow, one: void_contract(
        uow, one.id, date.fromisoformat(day), command, one.row_version
    )


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))), ids=str)
async def test_contracts_and_the_leaving_may_be_told_in_any_order(
    units: Units, order: tuple[int, ...]
) -> None:
    told = FIRST, SECOND, {**STAFF, "fte": "0.50", "effective_on": "2018-09-01", **GONE}
    member = await _staff(units, *(told[index] for index in order))
    assert await _contracts(units, member) == [(APPOINTED, "0.06"), ("2018-09-01", "0.50")]
    view = await _seen(units, member, "2018-08-31")
    assert (view.fte, view.left_on) == ("0.06", date(2019, 8, 31))


async def test_what_a_push_of_staff_leaves_out_says_nothing_and_null_empties(units: Units) -> None:
    await _team(units, TEAM)
    member = await _staff(units, {**FIRST, "team_code": "T9"}, GONE, {"name": "Testcase Renamed"})
    view = await _seen(units, member)
    assert (view.name, view.left_on, view.fte) == ("Testcase Renamed", date(2019, 8, 31), "0.06")
    await _staff(units, {"left_on": None}, {"team_code": None, "effective_on": "2019-01-01"})
    view = await _seen(units, member)
    assert (view.left_on, view.team_id, view.fte) == (None, None, "0.06")
    assert (await _seen(units, member, "2018-12-31")).team_id is not None
    with refused(Rejected, "/name", "/post", "/fte", "/appointed_on"):
        async with units.work(request_context()) as uow:
            await record_staff_member(uow, "S10", RecordStaffMember())


@pytest.mark.parametrize("known", [(), (FIRST,)], ids=["new", "known"])
async def test_no_contract_of_a_push_begins_after_its_last_day(
    units: Units, known: tuple[dict[str, Any], ...]
) -> None:
    said = {**FIRST, "fte": "0.50", "effective_on": "2019-09-01", "left_on": "2019-07-31"}
    with refused(Rejected, "/left_on"):
        await _staff(units, *known, said)


async def test_a_contract_is_put_right_from_any_day_the_first_included(units: Units) -> None:
    member = await _staff(units, FIRST, SECOND)
    await _do(units, member, _contract(APPOINTED, fte="0.60"))
    await _do(units, member, _contract("2018-09-01", fte="0.40", from_on="2018-11-01"))
    assert await _contracts(units, member) == [(APPOINTED, "0.60"), ("2018-11-01", "0.40")]
    await _do(units, member, _void(APPOINTED))
    assert await _contracts(units, member) == [("2018-11-01", "0.40")]
    assert (await _seen(units, member, "2018-10-31")).fte is None
    await _staff(units, {**FIRST, "fte": "0.70"})
    assert await _contracts(units, member) == [(APPOINTED, "0.70"), ("2018-11-01", "0.40")]
    async with units.database.reading() as connection:
        logged = (await connection.execute(select(change_log))).mappings().all()
    assert {(row["reason"], row["note"]) for row in logged} >= {
        ("typing-error", "Made-up note."),
        ("entry-error", None),
    }


FAULTS: list[tuple[Act, type[DomainError], tuple[str, ...]]] = [
    (_contract("2018-09-01", fte="0.40", from_on=APPOINTED), AlreadyRecorded, ("/from_on",)),
    (_contract(APPOINTED, fte="0.60", from_on="2016-09-01"), Rejected, ("/from_on",)),
    (_contract("2018-09-01", fte="0.40", from_on="2015-08-31"), Rejected, ("/from_on",)),
    (_contract("2018-09-02", fte="0.40"), NotFound, ()),
    (_contract("2018-09-01", fte="0.40", team_code="T0"), Rejected, ("/team_code",)),
]


@pytest.mark.parametrize(("act", "error", "places"), FAULTS, ids=range(len(FAULTS)))
async def test_a_contract_is_not_put_where_none_can_be(
    units: Units, act: Act, error: type[DomainError], places: tuple[str, ...]
) -> None:
    member = await _staff(units, FIRST, SECOND)
    with refused(error, *places):
        await _do(units, member, act)
    assert await _contracts(units, member) == [(APPOINTED, "0.06"), ("2018-09-01", "0.50")]


async def test_the_only_contract_is_corrected_and_not_void(units: Units) -> None:
    member = await _staff(units, FIRST)
    with refused(OnlyContract):
        await _do(units, member, _void(APPOINTED))


def _appointment(day: str, post: str = "area-manager") -> Act:
    command = CorrectAppointment.model_validate({"post": post, "appointed_on": day, **WHY})
    return lambda uow, one: correct_appointment(uow, one.id, command, one.row_version)


def _leaving(day: str) -> Act:
    command = CorrectLeaving.model_validate({"left_on": day, **WHY})
    return lambda uow, one: correct_leaving(uow, one.id, command, one.row_version)


def _stays(uow: UnitOfWork, one: StaffMember) -> Awaitable[object]:
    return void_leaving(uow, one.id, Withdrawal.model_validate(MISTAKE), one.row_version)


async def test_an_appointment_moves_with_its_first_contract(units: Units) -> None:
    member = await _staff(units, FIRST, SECOND, GONE)
    await _do(units, member, _appointment("2016-01-01"))
    view = await _seen(units, member)
    assert (view.post, view.appointed_on) == ("area-manager", date(2016, 1, 1))
    assert await _contracts(units, member) == [("2016-01-01", "0.06"), ("2018-09-01", "0.50")]
    with refused(Rejected, "/appointed_on"):
        await _do(units, member, _appointment("2018-09-01"))
    with refused(Rejected, "/appointed_on"):
        await _do(units, member, _appointment("2019-09-01"))


async def test_a_leaving_is_put_right_and_taken_back(units: Units) -> None:
    member = await _staff(units, FIRST, SECOND)
    with refused(HasNotLeft):
        await _do(units, member, _leaving("2019-08-31"))
    await _staff(units, GONE)
    with refused(Rejected, "/left_on"):
        await _do(units, member, _leaving("2018-08-31"))
    await _do(units, member, _leaving("2019-07-31"))
    assert (await _seen(units, member)).left_on == date(2019, 7, 31)
    await _do(units, member, _stays)
    assert (await _seen(units, member)).left_on is None
    with refused(HasNotLeft):
        await _do(units, member, _stays)


def _team_act(kind: str, day: str, **said: Any) -> Act:
    on = date.fromisoformat(day)
    mistake = Withdrawal.model_validate(MISTAKE)
    if kind == "team":
        whole = CorrectTeam.model_validate({"formed_on": day, **WHY, **said})
        return lambda uow, one: correct_team(uow, one.id, whole, one.row_version)
    if kind == "change":
        change = CorrectTeamChange.model_validate({"from_on": day, **WHY, **said})
        return lambda uow, one: correct_team_change(uow, one.id, on, change, one.row_version)
    if kind == "void-change":
        return lambda uow, one: void_team_change(uow, one.id, on, mistake, one.row_version)
    if kind == "appoint":
        new = AppointTeamManager.model_validate({"appointed_on": day, **said})
        return lambda uow, one: appoint_team_manager(uow, one.id, new, one.row_version)
    if kind == "manager":
        other = CorrectTeamManager.model_validate({"from_on": day, **WHY, **said})
        return lambda uow, one: correct_team_manager(uow, one.id, on, other, one.row_version)
    return lambda uow, one: void_team_manager(uow, one.id, on, mistake, one.row_version)


async def _named(units: Units, team: Team, day: str) -> tuple[str, str]:
    view = await _seen(units, team, day)
    return view.name, view.area


async def test_a_team_is_renamed_and_moved_to_another_area_from_a_day(units: Units) -> None:
    team = await _team(units, TEAM, EAST, EAST)
    assert await _named(units, team, "2017-08-31") == ("North", "north")
    assert await _named(units, team, "2017-09-01") == ("East", "east")
    await _team(units, {"area": "west", "effective_on": "2016-09-01"})
    assert await _named(units, team, "2017-08-31") == ("North", "west")
    assert (await _seen(units, team)).area == "east"
    with refused(AlreadyRecorded, "/area"):
        await _team(units, {"area": "south"})
    with refused(AlreadyRecorded, "/area"):
        await _team(units, {"area": "south", "effective_on": "2017-09-01"})
    moved = {"name": "East", "area": "south", "from_on": "2018-01-01"}
    await _do(units, team, _team_act("change", "2017-09-01", **moved))
    assert await _named(units, team, "2017-12-31") == ("North", "west")
    assert await _named(units, team, "2018-01-01") == ("East", "south")
    await _do(units, team, _team_act("void-change", "2018-01-01"))
    assert await _named(units, team, "2018-01-01") == ("North", "west")
    with refused(FirstOfTeam):
        await _do(units, team, _team_act("void-change", "2014-09-01"))


async def test_a_teams_first_and_last_day_are_put_right(units: Units) -> None:
    team = await _team(units, TEAM, EAST, {"disbanded_on": "2018-08-31"})
    await _do(units, team, _team_act("team", "2015-01-01", disbanded_on="2019-08-31"))
    view = await _seen(units, team)
    assert (view.formed_on, view.disbanded_on) == (date(2015, 1, 1), date(2019, 8, 31))
    assert [name.from_on for name in view.names] == [date(2015, 1, 1), date(2017, 9, 1)]
    with refused(Rejected, "/formed_on"):
        await _do(units, team, _team_act("team", "2017-09-01"))
    await _team(units, {"disbanded_on": None})
    assert (await _seen(units, team)).disbanded_on is None


async def test_a_teams_manager_is_dated_and_put_right(units: Units) -> None:
    team, member = await _team(units, TEAM), await _staff(units, FIRST)
    late, early = {"staff_id": None}, {"staff_id": str(member.id)}
    await _do(units, team, _team_act("appoint", "2018-09-01", **late))
    await _do(units, team, _team_act("appoint", "2016-09-01", **early))
    await _do(units, team, _team_act("appoint", "2016-09-01", **early))

    async def manager(day: str) -> object:
        return (await _seen(units, team, day)).manager_id

    assert [await manager(f"{year}-09-01") for year in (2015, 2016, 2018)] == [
        None,
        member.id,
        None,
    ]
    with refused(AlreadyRecorded, "/staff_id"):
        await _do(units, team, _team_act("appoint", "2016-09-01", staff_id=None))
    with refused(Rejected, "/appointed_on"):
        await _do(units, team, _team_act("appoint", "2014-08-31", staff_id=None))
    with refused(Rejected, "/staff_id"):
        await _do(units, team, _team_act("appoint", "2014-09-01", **early))
    moved = {"from_on": "2017-01-01", **early}
    await _do(units, team, _team_act("manager", "2016-09-01", **moved))
    assert [await manager(day) for day in ("2016-12-31", "2017-01-01")] == [None, member.id]
    await _do(units, team, _team_act("void-manager", "2018-09-01"))
    assert await manager("2018-09-01") == member.id
    async with units.database.reading() as connection:
        types = set((await connection.execute(select(event.c.type).where(PUBLISHED))).scalars())
    told = {type_.split(".")[-2] for type_ in types}
    assert {"TeamManagerAppointed", "TeamManagerCorrected", "TeamManagerVoided"} <= told

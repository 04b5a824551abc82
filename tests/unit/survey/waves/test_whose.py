"""Of which team, area and kind of school those are whom a wave asks: as of its day of issue."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    AllocationCorrected,
    ChildMovedSchool,
    ChildRegistered,
    ChildrenMerged,
    ContractCorrected,
    ContractVoided,
    SchoolMoveCorrected,
    SchoolMoveVoided,
    SchoolRecorded,
    StaffAppointed,
    StaffContractChanged,
    SupportEnded,
    TeacherAllocated,
    TeamAreaChanged,
    TeamAreaCorrected,
    TeamAreaVoided,
    TeamFormed,
)
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.whose import issued_to, note_whose
from tests.unit.survey.calls import DAY as BEGUN
from tests.unit.survey.calls import (
    a_case,
    a_response,
    a_wave,
    events_of,
    get,
    handle,
    post,
)
from tests.worlds import World

ISSUED = date(2019, 5, 14)
NEXT = ISSUED + timedelta(days=1)
ALPHA, BETA, OAK, ELM, CHILD, TEACHER, OTHER = (UUID(int=n) for n in range(31, 38))
CASE, ALLOCATED = a_case(CHILD, TEACHER, ALPHA)


def teams() -> list[Event]:
    """Return two teams in two areas with a teacher each, and two schools of two kinds."""
    return [
        TeamFormed(team_id=ALPHA, code="TA", area="north", formed_on=BEGUN),
        TeamFormed(team_id=BETA, code="TB", area="south", formed_on=BEGUN),
        in_post(TEACHER, ALPHA),
        in_post(OTHER, BETA),
        school(OAK, 900001, "primary"),
        school(ELM, 900002, "junior"),
    ]


def school(school_id: UUID, urn: int, kind: str) -> Event:
    """Return a school of a kind, as the register has it."""
    told = {"la_code": 888, "establishment_type": "01", "phase": 2, "status": 1}
    days = {"opened_on": None, "closed_on": None, "snapshot_on": BEGUN}
    return SchoolRecorded.model_validate(
        {**told, **days, "school_id": school_id, "urn": urn, "kind": kind}
    )


def in_post(staff_id: UUID, team_id: UUID) -> Event:
    """Return a teacher of a team."""
    post = {"post": "specialist-teacher", "fte_hundredths": 100, "appointed_on": BEGUN}
    return StaffAppointed.model_validate({**post, "staff_id": staff_id, "team_id": team_id})


def at_oak(child_id: UUID) -> Event:
    """Return a child registered at Oak."""
    return ChildRegistered(
        child_id=child_id, school_id=OAK, year_group="3", sex="U", registered_on=BEGUN
    )


def moved(on: date) -> Event:
    return ChildMovedSchool(child_id=CHILD, from_school_id=OAK, school_id=ELM, moved_on=on)


def moved_in_truth(on: date) -> Event:
    how = {"formerly_on": ISSUED, "from_school_id": OAK, "school_id": ELM, "moved_on": on}
    now = {"now_school_id": ELM, "now_on": on, "reason": "typing-error"}
    return SchoolMoveCorrected.model_validate({"child_id": CHILD, **how, **now})


def never_moved() -> Event:
    now = {"now_school_id": OAK, "now_on": BEGUN, "reason": "typing-error"}
    return SchoolMoveVoided.model_validate({"child_id": CHILD, "moved_on": ISSUED, **now})


def taken_over(on: date) -> Event:
    return TeacherAllocated(
        case_id=CASE, child_id=CHILD, staff_id=OTHER, team_id=BETA, allocated_on=on
    )


def taken_over_in_truth(on: date) -> Event:
    how = {"formerly_on": ISSUED, "allocated_on": on, "reason": "typing-error"}
    who = {"case_id": CASE, "child_id": CHILD, "staff_id": OTHER, "team_id": BETA}
    return AllocationCorrected.model_validate({**who, **how})


def in_beta(on: date) -> Event:
    return StaffContractChanged(staff_id=TEACHER, team_id=BETA, fte_hundredths=100, changed_on=on)


def in_beta_in_truth(on: date) -> Event:
    how = {"from_on": on, "formerly_on": ISSUED, "reason": "typing-error"}
    latest = {"latest_team_id": BETA, "latest_on": on}
    what = {"staff_id": TEACHER, "team_id": BETA, "fte_hundredths": 100, **latest}
    return ContractCorrected.model_validate({**what, **how})


def never_in_beta() -> Event:
    latest = {"latest_team_id": ALPHA, "latest_on": BEGUN, "reason": "typing-error"}
    return ContractVoided.model_validate({"staff_id": TEACHER, "from_on": ISSUED, **latest})


def ended(on: date) -> Event:
    return SupportEnded(case_id=CASE, child_id=CHILD, ended_on=on, reason="left-phase")


def to_the_west(on: date) -> Event:
    return TeamAreaChanged(team_id=ALPHA, area="west", changed_on=on)


def to_the_west_in_truth(on: date) -> Event:
    how = {"area": "west", "from_on": on, "formerly_on": ISSUED, "reason": "typing-error"}
    return TeamAreaCorrected.model_validate({"team_id": ALPHA, **how})


def never_to_the_west() -> Event:
    return TeamAreaVoided(team_id=ALPHA, from_on=ISSUED, reason="typing-error")


@pytest.mark.parametrize(
    ("told", "team", "area", "kind"),
    [
        ([], ALPHA, "north", "primary"),
        ([moved(ISSUED)], ALPHA, "north", "junior"),
        ([moved(NEXT)], ALPHA, "north", "primary"),
        ([moved(ISSUED), moved_in_truth(NEXT)], ALPHA, "north", "primary"),
        ([moved(ISSUED), never_moved()], ALPHA, "north", "primary"),
        ([taken_over(ISSUED)], BETA, "south", "primary"),
        ([taken_over(NEXT)], ALPHA, "north", "primary"),
        ([taken_over(ISSUED), taken_over_in_truth(NEXT)], ALPHA, "north", "primary"),
        ([in_beta(ISSUED)], BETA, "south", "primary"),
        ([in_beta(NEXT)], ALPHA, "north", "primary"),
        ([in_beta(ISSUED), in_beta_in_truth(NEXT)], ALPHA, "north", "primary"),
        ([in_beta(ISSUED), never_in_beta()], ALPHA, "north", "primary"),
        ([ended(ISSUED)], ALPHA, "north", "primary"),
        ([ended(ISSUED - timedelta(days=1))], None, None, "primary"),
        ([to_the_west(ISSUED)], ALPHA, "west", "primary"),
        ([to_the_west(NEXT)], ALPHA, "north", "primary"),
        ([to_the_west(ISSUED), to_the_west_in_truth(NEXT)], ALPHA, "north", "primary"),
        ([to_the_west(ISSUED), never_to_the_west()], ALPHA, "north", "primary"),
    ],
)
async def test_a_recipient_is_of_the_team_area_and_school_of_the_day_of_issue(
    survey: World, told: list[Event], team: UUID | None, area: str | None, kind: str
) -> None:
    await handle(survey, *teams(), at_oak(CHILD), *ALLOCATED)
    for one in told:
        await handle(survey, one)
    assert await noted(survey, child_id=CHILD) == (team, area, kind)


async def noted(world: World, **ids: Any) -> tuple[Any, ...]:
    """Return what is noted of one recipient with these ids of a wave that is issued that day."""
    wave = cast("Wave", SimpleNamespace(id=uuid4(), issued_on=ISSUED, tells_whose=True))
    return await _noted(world, wave, **ids)


async def _noted(world: World, wave: Wave, **ids: Any) -> tuple[Any, ...]:
    row = {"parent_id": None, "child_id": None, "school_id": None, **ids}
    whose = (Recipient.team_id, Recipient.area, Recipient.school_kind)
    async with world.database("survey").writing() as connection:
        table = cast("Any", Recipient.__table__)
        listed = table.insert().values(id=uuid4(), wave_id=wave.id, reference="C0", **row)
        await connection.execute(listed.values(sent=True))
        await note_whose(connection, wave)
        [part] = await issued_to(connection, wave.id)
        found = (await connection.execute(select(*whose).where(Recipient.wave_id == wave.id))).one()
        await connection.execute(table.delete())
    assert (part.team_id, part.area, part.school_kind, part.issued) == (*found, 1)
    return tuple(found)


@pytest.mark.parametrize(
    ("ids", "whose"),
    [
        ({"parent_id": UUID(int=40), "child_id": CHILD}, (ALPHA, "north", "primary")),
        ({"parent_id": UUID(int=40)}, (None, None, None)),
        ({"school_id": ELM}, (None, None, "junior")),
        ({"child_id": UUID(int=41)}, (ALPHA, "north", "primary")),  # the child's other record
        ({}, (None, None, None)),
    ],
    ids=["of-a-child", "of-none", "a-school", "merged", "an-agency"],
)
async def test_what_is_not_known_of_somebody_stays_empty(
    survey: World, ids: dict[str, UUID], whose: tuple[Any, ...]
) -> None:
    merged = ChildrenMerged(child_id=CHILD, merged_child_id=UUID(int=41), merged_on=BEGUN)
    await handle(survey, *teams(), at_oak(CHILD), *ALLOCATED, merged)
    assert await noted(survey, **ids) == whose


async def test_of_a_wave_that_does_not_tell_whose_they_are_nothing_is_noted(survey: World) -> None:
    await handle(survey, *teams(), at_oak(CHILD), *ALLOCATED)
    wave = SimpleNamespace(id=uuid4(), issued_on=ISSUED, tells_whose=False)
    assert await _noted(survey, cast("Wave", wave), child_id=CHILD) == (None, None, None)


async def test_a_wave_tells_how_many_it_went_to_and_a_response_whose_it_is(survey: World) -> None:
    await handle(survey, *teams(), *ALLOCATED)
    drafted = await post(survey, "/waves", a_wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    children = [CHILD, *(uuid4() for _ in range(3))]
    await handle(survey, *map(at_oak, children))
    listed = [{"reference": f"C{n}", "child_id": str(id_)} for n, id_ in enumerate(children)]
    await post(survey, f"{path}/recipients", listed)
    version = (await get(survey, path)).headers["ETag"]
    issued = await post(survey, f"{path}/issue", version=version)
    assert issued.json()["issued"] == 4, issued.text
    [sent] = await events_of(survey, "WaveIssued")
    nobody = {"team_id": None, "area": None, "school_kind": "primary", "issued": 3}
    mine = {"team_id": str(ALPHA), "area": "north", "school_kind": "primary", "issued": 1}
    assert sorted(sent["issued_to"], key=lambda one: one["issued"]) == [mine, nobody]
    # What changes afterwards, though it is told of a day before the issue, moves nobody.
    await handle(survey, taken_over(ISSUED), moved(ISSUED), to_the_west(ISSUED))
    received = await post(survey, f"{path}/responses", a_response("Q0", "C0", "yes"))
    other = await post(survey, f"{path}/responses", a_response("Q1", "C1", "yes"))
    assert (received.status_code, other.status_code) == (201, 201), received.text
    told = a_response("Q0", "C0", "no") | {"reason": "typing-error"}
    del told["reference"], told["recipient"]
    url = f"/responses/{received.json()['response_id']}/corrections"
    corrected = await post(survey, url, told, version=received.headers["ETag"])
    assert corrected.status_code == 200, corrected.text
    del mine["issued"], nobody["issued"]
    first, second = await events_of(survey, "ResponseReceived")
    [again] = await events_of(survey, "ResponseCorrected")
    assert [first.items() >= mine.items(), second.items() >= nobody.items()] == [True, True]
    assert again.items() >= mine.items()
    run = {"issued": 3, "issued_on": "2019-05-14", "closes_on": "2019-06-28", "grace_days": 0}
    version = (await get(survey, path)).headers["ETag"]
    fewer = await post(
        survey, f"{path}/corrections", {**run, "reason": "typing-error"}, version=version
    )
    assert fewer.status_code == 200, fewer.text
    [put_right] = await events_of(survey, "WaveCorrected")
    assert (put_right["issued"], put_right["issued_to"]) == (3, None)

"""Contracts of staff: the one of the latest day is the present one, in whatever order they come."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.assessment.known import known_staff
from tests.journeys.casework import call
from tests.worlds import World, embedded

MEMBER = {
    "name": "Testcase Teacher",
    "post": "specialist-teacher",
    "team_code": "T1",
    "fte": "1.00",
    "appointed_on": "2015-09-01",
}


async def _recorded(world: World, **changes: Any) -> dict[str, Any]:
    answer = await call(world, "PUT", "/referral/v1/staff/by-reference/S1", {**MEMBER, **changes})
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body


@embedded
async def test_a_backdated_contract_does_not_replace_the_present_one(world: World) -> None:
    teams = []
    for code in ("T1", "T2", "T3"):
        team = {"name": code, "area": "north", "formed_on": "2014-09-01"}
        answer = await call(world, "PUT", f"/referral/v1/teams/by-code/{code}", team)
        teams.append(answer.json()["team_id"])
    await _recorded(world)
    present = await _recorded(world, team_code="T2", fte="0.80", effective_on="2018-09-01")
    backdated = await _recorded(world, team_code="T3", fte="0.50", effective_on="2017-09-01")
    for now in (present, backdated):
        assert (now["team_id"], now["fte"]) == (teams[1], "0.80")
    await world.settle()
    async with world.database("assessment").reading() as connection:
        query = select(known_staff.c.team_id)
        assert (await connection.execute(query)).scalars().all() == [UUID(teams[1])]
    after = await _recorded(world, team_code="T3", fte="0.50", effective_on="2019-09-01")
    assert (after["team_id"], after["fte"]) == (teams[2], "0.50")
    await world.settle()
    async with world.database("assessment").reading() as connection:
        assert (await connection.execute(query)).scalars().all() == [UUID(teams[2])]

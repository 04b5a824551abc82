"""Pushes of a child: which of two is the newer decides, not which came later."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from libs.common.persistence import tables
from services.referral.schools.domain import School
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World

PARENT = {"reference": "P1", "name": "Old Name", "relationship": "mother"}
PLAN: dict[str, Any] = CHILD["plans"][0]  # type: ignore[index]  # a list of one


async def _push(world: World, **other: Any) -> dict[str, Any]:
    url = "/referral/v1/children/by-reference/county/C1"
    answer = await call(world, "PUT", url, {**CHILD, **other})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _another_school(world: World) -> tuple[int, str]:
    async with world.database("referral").reading() as connection:
        query = select(School.urn, School.id).where(School.urn != CHILD["school_urn"])
        urn, id_ = (await connection.execute(query)).first() or (0, UUID(int=0))
    return urn, str(id_)


async def _events(world: World, name: str) -> int:
    async with world.database("referral").reading() as connection:
        query = select(tables.event.c.type)
        types = (await connection.execute(query)).scalars().all()
    return types.count(f"uk.sssen.referral.{name}.v1")


async def test_a_late_push_does_not_bring_a_child_back_to_a_school_they_left(
    referral: World,
) -> None:
    await ready(referral)
    urn, school = await _another_school(referral)
    moved = await _push(referral, school_urn=urn, effective_on="2019-06-01")
    late = await _push(referral, effective_on="2019-01-01", surname="Formerly")
    assert (moved["school_id"], late["school_id"]) == (school, school)
    assert late["surname"] == CHILD["surname"]
    assert await _events(referral, "ChildMovedSchool") == 1


async def test_a_push_that_changes_nothing_is_newer_than_one_before_its_day(
    referral: World,
) -> None:
    await ready(referral)
    urn, _ = await _another_school(referral)
    same = await _push(referral, effective_on="2019-06-01")
    late = await _push(referral, school_urn=urn, effective_on="2019-01-01", eal=True)
    assert late == same
    assert await _events(referral, "ChildMovedSchool") == 0
    again = await _push(referral, school_urn=urn, effective_on="2019-06-01")
    assert again["school_id"] != same["school_id"]


async def test_a_late_push_changes_no_parent_and_no_plan_but_adds_new_ones(
    referral: World,
) -> None:
    await ready(referral)
    new = {**PARENT, "name": "New Name"}
    amended = {**PLAN, "review_due_on": "2020-01-10"}
    await _push(referral, effective_on="2019-06-01", parents=[new], plans=[amended])
    late = await _push(
        referral,
        effective_on="2019-01-01",
        parents=[PARENT, {**PARENT, "reference": "P2"}],
        plans=[
            {**PLAN, "ends_on": "2018-12-31", "cease_reason": "replaced"},
            {**PLAN, "reference": "PL-0", "ends_on": "2018-01-09", "cease_reason": "replaced"}
            | {"starts_on": "2017-01-10"},
        ],
    )
    names = {parent["reference"]: parent["name"] for parent in late["parents"]}
    assert names == {"P1": "New Name", "P2": "Old Name"}
    plans = {plan["reference"]: (plan["review_due_on"], plan["ends_on"]) for plan in late["plans"]}
    assert plans == {"PL-1": ("2020-01-10", None), "PL-0": (None, "2018-01-09")}

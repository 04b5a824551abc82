"""What was told of a child of which day: in any order the same in the end, put right, and shown."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from libs.common.core.dated import changes
from libs.common.persistence.uow import Units
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child, Plan
from services.referral.children.queries import plan_on, plan_terms, plans_on, school_on
from services.referral.children.telling import characteristics_of, schools_of
from services.referral.children.upn import FormerUpn
from tests.journeys.casework import CHILD as PUSHED
from tests.unit.referral.made import OTHER_SCHOOL, SCHOOL, a_school, keep
from tests.worlds import request_context

OTHER_URN = 900002
PLAN: dict[str, Any] = PUSHED["plans"][0]  # type: ignore[index]  # a list of one
SECOND = {**PLAN, "reference": "PL-2", "plan_type": "GRIP", "starts_on": "2019-03-01"}

PUSHES: tuple[dict[str, Any], ...] = (
    {"effective_on": "2018-09-01", "upn": "G83020011904A"},
    {
        "effective_on": "2018-11-01",
        "school_urn": OTHER_URN,
        "needs": ["ASD"],
        "surname": "Formerly",
        "plans": [{**PLAN, "names_service": False}],
    },
    {"effective_on": "2019-01-07", "upn": "U830200119001", "forename": None},
    {
        "effective_on": "2019-03-01",
        "school_urn": OTHER_URN,
        "eal": True,
        "plans": [SECOND],
    },
)
"""Of a child with a temporary number: moved and back, and moved again; a plan after another."""

DAYS = (
    date(2018, 8, 31),
    date(2018, 10, 31),
    date(2018, 11, 1),
    date(2019, 2, 28),
    date(2019, 3, 1),
)
"""Before the first push, and around the others."""


@pytest.fixture
async def known(units: Units) -> Units:
    """Return units of work on two schools."""
    await keep(units, a_school(id=OTHER_SCHOOL, urn=OTHER_URN))
    return units


async def _push(units: Units, reference: str, **said: Any) -> tuple[Child, str]:
    command = RecordChild.model_validate(said)
    async with units.work(request_context()) as uow:
        child, done = await record_child(uow, "county", reference, command)
        return child, done.outcome


async def _state(units: Units, child: Child) -> dict[str, Any]:
    """Return all that is known of a child, but for how it came to be."""
    async with units.read(request_context()) as read:
        own = await read.get(Child, child.id)
        plans = await read.all(Plan, child_id=child.id)
        upns = await read.all(FormerUpn, child_id=child.id)
        return {
            "child": [getattr(own, name) for name in ("upn", "forename", "surname", "school_id")],
            "since": (own.registered_on, own.characteristics_on, own.as_of),
            "so": own.characteristics,
            "schools": changes(await schools_of(read, child.id)),
            "characteristics": changes(await characteristics_of(read, child.id)),
            "plans": sorted(
                [
                    (p.reference, p.starts_on, p.ends_on, str(await plan_terms(read, p)))
                    for p in plans
                ]
            ),
            "upns": sorted((u.upn, u.from_on, u.until_on, u.why) for u in upns),
        }


async def test_pushes_in_any_order_have_the_same_result(known: Units) -> None:
    whole = [{**PUSHED, **push} for push in PUSHES]
    found = []
    for number, order in enumerate(permutations(whole)):
        for push in order:
            child, _ = await _push(known, f"C{number}-order", **push, upn_duplicate_confirmed=True)
        found.append(await _state(known, child))
    assert all(one == found[0] for one in found)
    schools = [state["school_id"] for state in found[0]["schools"].values()]
    assert schools == [SCHOOL, OTHER_SCHOOL, SCHOOL, OTHER_SCHOOL]
    assert [(one[0], str(one[2])) for one in found[0]["plans"]] == [
        ("PL-1", "2019-02-28"),
        ("PL-2", "None"),
    ]
    assert [(one[0], one[3]) for one in found[0]["upns"]] == [("G83020011904A", "permanent-known")]


async def test_a_push_older_than_another_is_superseded_where_it_does_not_hold(
    known: Units,
) -> None:
    newest = {**PUSHED, "effective_on": "2019-06-01", "surname": "Newly"}
    await _push(known, "C9", **newest)
    older = {"effective_on": "2019-01-01"}
    assert (await _push(known, "C9", **older, surname="Newly"))[1] == "unchanged"
    assert (await _push(known, "C9", **older, surname="Formerly"))[1] == "superseded"
    assert (await _push(known, "C9", **older, school_urn=OTHER_URN))[1] == "superseded"
    assert (await _push(known, "C9", **newest))[1] == "unchanged"


async def test_a_day_has_its_school_and_its_plan(known: Units) -> None:
    for push in PUSHES:
        child, _ = await _push(known, "C9", **{**PUSHED, **push})
    async with known.read(request_context()) as read:
        held = [await school_on(read, child.id, day) for day in DAYS]
        naming = [await plan_on(read, child.id, day) for day in DAYS]
        said = await plans_on(read, child.id, date(2018, 11, 1))
    assert held == [SCHOOL, SCHOOL, OTHER_SCHOOL, SCHOOL, OTHER_SCHOOL]
    named = [one and one.plan.reference for one in naming]
    assert named == ["PL-1", "PL-1", None, "PL-1", "PL-2"]
    assert [(one.plan.reference, one.terms.names_service) for one in said] == [
        ("PL-1", False),
        ("PL-2", True),
    ]

"""A child, teacher, team and result are named by the county's own keys."""

from typing import Any

from libs.common.contracts.referral import StaffReferenceRecorded
from libs.common.security import Role
from tests.journeys.casework import call
from tests.unit.assessment.conftest import (
    ANOTHER,
    CHILD,
    RESULT,
    STAFF,
    TEAM,
    area,
    handle,
    imported,
)
from tests.worlds import World

C1, C2 = ({"child": {"scheme": "county", "reference": one}} for one in ("C1", "C2"))
R1: dict[str, Any] = {name: value for name, value in RESULT.items() if name != "child_id"}
ADMINISTRATOR = Role.ADMINISTRATOR


async def _told(world: World) -> None:
    """Have somebody of the county hand the references over, twice; and hear of the teacher's."""
    await handle(world, StaffReferenceRecorded(staff_id=STAFF, reference="S1"))
    rows = [
        {"scheme": "county", "reference": reference, "child_id": str(child)}
        for reference, child in (("C1", CHILD), ("C2", ANOTHER))
    ]
    for outcome in ("created", "unchanged"):
        found = await imported(world, "child-references", *rows, headers=world.as_(ADMINISTRATOR))
        assert [one["outcome"] for one in found] == [outcome, outcome]


async def test_results_and_judgements_are_imported_without_an_id_of_ours(taught: World) -> None:
    await _told(taught)
    admin = taught.as_(ADMINISTRATOR)
    result = {"result": {"reference": "A1"}}
    put_right = {"position": "Y1.1", "assessed_on": "2019-06-17", "moderated": True}
    judged = {
        "staff": {"reference": "S1"},
        "academic_year": "2018-19",
        "judgement": "good",
        "evidence": ["observation"],
        "judged_on": "2019-07-01",
    }
    held = {
        "team": {"code": "T1"},
        "academic_year": "2018-19",
        "held_on": "2019-11-05",
        "key_areas": [{"code": "K1", "status": "achieved"}],
    }
    for kind, row, headers, outcome in (
        ("results", {**R1, **C1}, admin, "created"),
        ("results", RESULT, admin, "unchanged"),
        ("results", {**R1, **C2}, area(taught), "refused"),
        ("corrections", {**result, **put_right, "reason": "entry-error"}, None, "updated"),
        ("voids", {"result": {"reference": "A1", **C1}, "reason": "wrong-child"}, None, "updated"),
        ("teaching-judgements", judged, None, "created"),
        ("dialogues", held, None, "created"),
    ):
        [found] = await imported(taught, kind, row, headers=headers)
        assert found["outcome"] == outcome, (kind, found)


async def test_who_does_not_reach_a_child_does_not_hear_whether_there_is_one(
    taught: World,
) -> None:
    await _told(taught)
    said = []
    for reference in ("C2", "C9"):
        body = {**R1, "child": {"scheme": "county", "reference": reference}}
        answer = await call(taught, "POST", "/assessment/v1/results", body, headers=area(taught))
        said.append((answer.status_code, answer.json()["errors"]))
    assert said[0] == said[1]
    assert said[0][0] == 404


async def test_what_events_tell_of_may_still_arrive(taught: World) -> None:
    judged = {
        "staff": {"reference": "S9"},
        "academic_year": "2018-19",
        "judgement": "good",
        "evidence": [],
        "judged_on": "2019-07-01",
    }
    answer = await call(taught, "POST", "/assessment/v1/teaching-judgements", judged)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-yet-known")
    assert answer.headers["retry-after"]
    mine = taught.as_(Role.AREA_MANAGER, teams=[TEAM])
    answer = await call(taught, "POST", "/assessment/v1/teaching-judgements", judged, headers=mine)
    assert answer.status_code == 404

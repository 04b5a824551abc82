"""A child's progress and time line over HTTP, by whoever may see the child's results."""

from typing import Any

from libs.common.security import Role
from tests.architecture.roles.stage import CRITERIA
from tests.reads import get
from tests.unit.assessment.conftest import ANOTHER, CHILD, RESULT, STAFF, area
from tests.worlds import World

URL = f"/assessment/v1/children/{CHILD}"
BEFORE = {"reference": "A0", "academic_year": "2018-19", "term": "autumn"}
FIRST = {"assessed_on": "2018-09-20", "position": "P8"}
YEAR_BAND = {"assessed_on": "2018-09-20", "position": "Y1.1"}


async def _recorded(world: World, body: dict[str, Any]) -> dict[str, Any]:
    made = await world.client.post("/assessment/v1/results", json=body, headers=area(world))
    assert made.status_code == 201, made.text
    result: dict[str, Any] = made.json()
    return result


async def test_progress_is_shown_with_both_ends_and_the_reason(taught: World) -> None:
    start = await _recorded(taught, {**RESULT, **BEFORE, **YEAR_BAND})
    end = await _recorded(taught, {**RESULT, "position": "Y1.5"})
    await _recorded(taught, {**RESULT, **BEFORE, **FIRST, "reference": "W0", "subject": "writing"})
    unjudged = (await get(taught, f"{URL}/progress?academic_year=2018-19")).json()
    reading, writing = unjudged["subjects"]
    gained = end["value_tenths"] - start["value_tenths"]
    assert unjudged["judged_by"] is None
    assert (reading["gain_tenths"], reading["grade"]) == (gained, None)
    assert reading["baseline"]["assessment_id"] == start["assessment_id"]
    assert reading["result"]["assessment_id"] == end["assessment_id"]
    assert (writing["result"], writing["gain_tenths"]) == (None, None)
    await _adopted(taught)
    judged = (await get(taught, f"{URL}/progress?academic_year=2018-19")).json()
    assert judged["judged_by"]["version"] == 1
    assert judged["judged_by"]["thresholds"] == CRITERIA["progress"]
    assert judged["subjects"][0]["grade"] in judged["subjects"][0]["reason"]


async def _adopted(world: World) -> None:
    url = "/assessment/v1/criteria"
    head = world.as_(subject="the-head")
    made = await world.client.post(url, json=CRITERIA, headers=head)
    signed = await world.client.post(
        f"{url}/{made.json()['criteria_id']}/signature",
        json={"signed_on": "2018-10-08"},
        headers={**world.as_(Role.LINK_ADVISER), "If-Match": made.headers["ETag"]},
    )
    assert signed.status_code == 200, signed.text


async def test_whoever_does_not_reach_the_child_sees_neither(taught: World) -> None:
    result = await _recorded(taught, RESULT)
    theirs = taught.as_(Role.SUPPORT_TEACHER, staff_id=STAFF)
    for what in ("progress?academic_year=2018-19", "timeline"):
        for headers, child, status in (
            (theirs, CHILD, 200),
            (taught.as_(), CHILD, 200),
            (theirs, ANOTHER, 404),
            (taught.as_(), STAFF, 404),
            (taught.as_(Role.PARENT), CHILD, 403),
        ):
            url = f"/assessment/v1/children/{child}/{what}"
            assert (await get(taught, url, headers)).status_code == status, (url, status)
    assert (await get(taught, f"{URL}/timeline", theirs)).json()["entries"] == [
        {
            "on": "2019-06-17",
            "what": "assessed-reading",
            "thing": "results",
            "id": result["assessment_id"],
            "code": "Y1.2",
        }
    ]

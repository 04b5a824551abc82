"""What is put right in a service is put right in what is published, in both worlds."""

from typing import Any

from tests.journeys.casework import call
from tests.worlds import World

WHY = {"reason": "typing-error", "note": "Made-up words."}
CONTENT = "training.courses.content.average"
RETURNED, OUTSTANDING = "survey.schools.returned", "survey.schools.effective.outstanding.share"
WAVE = {
    "reference": "W1",
    "audience": "schools",
    "academic_year": "2018-19",
    "questionnaire": "schools",
    "questionnaire_version": 1,
    "issued_on": "2019-05-14",
    "closes_on": "2019-06-28",
}


async def printed(world: World, *figures: str) -> list[str]:
    """Return what the report prints of some figures, once all has arrived."""
    await world.settle()
    report = (await call(world, "GET", "/reporting/v1/reports/2018-19")).json()
    found = {one["id"]: one["printed"] for one in report["figures"]}
    return [found[figure] for figure in figures]


async def changed(world: World, url: str, body: Any = None) -> None:
    """Post a change of what is there now."""
    record = url.rpartition("/")[0]
    version = (await call(world, "GET", record)).headers["ETag"]
    headers = world.as_() | {"If-Match": version}
    answer = await call(world, "POST", url, body, headers=headers)
    assert answer.is_success, answer.text


async def test_a_mark_of_ten_that_was_typed_as_one(world: World) -> None:
    delivery: dict[str, Any] = {"reference": "D1", "kind": "course", "course": "precision-teaching"}
    delivery |= {"delivered_on": "2019-02-01", "delegates": 4}
    made = await call(world, "POST", "/survey/v1/deliveries", delivery)
    url = f"/survey/v1/deliveries/{made.json()['delivery_id']}/ratings"
    form = await call(world, "POST", url, {"form": 1, "content": 1})
    assert await printed(world, CONTENT) == ["1.0"]
    rating = f"/survey/v1/ratings/{form.json()['rating_id']}"
    await changed(world, f"{rating}/corrections", {"content": 10, **WHY})
    assert await printed(world, CONTENT) == ["10.0"]
    await changed(world, f"{rating}/void", {"reason": "entered-twice"})
    assert await printed(world, CONTENT) == ["no data for this year"]


async def test_of_two_returns_the_counted_one_is_voided_and_the_other_counts(world: World) -> None:
    made = await call(world, "POST", "/survey/v1/waves", WAVE)
    wave = f"/survey/v1/waves/{made.json()['wave_id']}"
    await call(world, "POST", f"{wave}/recipients", [{"reference": "S1"}])
    await changed(world, f"{wave}/issue")
    ids = {}
    for reference, day, value in (("Q2", 21, "good"), ("Q1", 20, "outstanding")):  # newest first
        answers = [{"question": "effective", "state": "answered", "value": value}]
        response: dict[str, Any] = {"reference": reference, "recipient": "S1", "answers": answers}
        response |= {"received_at": f"2019-06-{day}T12:00:00+01:00", "channel": "paper"}
        response |= {"assisted_by": "none"}
        taken = await call(world, "POST", f"{wave}/responses", response)
        ids[reference] = taken.json()["response_id"]
    assert await printed(world, RETURNED, OUTSTANDING) == ["1", "100%"]
    await changed(world, f"/survey/v1/responses/{ids['Q1']}/void", {"reason": "test-entry"})
    assert await printed(world, RETURNED, OUTSTANDING) == ["1", "0%"]

"""A case in one call, and a child's time line."""

from typing import Any
from uuid import UUID

from libs.common.security import Role
from tests.journeys.casework import CHILD, agreed, call, opened, who_reviews
from tests.worlds import World

CASES, CHILDREN = "/referral/v1/cases", "/referral/v1/children"
REVIEW = {
    "held_on": "2019-03-01",
    "due_on": "2019-03-08",
    "outcomes": [{"number": 1, "result": "met"}],
    "recommendation": "continue",
    "recommended_on": "2019-03-01",
}


async def lived(world: World) -> dict[str, str]:
    """Return the ids of a child of whom one of everything is recorded."""
    known = await opened(world)
    url, child = f"{CASES}/{known['case']}", f"{CHILDREN}/by-reference/county/C1"
    plan = {**CHILD["plans"][0], "review_due_on": "2019-03-08"}  # type: ignore[index]  # a list
    told = await call(world, "PUT", child, {**CHILD, "plans": [plan]})
    assert told.is_success, told.text
    for week in range(7):
        day = f"2018-{10 + week // 4}-{(8, 15, 22, 29, 5, 12, 19)[week]:02}"
        await call(world, "PUT", f"{url}/visits/{day}", {"planned": 1, "attended": 1})
    risk = {"level": "high", "assessed_on": "2018-11-05", "drivers": ["suspension"]}
    await call(world, "POST", f"{url}/risk-assessments", risk)
    excluded = {"child_id": known["child"], "school_id": told.json()["school_id"]}
    excluded |= {"category": "SUSP", "starts_on": "2018-11-05"}
    await call(world, "PUT", "/referral/v1/exclusions/by-reference/X1", excluded)
    for step, said in (
        ("pause", {"paused_on": "2019-01-07", "reason": "child-unwell"}),
        ("resumption", {"resumed_on": "2019-01-14"}),
    ):
        version = (await call(world, "GET", url)).headers["ETag"]
        done = await call(world, "POST", f"{url}/{step}", said, **{"If-Match": version})
        assert done.is_success, done.text
    return {**known, "school": told.json()["school_id"]}


async def _another(world: World, known: dict[str, str]) -> None:
    """Support another child whose plan is to be reviewed by the same day."""
    plan = {**CHILD["plans"][0], "reference": "PL-2"}  # type: ignore[index]  # a list
    told = {**CHILD, "plans": [{**plan, "review_due_on": "2019-03-08"}]}
    child = await call(world, "PUT", f"{CHILDREN}/by-reference/county/C2", told)
    referral = await agreed(world, child.json()["child_id"], "R2")
    start = {"referral_id": referral, "staff_id": known["staff"], "started_on": "2018-10-01"}
    assert (await call(world, "POST", CASES, start)).status_code == 201


async def test_a_case_is_seen_in_one_call_as_its_parts_show_it(referral: World) -> None:
    known = await lived(referral)
    url = f"{CASES}/{known['case']}"
    answer = await call(referral, "GET", f"{url}/overview?as_of=2019-02-01")
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    alone = await call(referral, "GET", f"{url}?as_of=2019-02-01")
    assert (seen["case"], answer.headers["ETag"]) == (alone.json(), alone.headers["ETag"])
    child = await call(referral, "GET", f"{CHILDREN}/{known['child']}")
    assert seen["child"]["etag"] == child.headers["ETag"]
    who: dict[str, Any] = {name: child.json()[name] for name in ("surname", "born_on", "school_id")}
    assert {name: seen["child"][name] for name in who} == who
    years = (seen["child"]["recorded_year_group"], seen["child"]["year_of_age"])
    assert years == ("3", "3")
    assert (seen["teacher"]["reference"], seen["team"]) == ("S1", None)
    assert seen["plan"] == child.json()["plans"][0]
    assert seen["case"]["next_review_due_on"] == "2019-03-08"
    weeks = [week["week_beginning"] for week in seen["visits"]]
    assert weeks == sorted(weeks, reverse=True)
    assert (len(weeks), weeks[0]) == (6, "2018-11-19")
    assert [one["level"] for one in seen["risk"]] == ["high"]
    assert [one["reference"] for one in seen["exclusions"]] == ["X1"]
    assert [one["resumed_on"] for one in seen["pauses"]] == ["2019-01-14"]
    assert (seen["reviews"], seen["withheld"]) == ([], [])
    teacher = await who_reviews(referral, known["case"])
    reviewed = await call(referral, "POST", f"{url}/reviews", REVIEW, headers=teacher)
    assert reviewed.status_code == 201, reviewed.text
    await _another(referral, known)
    due = {
        one["child_reference"]: one["next_review_due_on"]
        for one in (await call(referral, "GET", f"{CASES}?sort=next_review")).json()["items"]
    }
    assert list(due.items()) == [("C2", "2019-03-08"), ("C1", None)]
    soon = (await call(referral, "GET", f"{CASES}?next_review_until=2019-03-08")).json()
    assert [one["child_reference"] for one in soon["items"]] == ["C2"]
    assert seen["case"]["plan_prompt"] is None
    for day, listed in (("2019-03-08", []), ("2017-03-08", ["C1", "C2"])):
        unnamed = (await call(referral, "GET", f"{CASES}?unnamed_on={day}")).json()["items"]
        assert sorted(one["child_reference"] for one in unnamed) == listed
    later = (await call(referral, "GET", f"{url}/overview", headers=teacher)).json()
    assert later["case"]["next_review_due_on"] is None
    assert [one["review_id"] for one in later["reviews"]] == [reviewed.json()["review_id"]]


async def test_a_part_that_is_not_the_callers_to_see_is_withheld(referral: World) -> None:
    known = await lived(referral)
    url = f"{CASES}/{known['case']}/overview"
    for role, claims, withheld in (
        (Role.SCHOOL_SENCO, {"schools": [UUID(known["school"])]}, ["visits", "reviews"]),
        (
            Role.PARENT,
            {"children": [UUID(known["child"])]},
            ["plan", "visits", "reviews", "risk"],
        ),
    ):
        seen = await call(referral, "GET", url, headers=referral.as_(role, **claims))
        assert seen.status_code == 200, seen.text
        assert seen.json()["withheld"] == withheld
        assert {name for name in withheld if seen.json()[name] is not None} == set()
        assert seen.json()["exclusions"]
    stranger = referral.as_(Role.SUPPORT_TEACHER, staff_id=UUID(int=1))
    assert (await call(referral, "GET", url, headers=stranger)).status_code == 404


async def test_a_time_line_tells_what_became_of_a_child_in_order(referral: World) -> None:
    known = await lived(referral)
    url = f"{CHILDREN}/{known['child']}/timeline"
    told = (await call(referral, "GET", url)).json()
    entries = [(one["on"], one["what"], one["code"]) for one in told["entries"]]
    assert entries == sorted(entries, key=lambda one: one[:2])
    assert told["withheld"] == []
    assert [one for one in entries if one[1] not in {"school", "year-group"}] == [
        ("2018-01-10", "plan-started", "EHC"),
        ("2018-09-03", "referral-submitted", None),
        ("2018-09-10", "eligibility-checked", "yes"),
        ("2018-09-20", "referral-decided", "agreed"),
        ("2018-10-01", "support-started", "EHC"),
        ("2018-10-01", "teacher-allocated", None),
        ("2018-11-05", "excluded", "SUSP"),
        ("2018-11-05", "risk-assessed", "high"),
        ("2019-01-07", "support-paused", "child-unwell"),
        ("2019-01-14", "support-resumed", None),
    ]
    days = (await call(referral, "GET", f"{url}?on_from=2018-11-05&on_until=2018-11-05")).json()
    assert [one["what"] for one in days["entries"]] == ["excluded", "risk-assessed"]
    senco = referral.as_(Role.SCHOOL_SENCO, schools=[UUID(known["school"])])
    assert (await call(referral, "GET", url, headers=senco)).json()["withheld"] == ["review"]

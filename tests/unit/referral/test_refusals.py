"""What each route answers to what its thing refuses: the status, the code, and the place.

What is refused, and why, is tested with the things themselves, in the folders beside this.
"""

from typing import Any

import httpx

from tests.journeys.casework import CHILD, agreed, call, opened, ready, referred, who_reviews
from tests.worlds import World

EXCLUSION = {"category": "SUSP", "starts_on": "2018-11-05", "half_days": 4}
TEAM = {"name": "North", "area": "north", "formed_on": "2015-09-01"}
STAFF = {"name": "Testcase Newcomer", "post": "specialist-teacher", "fte": "0.80"}
STAFF |= {"appointed_on": "2015-09-01"}
REFERRAL = {"reference": "R9", "submitted_on": "2018-09-03", "evidence": {}}
AGREED = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
NO = {"decision": "refuse", "decided_on": "2018-09-02", "reason": "insufficient-evidence"}
PLAN = {"reference": "PL-2", "plan_type": "GRIP", "names_service": False}
PLAN |= {"starts_on": "2016-01-10", "ends_on": "2017-08-31", "cease_reason": "replaced"}
RISK = {"level": "at-risk", "drivers": ["suspension"], "assessed_on": "2018-11-05"}
REVIEW = {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-01"}
CONTINUED = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}

AGAIN: list[tuple[str, str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "PUT",
        "exclusions/by-reference/E1",
        EXCLUSION,
        {"half_days": 6},
        "already-recorded",
        "/half_days",
    ),
    ("PUT", "teams/by-code/T1", TEAM, {"area": "south"}, "already-recorded", "/area"),
    (
        "PUT",
        "staff/by-reference/S9",
        STAFF,
        {"post": "area-manager"},
        "already-recorded",
        "/post",
    ),
    (
        "PUT",
        "children/by-reference/county/C1",
        {**CHILD, "plans": [PLAN]},
        {"plans": [{**PLAN, "ends_on": "2017-07-31"}]},
        "plan-closed",
        "/plans/0/ends_on",
    ),
    (
        "POST",
        "referrals",
        REFERRAL,
        {"submitted_on": "2018-09-04"},
        "already-submitted",
        "/submitted_on",
    ),
    (
        "POST",
        "referrals/{referral_id}/decision",
        AGREED,
        {"reason": "exceptional-case"},
        "referral-decided",
        "/reason",
    ),
    (
        "POST",
        "cases",
        {"started_on": "2018-10-01"},
        {"started_on": "2018-10-02"},
        "already-recorded",
        "/started_on",
    ),
    (
        "POST",
        "cases/{case_id}/risk-assessments",
        RISK,
        {"level": "none"},
        "already-assessed",
        "/level",
    ),
    (
        "POST",
        "cases/{case_id}/reviews",
        REVIEW,
        {"recommendation": "discontinue"},
        "already-reviewed",
        "/recommendation",
    ),
    (
        "POST",
        "reviews/{review_id}/continuation",
        CONTINUED,
        {"decided_on": "2019-03-11"},
        "already-decided",
        "/decided_on",
    ),
]
NAMED = {
    "exclusions/by-reference/E1": ("child_id", "school_id"),
    "referrals": ("child_id",),
    "cases": ("referral_id", "staff_id"),
}
"""The ids that a body has besides."""


async def _known(world: World) -> dict[str, Any]:
    """Return the ids of a case, of all it rests on, and of a review of it."""
    case = (await opened(world))["case"]
    review = await _call(world, "POST", f"cases/{case}/reviews", REVIEW)
    view: dict[str, Any] = (await call(world, "GET", f"/referral/v1/cases/{case}")).json()
    return {**view, "review_id": review.json()["review_id"]}


async def _call(
    world: World, method: str, path: str, body: dict[str, Any], **more: str
) -> httpx.Response:
    """Ask for something: for a review as the case's teacher, for all else as the Head."""
    reviewed = path.endswith("/reviews")
    headers = await who_reviews(world, path.split("/")[1]) if reviewed else world.as_()
    return await call(world, method, f"/referral/v1/{path}", body, headers=headers, **more)


async def test_what_is_recorded_again_is_answered_the_same_and_otherwise_refused_by_name(
    referral: World,
) -> None:
    known = await _known(referral)
    for method, path, body, change, code, place in AGAIN:
        url = path.format(**known)
        said = body | {name: known[name] for name in NAMED.get(path, ())}
        recorded = await _call(referral, method, url, said)
        assert recorded.is_success, recorded.text
        if recorded.status_code == 201:
            made = await call(referral, "GET", recorded.headers["Location"])
            [(name, id_), *_] = recorded.json().items()
            assert made.json()[name] == id_
        refused = await _call(referral, method, url, said | change)
        assert (refused.status_code, refused.json()["code"]) == (409, code), refused.text
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [place]
        told = {name: one for name, one in refused.json().items() if name != "state"}
        assert not any(str(value) in str(told) for value in change.values())
        again = await _call(referral, method, url, said)
        assert (again.is_success, again.json()) == (True, recorded.json())
        assert again.headers.get("ETag") == recorded.headers.get("ETag")


async def _refused(
    world: World, method: str, path: str, body: dict[str, Any], place: str, **more: str
) -> None:
    answer = await _call(world, method, path, body, **more)
    assert (answer.status_code, answer.json()["code"]) == (422, "rejected"), answer.text
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {place}


async def test_a_day_that_cannot_be_is_refused_in_its_place_on_the_way_to_a_case(
    referral: World,
) -> None:
    known = await ready(referral)
    bare = await _call(referral, "PUT", "children/by-reference/county/C2", {**CHILD, "plans": []})
    url = f"referrals/{await referred(referral, bare.json()['child_id'])}"
    before = {"checked_on": "2018-09-02"}
    await _refused(referral, "POST", f"{url}/eligibility-checks", before, "/checked_on")
    await _refused(referral, "POST", f"{url}/decision", NO, "/decided_on")
    unchecked = await _call(referral, "POST", f"{url}/decision", AGREED)
    assert (unchecked.status_code, unchecked.json()["code"]) == (409, "not-checked")
    day = {"checked_on": "2018-09-10"}
    checked = await _call(referral, "POST", f"{url}/eligibility-checks", day)
    assert checked.json()["answer"] == "more-facts-needed"
    unmet = await _call(referral, "POST", f"{url}/decision", AGREED)
    assert (unmet.status_code, unmet.json()["code"]) == (409, "not-eligible")
    start = {"referral_id": await agreed(referral, known["child"], "R2")}
    start |= {"staff_id": known["staff"], "started_on": "2018-09-19"}
    await _refused(referral, "POST", "cases", start, "/started_on")
    child = {**CHILD, "born_on": "2018-09-02"}
    path = "children/by-reference/county/C3"
    await _refused(referral, "PUT", path, child, "/born_on")


async def test_a_day_that_cannot_be_is_refused_in_its_place_of_a_case(referral: World) -> None:
    known = await _known(referral)
    case = f"cases/{known['case_id']}"
    was = await call(referral, "GET", f"/referral/v1/{case}")
    version = {"If-Match": was.headers["ETag"]}
    early = "2018-09-30"
    paused = {"paused_on": early, "reason": "child-unwell"}
    await _refused(referral, "POST", f"{case}/pause", paused, "/paused_on", **version)
    given = {"staff_id": known["staff_id"], "allocated_on": early}
    await _refused(referral, "POST", f"{case}/allocations", given, "/allocated_on", **version)
    ended = {"ended_on": early, "reason": "moved-out"}
    await _refused(referral, "POST", f"{case}/ending", ended, "/ended_on", **version)
    resumed = {"resumed_on": early}
    await _refused(referral, "POST", f"{case}/resumption", resumed, "/resumed_on", **version)
    week = {"planned": 1, "attended": 1}
    await _refused(referral, "PUT", f"{case}/visits/2018-09-24", week, "/week_beginning")
    risk = RISK | {"assessed_on": early}
    await _refused(referral, "POST", f"{case}/risk-assessments", risk, "/assessed_on")
    review = REVIEW | {"held_on": early}
    await _refused(referral, "POST", f"{case}/reviews", review, "/held_on")
    decision = CONTINUED | {"decided_on": "2019-02-28"}
    path = f"reviews/{known['review_id']}/continuation"
    await _refused(referral, "POST", path, decision, "/decided_on")
    ids = {name: known[name] for name in ("child_id", "school_id")}
    rescinded = EXCLUSION | ids | {"rescinded_on": "2018-11-04", "ground": "withdrawn"}
    path = "exclusions/by-reference/E1"
    await _refused(referral, "PUT", path, rescinded, "/rescinded_on")
    assert (await call(referral, "GET", f"/referral/v1/{case}")).headers["ETag"] == (
        version["If-Match"]
    )


async def test_a_case_that_is_in_another_state_is_told_so(referral: World) -> None:
    case = f"cases/{(await opened(referral))['case']}"

    async def change(what: str, **body: str) -> tuple[int, str | None]:
        etag = (await call(referral, "GET", f"/referral/v1/{case}")).headers["ETag"]
        answer = await _call(referral, "POST", f"{case}/{what}", body, **{"If-Match": etag})
        return answer.status_code, answer.json().get("code")

    paused = {"paused_on": "2018-11-05", "reason": "child-unwell"}
    assert await change("resumption", resumed_on="2018-11-05") == (409, "case-not-paused")
    assert await change("pause", **paused) == (200, None)
    assert await change("pause", **paused) == (409, "case-paused")
    assert await change("resumption", resumed_on="2018-12-03") == (200, None)
    unmet = {"ended_on": "2019-07-19", "reason": "criteria-no-longer-met"}
    assert await change("ending", **unmet) == (422, "rejected")
    unmet["although_named"] = "amendment-decided"
    assert await change("ending", **unmet) == (409, "not-discontinued")
    assert await change("ending", ended_on="2019-07-19", reason="moved-out") == (200, None)
    assert await change("pause", **paused) == (409, "case-paused")
    paused["paused_on"] = "2019-07-20"
    assert await change("pause", **paused) == (409, "case-closed")

"""Days that cannot be: each is refused by the name of its field, and nothing is recorded of it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from libs.common.core.clock import SystemClock, local_day
from tests.journeys.casework import CHILD, agreed, call, opened, ready, referred
from tests.worlds import World

TODAY = local_day(SystemClock().now())
DECISION = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
STAFF = {"name": "Testcase Leaver", "post": "specialist-teacher", "fte": "0.80"}
EXCLUSION = {"category": "PERM", "starts_on": "2018-11-05"}
PAUSE = {"reason": "child-unwell"}


def refused(answer: httpx.Response, *pointers: str) -> None:
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == list(pointers)


async def _change(world: World, case: str, what: str, body: dict[str, Any]) -> httpx.Response:
    url = f"/referral/v1/cases/{case}"
    etag = (await call(world, "GET", url)).headers["ETag"]
    return await call(world, "POST", f"{url}/{what}", body, **{"If-Match": etag})


async def _staff(world: World, reference: str, **other: Any) -> str:
    url = f"/referral/v1/staff/by-reference/{reference}"
    recorded = await call(world, "PUT", url, {**STAFF, "appointed_on": "2015-09-01", **other})
    assert recorded.status_code == 201, recorded.text
    return str(recorded.json()["staff_id"])


async def test_a_referral_is_submitted_then_checked_then_decided(referral: World) -> None:
    known = await ready(referral)
    url = f"/referral/v1/referrals/{await referred(referral, known['child'])}"
    early = await call(
        referral,
        "POST",
        f"{url}/decision",
        {**DECISION, "decision": "refuse"} | {"decided_on": "2018-09-02"},
    )
    refused(early, "/decided_on")
    check = f"{url}/eligibility-checks"
    refused(await call(referral, "POST", check, {"checked_on": "2018-09-02"}), "/checked_on")
    await call(referral, "POST", check, {"checked_on": "2018-09-10"})
    for decision in ("agree", "refuse"):
        before = {**DECISION, "decision": decision, "decided_on": "2018-09-09"}
        refused(await call(referral, "POST", f"{url}/decision", before), "/decided_on")
    same_day = {**DECISION, "decided_on": "2018-09-10"}
    assert (await call(referral, "POST", f"{url}/decision", same_day)).status_code == 200


async def test_what_needs_more_facts_is_not_agreed(referral: World) -> None:
    known = await ready(referral)
    child = "/referral/v1/children/by-reference/county/C2"
    bare = (await call(referral, "PUT", child, {**CHILD, "plans": []})).json()["child_id"]
    assert bare != known["child"]
    url = f"/referral/v1/referrals/{await referred(referral, bare)}"
    day = {"checked_on": "2018-09-10"}
    check = await call(referral, "POST", f"{url}/eligibility-checks", day)
    assert check.json()["answer"] == "more-facts-needed"
    answer = await call(referral, "POST", f"{url}/decision", DECISION)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-eligible")
    no = {**DECISION, "decision": "refuse", "reason": "insufficient-evidence"}
    assert (await call(referral, "POST", f"{url}/decision", no)).status_code == 200


async def test_support_starts_on_the_day_it_was_agreed_at_the_earliest(referral: World) -> None:
    known = await ready(referral)
    start = {"referral_id": await agreed(referral, known["child"]), "staff_id": known["staff"]}
    early = await call(
        referral, "POST", "/referral/v1/cases", {**start, "started_on": "2018-09-19"}
    )
    refused(early, "/started_on")
    same_day = {**start, "started_on": "2018-09-20"}
    assert (await call(referral, "POST", "/referral/v1/cases", same_day)).status_code == 201


async def test_support_again_starts_after_the_last_day_of_the_support_before(
    referral: World,
) -> None:
    known = await opened(referral)
    again = {"referral_id": await agreed(referral, known["child"], "R2")}
    again |= {"staff_id": known["staff"], "started_on": "2019-07-19"}
    ended = {"ended_on": "2019-07-19", "reason": "moved-out"}
    assert (await _change(referral, known["case"], "ending", ended)).is_success
    refused(await call(referral, "POST", "/referral/v1/cases", again), "/started_on")
    next_day = {**again, "started_on": "2019-07-20"}
    assert (await call(referral, "POST", "/referral/v1/cases", next_day)).status_code == 201


async def test_pauses_follow_one_another_and_the_end_follows_them(referral: World) -> None:
    case = (await opened(referral))["case"]
    ending = {"reason": "moved-out"}
    paused = {**PAUSE, "paused_on": "2018-11-05"}
    assert (await _change(referral, case, "pause", paused)).is_success
    early = await _change(referral, case, "resumption", {"resumed_on": "2018-11-04"})
    refused(early, "/resumed_on")
    refused(
        await _change(referral, case, "ending", {**ending, "ended_on": "2018-11-04"}), "/ended_on"
    )
    assert (await _change(referral, case, "resumption", {"resumed_on": "2018-12-03"})).is_success
    early = await _change(referral, case, "pause", {**PAUSE, "paused_on": "2018-12-02"})
    refused(early, "/paused_on")
    refused(
        await _change(referral, case, "ending", {**ending, "ended_on": "2018-12-02"}), "/ended_on"
    )
    ended = await _change(referral, case, "ending", {**ending, "ended_on": "2018-12-03"})
    assert ended.is_success


async def test_a_case_is_given_to_staff_who_are_in_post_that_day(referral: World) -> None:
    known = await ready(referral)
    start = {"referral_id": await agreed(referral, known["child"]), "started_on": "2018-10-01"}
    gone = await _staff(referral, "S2", left_on="2018-09-30")
    new = await _staff(referral, "S3", appointed_on="2018-10-02")
    for staff in (gone, new):
        answer = await call(referral, "POST", "/referral/v1/cases", {**start, "staff_id": staff})
        refused(answer, "/staff_id")
    begun = await call(
        referral, "POST", "/referral/v1/cases", {**start, "staff_id": known["staff"]}
    )
    case = begun.json()["case_id"]
    answer = await _change(
        referral, case, "allocations", {"staff_id": gone, "allocated_on": "2018-10-02"}
    )
    refused(answer, "/staff_id")
    given = {"staff_id": new, "allocated_on": "2018-10-02"}
    assert (await _change(referral, case, "allocations", given)).is_success


async def _exclusion(world: World) -> dict[str, Any]:
    child = (await ready(world))["child"]
    school = (await call(world, "GET", f"/referral/v1/children/{child}")).json()["school_id"]
    return {**EXCLUSION, "child_id": child, "school_id": school}


@pytest.mark.parametrize(
    ("became", "pointers"),
    [
        ({"upheld_on": "2018-11-04"}, ["/upheld_on"]),
        ({"rescinded_on": "2018-11-04", "ground": "withdrawn"}, ["/rescinded_on"]),
        (
            {"upheld_on": "2018-11-21", "rescinded_on": "2018-11-20", "ground": "withdrawn"},
            ["/upheld_on"],
        ),
    ],
)
async def test_nothing_becomes_of_an_exclusion_before_it_began_or_once_it_no_longer_stands(
    referral: World, became: dict[str, Any], pointers: list[str]
) -> None:
    first, url = await _exclusion(referral), "/referral/v1/exclusions/by-reference/E1"
    refused(await call(referral, "PUT", url, first | became), *pointers)
    parts = [{k: v for k, v in became.items() if (k == "upheld_on") == last} for last in (0, 1)]
    assert (await call(referral, "PUT", url, first)).status_code == 201
    for part in filter(None, parts):
        answer = await call(referral, "PUT", url, first | part)
    refused(answer, *pointers)


async def test_an_upholding_may_be_told_after_the_rescinding_that_followed_it(
    referral: World,
) -> None:
    first = await _exclusion(referral)
    rescinded = {**first, "rescinded_on": "2018-12-20", "ground": "overturned"}
    whole = {**rescinded, "upheld_on": "2018-11-20"}
    views = []
    for reference, told in (("E1", [whole]), ("E2", [rescinded, whole])):
        url = f"/referral/v1/exclusions/by-reference/{reference}"
        for body in told:
            answer = await call(referral, "PUT", url, body)
        assert answer.is_success, answer.text
        views.append(
            {k: v for k, v in answer.json().items() if k not in {"exclusion_id", "reference"}}
        )
    assert views[0] == views[1]


async def test_a_child_is_born_by_today_and_by_the_day_that_is_told_of(referral: World) -> None:
    await ready(referral)
    url = "/referral/v1/children/by-reference/county/C2"
    later = str(TODAY + timedelta(days=2))
    for born, effective, *pointers in (
        (later, str(TODAY), "/born_on"),
        ("2018-09-02", "2018-09-01", "/born_on"),
        ("2010-09-01", later, "/effective_on"),
        (later, later, "/effective_on", "/born_on"),
    ):
        body = {**CHILD, "plans": [], "born_on": born, "effective_on": effective}
        refused(await call(referral, "PUT", url, body), *pointers)
    born_today = {**CHILD, "plans": [], "born_on": str(TODAY), "effective_on": str(TODAY)}
    assert (await call(referral, "PUT", url, born_today)).status_code == 201

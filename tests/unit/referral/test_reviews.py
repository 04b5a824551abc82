"""Reviews and what is decided after them: recorded once, and never changed by saying it again."""

from typing import Any

import httpx
import pytest

from services.referral.reviews.commands import DecideContinuation, ReviewPlan
from tests.journeys.casework import call, opened, who_reviews
from tests.worlds import World

REVIEW = {
    "held_on": "2019-03-01",
    "due_on": "2019-03-08",
    "outcomes": [{"number": 1, "result": "met"}],
    "recommendation": "continue",
    "recommended_on": "2019-03-01",
    "report": "Made up.",
}
DECISION = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}

OTHER_REVIEWS: list[dict[str, Any]] = [
    {"due_on": "2019-03-09"},
    {"due_on": None},
    {"outcomes": [{"number": 1, "result": "not-met"}]},
    {"recommendation": "discontinue"},
    {"recommended_on": "2019-03-02"},
    {"report": "Made up anew."},
    {"report": None},
]
OTHER_DECISIONS = [
    {"decision": "discontinue"},
    {"decided_on": "2019-03-11"},
    {"reason": "parents-agree"},
]


async def _review(world: World, case: str, **other: Any) -> httpx.Response:
    url, headers = f"/referral/v1/cases/{case}/reviews", await who_reviews(world, case)
    return await call(world, "POST", url, REVIEW | other, headers=headers)


async def _decide(world: World, review: str, **other: Any) -> httpx.Response:
    url = f"/referral/v1/reviews/{review}/continuation"
    return await call(world, "POST", url, DECISION | other)


@pytest.mark.parametrize("other", OTHER_REVIEWS, ids=str)
async def test_a_review_said_again_otherwise_is_refused(
    referral: World, other: dict[str, Any]
) -> None:
    case = (await opened(referral))["case"]
    first = await _review(referral, case)
    assert first.status_code == 201, first.text
    again = await _review(referral, case)
    assert (again.status_code, again.json()) == (201, first.json())
    refused = await _review(referral, case, **other)
    assert refused.status_code == 409, refused.text
    assert refused.json()["code"] == "already-reviewed"
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [
        f"/{name}" for name in other
    ]


@pytest.mark.parametrize("other", OTHER_DECISIONS, ids=str)
async def test_a_decision_said_again_otherwise_is_refused(
    referral: World, other: dict[str, Any]
) -> None:
    review = (await _review(referral, (await opened(referral))["case"])).json()["review_id"]
    first = await _decide(referral, review)
    assert first.status_code == 200, first.text
    again = await _decide(referral, review)
    assert (again.status_code, again.json()) == (200, first.json())
    refused = await _decide(referral, review, **other)
    assert refused.status_code == 409, refused.text
    assert refused.json()["code"] == "already-decided"
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [
        f"/{name}" for name in other
    ]


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        ({"recommended_on": "2019-02-28"}, "/recommended_on"),
        ({"held_on": "2018-09-30"}, "/held_on"),
    ],
)
async def test_nothing_is_recommended_before_the_review_was_held(
    referral: World, days: dict[str, Any], pointer: str
) -> None:
    case = (await opened(referral))["case"]
    refused = await _review(referral, case, **days)
    assert refused.status_code == 422, refused.text
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert (await _review(referral, case)).status_code == 201


async def test_nothing_is_decided_before_it_was_recommended(referral: World) -> None:
    case = (await opened(referral))["case"]
    later = await _review(referral, case, recommended_on="2019-03-05")
    review = later.json()["review_id"]
    for day in ("2019-02-28", "2019-03-04"):
        refused = await _decide(referral, review, decided_on=day)
        assert refused.status_code == 422, refused.text
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/decided_on"]
    assert (await _decide(referral, review, decided_on="2019-03-05")).status_code == 200


def test_every_field_of_a_review_and_a_decision_has_its_row() -> None:
    """The day it was held is a review's natural key: on another day it is another review."""
    assert {name for one in OTHER_REVIEWS for name in one} == {*ReviewPlan.model_fields} - {
        "held_on"
    }
    assert {name for one in OTHER_DECISIONS for name in one} == {*DecideContinuation.model_fields}


async def test_who_wrote_a_review_down_does_not_decide_on_it(referral: World) -> None:
    review = (await _review(referral, (await opened(referral))["case"])).json()["review_id"]
    url = f"/referral/v1/reviews/{review}/continuation"
    own = await call(referral, "POST", url, DECISION, headers=referral.as_(subject="who-reviews"))
    assert (own.status_code, own.json()["code"]) == (403, "separation-of-duty")
    assert (await _decide(referral, review)).status_code == 200


@pytest.mark.parametrize("decision", ["continue", "discontinue"])
async def test_criteria_are_no_longer_met_once_that_was_decided_after_a_review(
    referral: World, decision: str
) -> None:
    """Domain brief 1.2, R7 and R8."""
    case = (await opened(referral))["case"]
    review = (await _review(referral, case)).json()["review_id"]
    ending = {"ended_on": "2019-07-19", "reason": "criteria-no-longer-met"}
    url = f"/referral/v1/cases/{case}"
    early = await _ended(referral, url, ending)
    assert (early.status_code, early.json()["code"]) == (409, "not-discontinued")
    await _decide(referral, review, decision=decision)
    ended = await _ended(referral, url, ending)
    assert ended.status_code == (200 if decision == "discontinue" else 409), ended.text
    other = await _ended(referral, url, {**ending, "reason": "moved-out"})
    assert other.status_code == (409 if decision == "discontinue" else 200), other.text


async def _ended(world: World, url: str, ending: dict[str, str]) -> httpx.Response:
    etag = (await call(world, "GET", url)).headers["ETag"]
    return await call(world, "POST", f"{url}/ending", ending, **{"If-Match": etag})

"""After support ended, what took place before is still recorded, and nothing that came later."""

import json
from typing import Any

import pytest

from libs.common.security import Role
from tests.journeys.casework import call, opened
from tests.worlds import World

ENDED = {"ended_on": "2019-07-17", "reason": "moved-out"}  # a Wednesday
WEEK = {"planned": 1, "attended": 1}


def review(held_on: str) -> dict[str, Any]:
    return {
        "held_on": held_on,
        "outcomes": [{"number": 1, "result": "met"}],
        "recommendation": "discontinue",
        "recommended_on": "2019-07-20",
    }


async def _ended(world: World) -> str:
    """Return the path of a case that ran from 1 October 2018 to 17 July 2019."""
    url = f"/referral/v1/cases/{(await opened(world))['case']}"
    etag = (await call(world, "GET", url)).headers["ETag"]
    ended = await call(world, "POST", f"{url}/ending", ENDED, **{"If-Match": etag})
    assert ended.json()["state"] == "ended"
    return url


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "visits/2018-09-24", WEEK, 422, "rejected"),
        ("PUT", "visits/2018-10-01", WEEK, 200, None),
        ("PUT", "visits/2019-07-15", WEEK, 200, None),
        ("PUT", "visits/2019-07-22", WEEK, 409, "case-closed"),
        (
            "POST",
            "risk-assessments",
            {"level": "high", "assessed_on": "2018-09-30"},
            422,
            "rejected",
        ),
        ("POST", "risk-assessments", {"level": "high", "assessed_on": "2019-07-17"}, 201, None),
        (
            "POST",
            "risk-assessments",
            {"level": "high", "assessed_on": "2019-07-18"},
            409,
            "case-closed",
        ),
    ],
)
async def test_what_took_place_up_to_the_last_day_is_recorded_after_it(
    referral: World, method: str, path: str, body: dict[str, Any], status: int, code: str | None
) -> None:
    url = await _ended(referral)
    answer = await call(referral, method, f"{url}/{path}", body)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


@pytest.mark.parametrize(
    ("held_on", "outcome", "code"),
    [("2019-07-17", "created", None), ("2019-07-18", "refused", "case-closed")],
)
async def test_a_review_that_took_place_before_the_end_is_loaded_after_it(
    referral: World, held_on: str, outcome: str, code: str | None
) -> None:
    """Once the case was handed over, its teacher no longer reaches it: it comes by a load."""
    url = await _ended(referral)
    row = {"case_id": url.rsplit("/", 1)[1], **review(held_on)}
    answer = await referral.client.post(
        "/referral/v1/imports?kind=reviews&mode=commit",
        content=json.dumps(row),
        headers=referral.as_(Role.ADMINISTRATOR) | {"Content-Type": "application/x-ndjson"},
    )
    [found] = answer.json()["outcomes"]
    assert (found["outcome"], found["code"]) == (outcome, code)


async def test_a_week_recorded_wrongly_is_put_right_after_the_end(referral: World) -> None:
    url = f"{await _ended(referral)}/visits/2019-07-15"
    assert (await call(referral, "PUT", url, WEEK)).status_code == 200
    missed = {"planned": 1, "attended": 0, "missed": ["child-absent"]}
    corrected = await call(referral, "PUT", url, missed)
    assert (corrected.status_code, corrected.json()["attended"]) == (200, 0)

"""What is recorded has taken place: a day that is to come is refused, whatever records it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from deploy.services import SERVICES
from libs.common.core.clock import FixedClock
from libs.common.security import Role
from tests.worlds import EMBEDDED, World, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2019, 5, 31, 23, 0, tzinfo=UTC)
TODAY, TOMORROW = "2019-06-01", "2019-06-02"  # in London
NEXT_MONDAY = "2019-06-03"
ID = "6a1f0c3e-0000-4000-8000-000000000001"  # of nothing that is there

RECORDED: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    (
        f"/referral/v1/cases/{ID}/reviews",
        {"recommendation": "continue"},
        ("held_on", "recommended_on"),
    ),
    (
        f"/referral/v1/reviews/{ID}/continuation",
        {"decision": "continue", "reason": "criteria-met"},
        ("decided_on",),
    ),
    (f"/referral/v1/cases/{ID}/risk-assessments", {"level": "high"}, ("assessed_on",)),
    (
        "/assessment/v1/results",
        {
            "reference": "R1",
            "child_id": ID,
            "academic_year": "2018-19",
            "term": "summer",
            "subject": "reading",
            "position": "Y1.2",
            "moderated": False,
        },
        ("assessed_on",),
    ),
    (
        "/assessment/v1/teaching-judgements",
        {"staff_id": ID, "academic_year": "2018-19", "judgement": "good", "evidence": []},
        ("judged_on",),
    ),
    (
        "/assessment/v1/quality-dialogues",
        {
            "team_id": ID,
            "academic_year": "2018-19",
            "key_areas": [{"code": "A", "status": "open"}],
        },
        ("held_on",),
    ),
    (f"/assessment/v1/criteria/{ID}/signature", {}, ("signed_on",)),
    (
        "/survey/v1/deliveries",
        {"reference": "D1", "kind": "bespoke-training"},
        ("delivered_on",),
    ),
    ("/survey/v1/complaints", {"reference": "C1", "formal": False}, ("received_on",)),
    (f"/survey/v1/complaints/{ID}/closure", {"outcome": "not-upheld"}, ("closed_on",)),
    ("/survey/v1/compliments", {"reference": "C1", "source": "parents"}, ("received_on",)),
]
EXCLUSION = {
    "child_id": ID,
    "school_id": ID,
    "category": "PERM",
    "starts_on": "2019-05-01",
    "ground": "withdrawn",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Return one world for all: what a day of today records is in nobody's way."""
    folder = tmp_path_factory.mktemp("today")
    async with world_of(EMBEDDED, folder, SERVICES, FixedClock(NOW)) as started:
        yield started


async def _faults(
    world: World, method: str, url: str, body: dict[str, Any]
) -> list[tuple[str, str]]:
    """Return which faults a command has, of things that are not there."""
    teaching = url.endswith(("/reviews", "/results"))
    role = Role.SUPPORT_TEACHER if teaching else Role.HEAD_OF_SERVICE
    headers = world.as_(role, now=NOW) | {"If-Match": '"1"'}
    answer = await world.client.request(method, url, json=body, headers=headers)
    return [(one["code"], one["pointer"]) for one in answer.json().get("errors", [])]


@pytest.mark.parametrize(("url", "body", "days"), RECORDED, ids=[one[0] for one in RECORDED])
async def test_what_is_recorded_has_taken_place(
    world: World, url: str, body: dict[str, Any], days: tuple[str, ...]
) -> None:
    ahead = [("in-the-future", f"/{name}") for name in days]
    given = body | dict.fromkeys(days, TOMORROW)
    assert await _faults(world, "POST", url, given) == ahead
    given = body | dict.fromkeys(days, TODAY)
    assert not set(ahead) & set(await _faults(world, "POST", url, given))


async def test_what_became_of_an_exclusion_has_taken_place(world: World) -> None:
    url = "/referral/v1/exclusions/by-reference/X1"
    body = EXCLUSION | {"upheld_on": TOMORROW, "rescinded_on": TOMORROW}
    pointers = "/upheld_on", "/rescinded_on"
    assert await _faults(world, "PUT", url, body) == [("in-the-future", p) for p in pointers]


async def test_the_visits_of_a_week_are_recorded_once_it_has_begun(world: World) -> None:
    url = f"/referral/v1/cases/{ID}/visits/{NEXT_MONDAY}"
    week = {"planned": 1, "attended": 1}
    assert await _faults(world, "PUT", url, week) == [("in-the-future", "/week_beginning")]

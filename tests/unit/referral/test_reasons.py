"""Reasons are out of closed lists: what somebody writes instead reaches no event."""

from typing import Any

import pytest

from tests.journeys.casework import CHILD, call, opened, ready, referred, who_reviews
from tests.worlds import World

WRITTEN = "Testa-Alderfield"
PLAN: dict[str, Any] = CHILD["plans"][0]  # type: ignore[index]  # a list of one
REVIEW = {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-01"}


async def _refused(
    world: World, method: str, url: str, body: dict[str, Any], place: str = "/reason", **more: str
) -> None:
    refused = await call(world, method, f"/referral/v1{url}", body, **more)
    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [place]
    assert WRITTEN not in refused.text


@pytest.mark.parametrize("decision", ["agree", "refuse"])
async def test_a_decision_has_a_listed_reason(referral: World, decision: str) -> None:
    id_ = await referred(referral, (await ready(referral))["child"])
    body = {"decision": decision, "decided_on": "2018-09-20", "reason": WRITTEN}
    await _refused(referral, "POST", f"/referrals/{id_}/decision", body)


async def test_a_pause_and_a_continuation_have_listed_reasons(referral: World) -> None:
    case = f"/cases/{(await opened(referral))['case']}"
    paused = {"paused_on": "2018-11-05", "reason": WRITTEN}
    await _refused(referral, "POST", f"{case}/pause", paused, **{"If-Match": '"1"'})
    teacher = await who_reviews(referral, case.removeprefix("/cases/"))
    review = await call(referral, "POST", f"/referral/v1{case}/reviews", REVIEW, headers=teacher)
    decision = {"decision": "continue", "decided_on": "2019-03-10", "reason": WRITTEN}
    url = f"/reviews/{review.json()['review_id']}/continuation"
    await _refused(referral, "POST", url, decision)


async def test_a_plan_ceases_for_a_listed_reason(referral: World) -> None:
    await ready(referral)
    plan = {**PLAN, "ends_on": "2019-08-31", "cease_reason": WRITTEN}
    child = {**CHILD, "effective_on": "2019-09-01", "plans": [plan]}
    url = "/children/by-reference/county/C1"
    await _refused(referral, "PUT", url, child, "/plans/0/cease_reason")

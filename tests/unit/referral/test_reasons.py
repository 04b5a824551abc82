"""Reasons are out of closed lists: what somebody writes instead reaches no event."""

from typing import Any

from tests.journeys.casework import CHILD, call, opened, referred, who_reviews
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


async def test_a_reason_is_on_its_list(referral: World) -> None:
    """Of a decision, a pause, a continuation and a plan that ceases."""
    known = await opened(referral)
    id_ = await referred(referral, known["child"], "R2")
    for decision in ("agree", "refuse"):
        body = {"decision": decision, "decided_on": "2018-09-20", "reason": WRITTEN}
        await _refused(referral, "POST", f"/referrals/{id_}/decision", body)
    case = f"/cases/{known['case']}"
    paused = {"paused_on": "2018-11-05", "reason": WRITTEN}
    await _refused(referral, "POST", f"{case}/pause", paused, **{"If-Match": '"1"'})
    teacher = await who_reviews(referral, known["case"])
    review = await call(referral, "POST", f"/referral/v1{case}/reviews", REVIEW, headers=teacher)
    continued = {"decision": "continue", "decided_on": "2019-03-10", "reason": WRITTEN}
    url = f"/reviews/{review.json()['review_id']}/continuation"
    await _refused(referral, "POST", url, continued)
    plan = {**PLAN, "ends_on": "2019-08-31", "cease_reason": WRITTEN}
    child = {**CHILD, "effective_on": "2019-09-01", "plans": [plan]}
    url = "/children/by-reference/county/C1"
    await _refused(referral, "PUT", url, child, "/plans/0/cease_reason")

"""After support ended, what took place before is still recorded, and nothing that came later."""

from libs.common.security import Role
from tests.imports import imported
from tests.journeys.casework import call, opened
from tests.worlds import World

ENDED = {"ended_on": "2019-07-17", "reason": "moved-out"}  # a Wednesday
WEEK = {"planned": 1, "attended": 1}
REVIEW = {"outcomes": [], "recommendation": "discontinue", "recommended_on": "2019-07-20"}


async def test_what_took_place_before_the_end_is_recorded_and_loaded_after_it(
    referral: World,
) -> None:
    """Once the case was handed over, its teacher no longer reaches it: a review comes by a load."""
    case = (await opened(referral))["case"]
    url = f"/referral/v1/cases/{case}"
    etag = (await call(referral, "GET", url)).headers["ETag"]
    ended = await call(referral, "POST", f"{url}/ending", ENDED, **{"If-Match": etag})
    assert ended.json()["state"] == "ended"
    assert (await call(referral, "PUT", f"{url}/visits/2019-07-15", WEEK)).status_code == 201
    refused = await call(referral, "PUT", f"{url}/visits/2019-07-22", WEEK)
    assert (refused.status_code, refused.json()["code"]) == (409, "case-closed")
    rows = [{"case_id": case, "held_on": day, **REVIEW} for day in ("2019-07-17", "2019-07-18")]
    report = await imported(referral, "referral/reviews", rows, referral.as_(Role.ADMINISTRATOR))
    outcomes = [(one["outcome"], one["code"]) for one in report["outcomes"]]
    assert outcomes == [("created", None), ("refused", "case-closed")]

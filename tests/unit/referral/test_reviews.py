"""What is decided after a review, by whom."""

from tests.journeys.casework import call, opened, who_reviews
from tests.worlds import World

REVIEW = {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-01"}
DECISION = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}


async def test_who_wrote_a_review_down_does_not_decide_on_it(referral: World) -> None:
    case = (await opened(referral))["case"]
    teacher = await who_reviews(referral, case)
    url = f"/referral/v1/cases/{case}/reviews"
    review = (await call(referral, "POST", url, REVIEW, headers=teacher)).json()["review_id"]
    url = f"/referral/v1/reviews/{review}/continuation"
    own = await call(referral, "POST", url, DECISION, headers=referral.as_(subject="who-reviews"))
    assert (own.status_code, own.json()["code"]) == (403, "separation-of-duty")
    assert (await call(referral, "POST", url, DECISION)).status_code == 200

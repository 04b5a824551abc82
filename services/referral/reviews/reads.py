"""Reviews, as they are listed and shown: report, recommendation and decision."""

from typing import Final

from libs.common.contracts.referral import Recommendation
from libs.common.http.requests import router
from libs.common.reading import Listing, PartOf, add_reads, each, equal, true_or_false
from services.referral.cases.domain import Case, Review
from services.referral.cases.queries import of_case
from services.referral.reviews.api import ReviewView

routes = router()

REVIEWS: Final = Listing(
    things="reviews",
    one="review",
    kind=Review,
    view=ReviewView,
    views=each(ReviewView.of),
    permission="review.read",
    tag="reviews",
    summary="List reviews: those that wait for a decision are `decided=false`.",
    part_of=PartOf(Case, Review.case_id),
    filters={
        **of_case(Review.case_id),
        "recommendation": equal(Review.recommendation, Recommendation),
        "decision": equal(Review.decision, Recommendation),
        "decided": true_or_false(Review.decided_on.is_not(None)),
    },
    days={"held_on": Review.held_on, "due_on": Review.due_on, "decided_on": Review.decided_on},
    sorts={"held_on": Review.held_on, "due_on": Review.due_on},
)
add_reads(routes, REVIEWS)

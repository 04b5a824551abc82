"""Concerns as they are listed, found and shown: each reading is in the audit."""

from typing import Final

from libs.common.core.fields import Identifier
from libs.common.http.requests import router
from libs.common.reading import Listing, add_reads, equal, true_or_false
from services.survey.concerns.api import ConcernView, concerns_shown
from services.survey.concerns.codes import ConcernOutcome, ConcernState
from services.survey.concerns.domain import Concern
from services.survey.queries import by_child, by_school

routes = router()

CONCERNS: Final = Listing(
    things="concerns",
    one="concern",
    kind=Concern,
    view=ConcernView,
    views=concerns_shown,
    permission="concern.read",
    tag="concerns",
    summary="List safeguarding concerns, for whoever follows them.",
    filters={
        "state": equal(Concern.state, ConcernState),
        "outcome": equal(Concern.outcome, ConcernOutcome),
        "by_rule": true_or_false(Concern.rule_version.is_not(None), "Raised by the rule, or not."),
        "child": by_child(Concern.child_id),
        "school": by_school(Concern.school_id),
        "response_id": equal(Concern.response_id, Identifier),
        "complaint_id": equal(Concern.complaint_id, Identifier),
    },
    days={"raised_on": Concern.raised_on},
    sorts={"raised_on": Concern.raised_on},
)
add_reads(routes, CONCERNS)

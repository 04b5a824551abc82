"""Judgements of risk, as they are listed and shown."""

from typing import Final

from libs.common.contracts.referral import RiskLevel
from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import router
from libs.common.reading import Listing, PartOf, add_reads, each, equal
from services.referral.cases.domain import Case, RiskAssessment
from services.referral.cases.queries import of_case
from services.referral.risk.api import RiskView

routes = router()

RISK: Final = Listing(
    things="risk-assessments",
    one="judgement_of_risk",
    kind=RiskAssessment,
    view=RiskView,
    views=each(RiskView.of),
    permission="risk.read",
    tag="cases",
    summary="List judgements of the risk of exclusion.",
    part_of=PartOf(Case, RiskAssessment.case_id),
    item="/v1/cases/{case_id}/risk-assessments/{assessed_on}",
    at={
        "case_id": (RiskAssessment.case_id, Identifier),
        "assessed_on": (RiskAssessment.assessed_on, Day),
    },
    filters={**of_case(RiskAssessment.case_id), "level": equal(RiskAssessment.level, RiskLevel)},
    days={"assessed_on": RiskAssessment.assessed_on},
    sorts={"assessed_on": RiskAssessment.assessed_on},
)
add_reads(routes, RISK)

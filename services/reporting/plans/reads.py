"""Service Plans, as they are listed and shown."""

from typing import Final

from libs.common.core.fields import YearLabel
from libs.common.http.requests import router
from libs.common.reading import Listing, add_reads, each, equal
from services.reporting.plans.api import ServicePlanView
from services.reporting.plans.domain import ServicePlan

routes = router()

PLANS: Final = Listing(
    things="service-plans",
    one="plan",
    kind=ServicePlan,
    view=ServicePlanView,
    views=each(ServicePlanView.of),
    permission="service-plan.read",
    tag="plans",
    summary="List the Service Plans of the years.",
    item="/v1/service-plans/{academic_year}",
    at={"academic_year": (ServicePlan.academic_year, YearLabel)},
    filters={"academic_year": equal(ServicePlan.academic_year, YearLabel)},
    days={"agreed_on": ServicePlan.agreed_on},
    sorts={"academic_year": ServicePlan.academic_year},
)
add_reads(routes, PLANS)

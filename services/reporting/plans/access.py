"""Who records the Service Plan; everybody of the service and the county reads it."""

from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.reporting.plans.domain import ServicePlan

_READERS: Final = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.COUNTY_SEND_OFFICER,
    Role.REPORTING_CONSUMER,
)
GRANTS: Final[Grants] = {
    "service-plan.record": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "service-plan.read": dict.fromkeys(_READERS, Reach.COUNTY),
}

VISIBLE: Final[Conditions] = {ServicePlan: lambda _: true()}

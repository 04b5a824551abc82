"""Who records visits, and who reads them (domain brief 10)."""

from libs.common.security import Grants, Reach, Role
from services.referral.cases.access import OWN_CASES

GRANTS: Grants = {
    "visit.record": OWN_CASES,
    "visit.read": {**OWN_CASES, Role.COUNTY_SEND_OFFICER: Reach.COUNTY},
}

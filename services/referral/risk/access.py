"""Who judges the risk of exclusion, and who reads it (domain brief 10)."""

from libs.common.security import Grants, Reach, Role
from services.referral.cases.access import OWN_CASES

GRANTS: Grants = {
    "risk.assess": OWN_CASES,
    "risk.read": {
        **OWN_CASES,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
}

"""Who judges the risk of exclusion (domain brief 10)."""

from libs.common.security import Grants
from services.referral.cases.access import OWN_CASES

GRANTS: Grants = {"risk.assess": OWN_CASES}

"""Who records visits (domain brief 10)."""

from libs.common.security import Grants
from services.referral.cases.access import OWN_CASES

GRANTS: Grants = {"visit.record": OWN_CASES}

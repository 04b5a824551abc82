"""Who records reviews, who reads them, and who decides after them (domain brief 10)."""

from libs.common.security import Grants, Reach, Role
from services.referral.cases.access import OWN_CASES

GRANTS: Grants = {
    "review.record": {Role.SUPPORT_TEACHER: Reach.OWN},
    # What teachers reported before the service was here is loaded, not written.
    "review.load": {Role.ADMINISTRATOR: Reach.COUNTY, Role.SUPPORT_TEACHER: Reach.OWN},
    # The area manager, who approves, puts right what a teacher who has left cannot.
    "review.correct": {Role.SUPPORT_TEACHER: Reach.OWN, Role.AREA_MANAGER: Reach.TEAM},
    "review.read": {**OWN_CASES, Role.COUNTY_SEND_OFFICER: Reach.COUNTY},
    "continuation.decide": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}

"""Who refers children, who checks referrals, and who decides (domain brief 10)."""

from libs.common.security import Grants, Reach, Role

REFERRERS = {
    Role.HEAD_OF_SERVICE: Reach.COUNTY,
    Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    Role.AREA_MANAGER: Reach.TEAM,
    Role.SUPPORT_TEACHER: Reach.OWN,
    Role.SCHOOL_SENCO: Reach.SCHOOL,
}

GRANTS: Grants = {
    "referral.submit": REFERRERS,
    "referral.correct": REFERRERS,  # of these a teacher and a SENCO their own entries
    "referral.read": REFERRERS,
    "check.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
    "referral.check": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "referral.decide": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}

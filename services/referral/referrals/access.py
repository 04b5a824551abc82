"""Who refers children, who checks referrals, and who decides (domain brief 10)."""

from collections.abc import Mapping
from typing import Final

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

STEPS: Final[Mapping[str, str]] = {
    "check": "referral.check",
    "decide": "referral.decide",
    "withdraw": "referral.submit",
    "correct": "referral.correct",
    "void": "referral.correct",
    "correct-decision": "referral.decide",
    "void-decision": "referral.decide",
}
"""The permission that each step of a referral needs."""

"""Who works on cases, and who sees them (domain brief 10)."""

from collections.abc import Mapping
from typing import Final

from libs.common.security import Grants, Reach, Role

OWN_CASES = {
    Role.HEAD_OF_SERVICE: Reach.COUNTY,
    Role.AREA_MANAGER: Reach.TEAM,
    Role.SUPPORT_TEACHER: Reach.OWN,
}

GRANTS: Grants = {
    "case.start": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "case.read": {
        **OWN_CASES,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
        Role.PARENT: Reach.CHILD,
    },
    "case.allocate": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "case.pause": OWN_CASES,
    "case.end": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}

STEPS: Final[Mapping[str, str]] = {
    "allocate": "case.allocate",
    "record-visits": "visit.record",
    "review": "review.record",
    "assess-risk": "risk.assess",
    "end": "case.end",
    "pause": "case.pause",
    "resume": "case.pause",
}
"""The permission that each step of a case needs."""

"""Who may do what with progress criteria; whoever may read them sees all."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.assessment.criteria.domain import CriteriaSet

GRANTS: Final[Grants] = {
    "criteria.propose": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "criteria.sign": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.LINK_ADVISER: Reach.COUNTY},
    "criteria.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
}

VISIBLE: Final[Conditions] = {CriteriaSet: lambda _: true()}

STEPS: Final[Mapping[str, str]] = {"sign": "criteria.sign", "void": "criteria.propose"}
"""The permission that each step of criteria needs."""

"""Who raises safeguarding concerns, and who alone reads and follows them."""

from collections.abc import Mapping
from typing import Final, get_args

from sqlalchemy import ColumnElement, false

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.concerns.codes import ConcernStep
from services.survey.concerns.domain import Concern

GRANTS: Final[Grants] = {
    # Whoever may have read something raises; what was raised before they are not told.
    "concern.raise": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
    "concern.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "concern.follow": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}


def _concern(_: Access) -> ColumnElement[bool]:
    """Who does not reach the whole county sees none, not even one that they raised."""
    return false()


VISIBLE: Final[Conditions] = {Concern: _concern}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(get_args(ConcernStep), "concern.follow")
"""The permission that each step of a concern needs."""

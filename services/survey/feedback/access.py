"""Who may do what with the registers of feedback, and which entries each may see."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.feedback.domain import Complaint, Compliment

_COMPLAIN: Final = {
    Role.HEAD_OF_SERVICE: Reach.COUNTY,
    Role.SCHOOL_SENCO: Reach.SCHOOL,
    Role.PARENT: Reach.CHILD,
    Role.COUNTY_SEND_OFFICER: Reach.OWN,
}
"""Who raises complaints: all but the Head see only what they raised."""

_PRAISE: Final = _COMPLAIN | {Role.AREA_MANAGER: Reach.TEAM, Role.SUPPORT_TEACHER: Reach.OWN}
"""Who enters compliments: all but the Head see only those they entered."""

GRANTS: Final[Grants] = {
    "complaint.record": _COMPLAIN,
    "complaint.read": _COMPLAIN,
    # Formal ones and closed ones are the Head's; others put right what they raised themselves.
    "complaint.correct": _COMPLAIN,
    "complaint.close": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "compliment.record": _PRAISE,
    "compliment.read": _PRAISE,
    "compliment.correct": _PRAISE,
    "register.check": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "register.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
}


def _complaint(access: Access) -> ColumnElement[bool]:
    return Complaint.recorded_by == access.actor.subject


def _compliment(access: Access) -> ColumnElement[bool]:
    return Compliment.recorded_by == access.actor.subject


VISIBLE: Final[Conditions] = {Complaint: _complaint, Compliment: _compliment}

COMPLAINT_STEPS: Final[Mapping[str, str]] = {
    "close": "complaint.close",
    **dict.fromkeys(("correct", "void"), "complaint.correct"),
}
COMPLIMENT_STEPS: Final[Mapping[str, str]] = dict.fromkeys(
    ("correct", "void"), "compliment.correct"
)
CHECK_STEPS: Final[Mapping[str, str]] = {"void": "register.check"}
"""The permission that each step of each needs."""

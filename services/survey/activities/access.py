"""Who records and reads how children were heard otherwise, and of which children."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.activities.domain import Activity
from services.survey.caseload import on_caseload

_WHO: Final = {
    Role.HEAD_OF_SERVICE: Reach.COUNTY,
    Role.AREA_MANAGER: Reach.TEAM,
    Role.SUPPORT_TEACHER: Reach.OWN,
}
GRANTS: Final[Grants] = dict.fromkeys(
    ("activity.record", "activity.read", "activity.correct"), _WHO
)


def _activity(access: Access) -> ColumnElement[bool]:
    """Whose child it is; a teacher puts right what they recorded themselves."""
    seen = on_caseload(access, Activity.child_id)
    if access.action == "activity.correct" and Reach.TEAM not in access.reaches:
        return seen & (Activity.recorded_by == access.actor.subject)
    return seen


VISIBLE: Final[Conditions] = {Activity: _activity}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "activity.correct")
"""The permission that each step of an activity needs."""

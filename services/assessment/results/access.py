"""Who may do what with results, and which of them each may see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, exists

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role, reaches
from services.assessment.caseload import on_caseload
from services.assessment.known import known_child
from services.assessment.results.domain import Result

GRANTS: Final[Grants] = {
    "result.record": {Role.AREA_MANAGER: Reach.TEAM, Role.SUPPORT_TEACHER: Reach.OWN},
    # What teachers recorded before the service was here is loaded by the administrator.
    "result.load": {
        Role.ADMINISTRATOR: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
    "result.moderate": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "result.correct": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "result.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.LINK_ADVISER: Reach.COUNTY,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
}


def moderating(access: Access) -> Access:
    """Return how far the same caller reaches with a moderated result.

    A teacher does not reach any: a second person confirms theirs (domain brief 10).
    """
    if access.everything:
        return access
    action = "result.moderate"
    allowed = reaches(GRANTS, access.actor, action)
    return replace(access, action=action, reaches=allowed)


def of_child(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is one whose results the caller reaches."""
    condition = on_caseload(access, child_id)
    if Reach.SCHOOL in access.reaches:
        ours = known_child.alias()
        at_school = ours.c.school_id.in_(access.actor.schools)
        condition = condition | exists().where(ours.c.child_id == child_id, at_school)
    return condition


FIELDS: Final[Fields] = {"versions.changed_by": "change_log.read"}
"""What is shown of a result only to who may take that action: who changed it, as in the log."""

VISIBLE: Final[Conditions] = {Result: lambda access: of_child(access, Result.child_id)}

STEPS: Final[Mapping[str, str]] = {"correct": "result.correct", "void": "result.correct"}
"""The permission that each step of a result needs."""

"""Teams and staff: who may record and who may see them."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false
from sqlalchemy.orm import InstrumentedAttribute

from libs.common.auth import Grants, Reach, Role
from libs.common.db import Base
from libs.common.uow import Access
from services.referral.domain import Case, Child, Exclusion, StaffMember, Team

HEAD, AREA, TEACHER, SENCO, OFFICER, ADMINISTRATOR = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.SCHOOL_SENCO,
    Role.COUNTY_SEND_OFFICER,
    Role.ADMINISTRATOR,
)

GRANTS: Grants = {
    "team.write": {HEAD: Reach.COUNTY, ADMINISTRATOR: Reach.COUNTY},
    "team.read": {HEAD: Reach.COUNTY, AREA: Reach.COUNTY, TEACHER: Reach.COUNTY},
    "staff.write": {HEAD: Reach.COUNTY, ADMINISTRATOR: Reach.COUNTY},
    "staff.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "school.write": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY, ADMINISTRATOR: Reach.COUNTY},
    "school.read": dict.fromkeys((HEAD, AREA, TEACHER, SENCO, OFFICER), Reach.COUNTY),
    "child.write": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY},
    "child.read": {
        HEAD: Reach.COUNTY,
        OFFICER: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.OWN,
        SENCO: Reach.SCHOOL,
    },
    "exclusion.write": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY},
    "exclusion.read": {
        HEAD: Reach.COUNTY,
        OFFICER: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.OWN,
        SENCO: Reach.SCHOOL,
    },
}


def _team(access: Access) -> ColumnElement[bool]:
    return Team.id.in_(access.actor.teams)


def _staff_member(access: Access) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        condition = condition | StaffMember.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        condition = condition | (StaffMember.id == access.actor.staff_id)
    return condition


def _child(access: Access) -> ColumnElement[bool]:
    return children(access, Child.id) | (
        Child.school_id.in_(access.actor.schools) if Reach.SCHOOL in access.reaches else false()
    )


def _exclusion(access: Access) -> ColumnElement[bool]:
    return children(access, Exclusion.child_id) | (
        at_school(access, Exclusion.child_id) if Reach.SCHOOL in access.reaches else false()
    )


def children(access: Access, child_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload.

    A case is on it until its last day, and for as long after it as the handover takes.
    """
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | Case.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (Case.staff_id == access.actor.staff_id)
    current = access.still_reached(Case.ended_on.expression)
    return exists().where(Case.child_id == child_id, current, mine)


def at_school(access: Access, child_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition that a child goes to the caller's school now: sight ends with that."""
    return exists().where(Child.id == child_id, Child.school_id.in_(access.actor.schools))


VISIBLE: Mapping[type[Base], Callable[[Access], ColumnElement[bool]]] = {
    Team: _team,
    StaffMember: _staff_member,
    Child: _child,
    Exclusion: _exclusion,
}

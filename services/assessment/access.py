"""Who may do what in the assessment service, and which rows each may see."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, exists, false, select, true

from libs.common.http import listener_api
from libs.common.persistence.db import Aggregate, Base
from libs.common.persistence.uow import Access
from libs.common.security import Grants, Reach, Role, reaches, within_handover
from services.assessment.domain import (
    CriteriaSet,
    QualityDialogue,
    Result,
    TeachingJudgement,
    known_case,
    known_child,
    known_staff,
)

HEAD, AREA, TEACHER, ADVISER, SENCO, OFFICER, ADMINISTRATOR = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.SCHOOL_SENCO,
    Role.COUNTY_SEND_OFFICER,
    Role.ADMINISTRATOR,
)

GRANTS: Grants = {
    **listener_api.GRANTS,
    "import": dict.fromkeys((HEAD, ADVISER, ADMINISTRATOR), Reach.COUNTY)
    | {AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "result.record": {AREA: Reach.TEAM, TEACHER: Reach.OWN},
    # What teachers recorded before the service was here is loaded by the administrator.
    "result.load": {ADMINISTRATOR: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "result.moderate": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "result.correct": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "result.read": {
        HEAD: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.OWN,
        ADVISER: Reach.COUNTY,
        SENCO: Reach.SCHOOL,
        OFFICER: Reach.COUNTY,
    },
    "criteria.propose": {HEAD: Reach.COUNTY},
    "criteria.sign": {HEAD: Reach.COUNTY, ADVISER: Reach.COUNTY},
    "criteria.read": dict.fromkeys((HEAD, AREA, TEACHER, ADVISER), Reach.COUNTY),
    "teaching.judge": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "teaching.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "dialogue.hold": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, ADVISER: Reach.COUNTY},
    "dialogue.read": {
        HEAD: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.TEAM,
        ADVISER: Reach.COUNTY,
    },
}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
    """Return the condition that the rows of a table fulfil which the caller may see.

    The one place where a caller is held to their own: items and lists both ask it.
    """
    if access.everything:
        return true()
    if kind in VISIBLE:
        return VISIBLE[kind](access)
    return false() if issubclass(kind, Aggregate) else true()


def _result(access: Access) -> ColumnElement[bool]:
    condition = on_caseload(access, Result.child_id)
    if Reach.SCHOOL in access.reaches:
        ours = known_child.alias()
        at_school = ours.c.school_id.in_(access.actor.schools)
        condition = condition | exists().where(ours.c.child_id == Result.child_id, at_school)
    return condition


def on_caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload.

    It is to its last day, and for as long after as the case may be handed over.
    """
    if access.everything:
        return true()
    case = known_case.alias()  # which no query around it can take for its own
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | case.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (case.c.staff_id == access.actor.staff_id)
    current = within_handover(case.c.ended_on, access.today)
    return exists().where(case.c.child_id == child_id, current, mine)


def moderating(access: Access) -> Access:
    """Return how far the same caller reaches with a moderated result.

    A teacher does not reach any: a second person confirms theirs (domain brief 10).
    """
    if access.everything:
        return access
    action = "result.moderate"
    allowed = reaches(GRANTS, access.actor, action)
    return replace(access, action=action, reaches=allowed)


def colleague(access: Access, staff_id: Any) -> ColumnElement[bool]:
    """Return the condition that a member of staff is in the caller's teams, or is the caller."""
    if access.everything:
        return true()
    condition: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        team = select(known_staff.c.staff_id).where(known_staff.c.team_id.in_(access.actor.teams))
        condition = condition | staff_id.in_(team)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        condition = condition | (staff_id == access.actor.staff_id)
    return condition


def _judgement(access: Access) -> ColumnElement[bool]:
    return colleague(access, TeachingJudgement.staff_id)


def _dialogue(access: Access) -> ColumnElement[bool]:
    return QualityDialogue.team_id.in_(access.actor.teams)


VISIBLE: Mapping[type[Base], Callable[[Access], ColumnElement[bool]]] = {
    Result: _result,
    TeachingJudgement: _judgement,
    QualityDialogue: _dialogue,
    CriteriaSet: lambda _: true(),
}

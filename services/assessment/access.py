"""Who may do what in the assessment service, and which rows each may see."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, exists, false, select, true

from libs.common import listening, parked
from libs.common.auth import Grants, Reach, Role, reaches
from libs.common.db import Base
from libs.common.uow import Access
from services.assessment.domain import (
    CriteriaSet,
    QualityDialogue,
    Result,
    TeachingJudgement,
    known_case,
    known_staff,
)

HEAD, AREA, TEACHER, ADVISER, OFFICER = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.COUNTY_SEND_OFFICER,
)

GRANTS: Grants = {
    **parked.GRANTS,
    **listening.GRANTS,
    "import": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "result.record": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "result.moderate": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "result.correct": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "result.read": {
        HEAD: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.OWN,
        ADVISER: Reach.COUNTY,
        OFFICER: Reach.COUNTY,
    },
    "criteria.propose": {HEAD: Reach.COUNTY, ADVISER: Reach.COUNTY},
    "criteria.sign": {HEAD: Reach.COUNTY, ADVISER: Reach.COUNTY},
    "criteria.read": dict.fromkeys((HEAD, AREA, TEACHER, ADVISER), Reach.COUNTY),
    "teaching.judge": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "teaching.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "dialogue.hold": {HEAD: Reach.COUNTY, ADVISER: Reach.COUNTY},
    "dialogue.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, ADVISER: Reach.COUNTY},
}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
    """Return the condition that the rows of a table fulfil which the caller may see.

    The one place where a caller is held to their own: items and lists both ask it.
    """
    if access.everything:
        return true()
    if kind is Result:
        return on_caseload(access, Result.child_id)
    if kind is TeachingJudgement:
        return _judgement(access)
    if kind is QualityDialogue:
        return QualityDialogue.team_id.in_(access.actor.teams)
    return true() if kind is CriteriaSet else false()


def on_caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload.

    It is to its last day, and for as long after as the case may be handed over.
    """
    if access.everything:
        return true()
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | known_case.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (known_case.c.staff_id == access.actor.staff_id)
    current = access.still_reached(known_case.c.ended_on)
    return exists().where(known_case.c.child_id == child_id, current, mine)


def moderating(access: Access) -> Access:
    """Return how far the same caller reaches with a moderated result.

    A teacher does not reach any: a second person confirms theirs (domain brief 10).
    """
    action = "result.moderate"
    allowed = reaches(GRANTS, access.actor, action)
    return replace(access, action=action, reaches=allowed)


def _judgement(access: Access) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        team = select(known_staff.c.staff_id).where(known_staff.c.team_id.in_(access.actor.teams))
        condition = condition | TeachingJudgement.staff_id.in_(team)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        condition = condition | (TeachingJudgement.staff_id == access.actor.staff_id)
    return condition

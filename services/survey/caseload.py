"""Whose cases and whose children a caller reaches (domain brief 10)."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, exists, false

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Reach, within_handover
from services.survey.known import KnownCase, known_case


def own_cases(access: Access, case: FromClause = known_case) -> ColumnElement[bool]:
    """Return the condition that a case is the caller's own or their teams', and still reached."""
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | case.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (case.c.staff_id == access.actor.staff_id)
    return within_handover(case.c.ended_on, access.today) & mine


def on_caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload."""
    case = known_case.alias()  # which no query around it can take for its own
    return exists().where(case.c.child_id == child_id, own_cases(access, case))


VISIBLE: Final[Conditions] = {KnownCase: own_cases}

"""Whose children and whose colleagues a caller reaches (domain brief 10)."""

from typing import Any

from sqlalchemy import ColumnElement, exists, false, select, true

from libs.common.persistence.uow import Access
from libs.common.security import Reach, within_handover
from services.assessment.known import known_case, known_staff


def on_caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload.

    A case counts to its last day, and for as long after it as it may be handed over.
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

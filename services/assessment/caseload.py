"""Whose children and whose colleagues a caller reaches (domain brief 10)."""

from typing import Any

from sqlalchemy import ColumnElement, false, select, true

from libs.common.persistence.uow import Access
from libs.common.security import Reach
from services.assessment.known import CASELOAD, known_staff

records_of, on_caseload = CASELOAD.records_of, CASELOAD.reached


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

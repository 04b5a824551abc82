"""Whose cases and whose children a caller reaches (domain brief 10)."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, exists, false, func, or_, select

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Reach, first_handed_over, within_handover
from services.survey.known import KnownCase, known_case, known_child, known_colleague, known_holder


def own_cases(access: Access, case: FromClause = known_case) -> ColumnElement[bool]:
    """Return the condition that a case is the caller's own or their teams', and still reached.

    It is to its last day, to the day before another took it over and, beside that teacher, to the
    last day of working together; and for as long after each as the handover takes.
    """
    holder, following, colleague = (
        known_holder.alias(),
        known_holder.alias(),
        known_colleague.alias(),
    )
    taken_over = exists().where(
        following.c.case_id == holder.c.case_id,
        ~following.c.void,
        following.c.from_on > holder.c.from_on,
        following.c.from_on <= first_handed_over(access.today),
    )
    lead = exists().where(
        holder.c.case_id == case.c.case_id, ~holder.c.void, _mine(access, holder), ~taken_over
    )
    beside = exists().where(
        colleague.c.case_id == case.c.case_id,
        ~colleague.c.void,
        _mine(access, colleague),
        within_handover(colleague.c.until_on, access.today),
    )
    return ~case.c.void & within_handover(case.c.ended_on, access.today) & (lead | beside)


def _mine(access: Access, holder: FromClause) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | holder.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (holder.c.staff_id == access.actor.staff_id)
    return mine


def records_of(child_id: Any) -> Select[Any]:
    """Return the ids of all records of a child: of those that were merged each finds the others."""
    own, one = known_child.alias(), known_child.alias()
    into = select(own.c.merged_into).where(own.c.child_id == child_id).correlate_except(own)
    stays = func.coalesce(into.scalar_subquery(), child_id)
    theirs = or_(one.c.child_id == stays, one.c.merged_into == stays)
    return select(one.c.child_id).where(theirs).correlate_except(one)


def on_caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload."""
    case = known_case.alias()  # which no query around it can take for its own
    theirs = or_(case.c.child_id == child_id, case.c.child_id.in_(records_of(child_id)))
    return exists().where(theirs, own_cases(access, case))


VISIBLE: Final[Conditions] = {KnownCase: own_cases}

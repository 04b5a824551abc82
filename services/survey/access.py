"""Who may do what in the survey service, and which rows each may see (domain brief 10).

The one place where a caller is held to their own: items and lists both ask ``visible``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, false, true
from sqlalchemy.orm import aliased

from libs.common.http import listener_api
from libs.common.persistence.db import Aggregate, Base
from libs.common.persistence.uow import Access
from libs.common.security import Grants, Reach, Role, reaches, within_handover
from services.survey.domain import (
    Complaint,
    Compliment,
    KnownCase,
    Recipient,
    Response,
    Wave,
    known_case,
)

HEAD, AREA, TEACHER, ADVISER, SENCO, PARENT, OFFICER = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.SCHOOL_SENCO,
    Role.PARENT,
    Role.COUNTY_SEND_OFFICER,
)

_COMPLAIN: Mapping[Role, Reach] = {
    HEAD: Reach.COUNTY,
    SENCO: Reach.SCHOOL,
    PARENT: Reach.CHILD,
    OFFICER: Reach.OWN,
}
"""Who raises complaints: all but the Head see only what they raised."""

_PRAISE: Mapping[Role, Reach] = {**_COMPLAIN, AREA: Reach.TEAM, TEACHER: Reach.OWN}
"""Who enters compliments: all but the Head see only those they entered."""

GRANTS: Grants = {
    **listener_api.GRANTS,
    "import": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "questionnaire.read": dict.fromkeys(Role, Reach.COUNTY),
    "wave.write": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "wave.read": dict.fromkeys((HEAD, AREA, TEACHER), Reach.COUNTY),
    "wave.progress": dict.fromkeys((HEAD, AREA), Reach.COUNTY),
    "recipient.write": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "recipient.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN},
    "response.record": {
        HEAD: Reach.COUNTY,
        AREA: Reach.TEAM,
        TEACHER: Reach.OWN,
        SENCO: Reach.SCHOOL,
    },
    "response.read": {HEAD: Reach.COUNTY, AREA: Reach.TEAM, SENCO: Reach.SCHOOL},
    "response.list": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "response.void": {HEAD: Reach.COUNTY},
    "course.read": dict.fromkeys(Role, Reach.COUNTY),
    "delivery.record": dict.fromkeys((HEAD, AREA), Reach.COUNTY),
    "delivery.read": dict.fromkeys((HEAD, AREA, TEACHER), Reach.COUNTY),
    "complaint.record": _COMPLAIN,
    "complaint.read": _COMPLAIN,
    "complaint.close": {HEAD: Reach.COUNTY},
    "compliment.record": _PRAISE,
    "compliment.read": _PRAISE,
    "register.check": {HEAD: Reach.COUNTY},
    "register.read": dict.fromkeys((HEAD, AREA, ADVISER), Reach.COUNTY),
}


def own_cases(access: Access, case: FromClause = known_case) -> ColumnElement[bool]:
    """Return the condition that a case is the caller's own or their teams', and still reached."""
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | case.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (case.c.staff_id == access.actor.staff_id)
    return within_handover(case.c.ended_on, access.today) & mine


def caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload."""
    case = known_case.alias()  # which no query around it can take for its own
    return exists().where(case.c.child_id == child_id, own_cases(access, case))


def _wave(access: Access) -> ColumnElement[bool]:
    """A wave has no area: who is not the Head changes only waves they drafted themselves."""
    if access.action in {"wave.write", "recipient.write"}:
        return Wave.drafted_by == access.actor.subject
    return true()


def _recipient(access: Access) -> ColumnElement[bool]:
    return _reached(access, Recipient)


def _reached(access: Access, recipient: type[Recipient]) -> ColumnElement[bool]:
    condition = caseload(access, recipient.child_id)
    if Reach.SCHOOL in access.reaches:
        condition = condition | recipient.school_id.in_(access.actor.schools)
    return condition


def _response(access: Access) -> ColumnElement[bool]:
    asked = aliased(Recipient)  # which a query that joins the recipients cannot take for its own
    return exists().where(asked.id == Response.recipient_id, _reached(access, asked))


def reading(access: Access) -> Access:
    """Return how far the same caller reaches to read responses: a teacher reads none."""
    action = "response.read"
    return replace(access, action=action, reaches=reaches(GRANTS, access.actor, action))


def _complaint(access: Access) -> ColumnElement[bool]:
    return Complaint.recorded_by == access.actor.subject


def _compliment(access: Access) -> ColumnElement[bool]:
    return Compliment.recorded_by == access.actor.subject


VISIBLE: Mapping[type[Base], Callable[[Access], ColumnElement[bool]]] = {
    Wave: _wave,
    Recipient: _recipient,
    Response: _response,
    Complaint: _complaint,
    Compliment: _compliment,
    KnownCase: own_cases,
}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
    """Return the condition that the rows of a table fulfil which the caller may see."""
    if access.everything:
        return true()
    if kind in VISIBLE:
        return VISIBLE[kind](access)
    return false() if issubclass(kind, Aggregate) else true()

"""Who may do what in the survey service, and which rows each may see (domain brief 10).

The one place where a caller is held to their own: items and lists both ask ``visible``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, false, true

from libs.common import listening, parked
from libs.common.auth import Grants, Reach, Role
from libs.common.db import Base
from libs.common.uow import Access
from services.survey.domain import Complaint, Compliment, Recipient, Response, Wave, known_case

HEAD, AREA, TEACHER, ADVISER, SENCO, PARENT, OFFICER = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.SCHOOL_SENCO,
    Role.PARENT,
    Role.COUNTY_SEND_OFFICER,
)

_RAISE: Mapping[Role, Reach] = {
    HEAD: Reach.COUNTY,
    AREA: Reach.TEAM,
    TEACHER: Reach.OWN,
    SENCO: Reach.SCHOOL,
    PARENT: Reach.CHILD,
    OFFICER: Reach.OWN,
}
"""Who raises complaints and compliments: all but the Head see only what they raised."""

GRANTS: Grants = {
    **parked.GRANTS,
    **listening.GRANTS,
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
    "complaint.record": _RAISE,
    "complaint.read": _RAISE,
    "complaint.close": {HEAD: Reach.COUNTY},
    "compliment.record": _RAISE,
    "compliment.read": _RAISE,
    "register.check": {HEAD: Reach.COUNTY},
    "register.read": dict.fromkeys((HEAD, AREA, ADVISER), Reach.COUNTY),
}


def own_cases(access: Access) -> ColumnElement[bool]:
    """Return the condition that a case is the caller's own or their teams', and still reached.

    It is until it has ended and been handed over (see `Access.still_reached`).
    """
    mine: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        mine = mine | known_case.c.team_id.in_(access.actor.teams)
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        mine = mine | (known_case.c.staff_id == access.actor.staff_id)
    return access.still_reached(known_case.c.ended_on) & mine


def caseload(access: Access, child_id: Any) -> ColumnElement[bool]:
    """Return the condition that a child is on the caller's own or their teams' caseload."""
    return exists().where(known_case.c.child_id == child_id, own_cases(access))


def _wave(access: Access) -> ColumnElement[bool]:
    """A wave has no area: who is not the Head changes only waves they drafted themselves."""
    if access.action in {"wave.write", "recipient.write"}:
        return Wave.drafted_by == access.actor.subject
    return true()


def _recipient(access: Access) -> ColumnElement[bool]:
    of_school: ColumnElement[bool] = false()
    if Reach.SCHOOL in access.reaches:
        of_school = Recipient.school_id.in_(access.actor.schools)
    return caseload(access, Recipient.child_id) | of_school


def _response(access: Access) -> ColumnElement[bool]:
    return exists().where(Recipient.id == Response.recipient_id, _recipient(access))


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
}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
    """Return the condition that the rows of a table fulfil which the caller may see."""
    if access.everything:
        return true()
    return VISIBLE[kind](access) if kind in VISIBLE else false()

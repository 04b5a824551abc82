"""Referrals and cases: who may write and who may see them (domain brief 10)."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, false

from libs.common.auth import Grants, Reach, Role
from libs.common.db import Base
from libs.common.uow import Access
from services.referral.access.people import at_school
from services.referral.domain import Case, Referral

HEAD, AREA, TEACHER, SENCO, PARENT, OFFICER = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.SCHOOL_SENCO,
    Role.PARENT,
    Role.COUNTY_SEND_OFFICER,
)
OWN_CASES = {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN}

GRANTS: Grants = {
    "referral.submit": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY, SENCO: Reach.SCHOOL},
    "referral.read": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY, SENCO: Reach.SCHOOL},
    "referral.check": {HEAD: Reach.COUNTY, OFFICER: Reach.COUNTY},
    "referral.decide": {HEAD: Reach.COUNTY},
    "case.start": {HEAD: Reach.COUNTY},
    "case.read": {
        **OWN_CASES,
        OFFICER: Reach.COUNTY,
        SENCO: Reach.SCHOOL,
        PARENT: Reach.CHILD,
    },
    "case.allocate": {HEAD: Reach.COUNTY},
    "case.pause": OWN_CASES,
    "case.end": {HEAD: Reach.COUNTY},
    "visit.record": OWN_CASES,
    "risk.assess": {HEAD: Reach.COUNTY, TEACHER: Reach.OWN},
    "review.record": OWN_CASES,
    "review.read": {**OWN_CASES, OFFICER: Reach.COUNTY},
    "continuation.decide": {HEAD: Reach.COUNTY},
}


def _case(access: Access) -> ColumnElement[bool]:
    actor = access.actor
    condition: ColumnElement[bool] = false()
    parts: dict[Reach, ColumnElement[bool]] = {
        Reach.TEAM: Case.team_id.in_(actor.teams),
        # Compared with nobody, SQL would find the cases that have nobody.
        Reach.OWN: Case.staff_id == actor.staff_id if actor.staff_id else false(),
        Reach.CHILD: Case.child_id.in_(actor.children),
        Reach.SCHOOL: at_school(access, Case.child_id),
    }
    for reach, part in parts.items():
        if reach in access.reaches:
            condition = condition | part
    return condition


def _referral(access: Access) -> ColumnElement[bool]:
    if Reach.SCHOOL not in access.reaches:
        return false()
    return at_school(access, Referral.child_id)


VISIBLE: Mapping[type[Base], Callable[[Access], ColumnElement[bool]]] = {
    Case: _case,
    Referral: _referral,
}

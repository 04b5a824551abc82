"""Referrals and cases: who may write and who may see them (domain brief 10)."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement

from libs.common.persistence.db import Base
from libs.common.persistence.uow import Access
from libs.common.security import Grants, Reach, Role
from services.referral.access.people import at_school, children, held
from services.referral.domain import Case, Referral

HEAD, AREA, TEACHER, SENCO, PARENT, OFFICER, ADMINISTRATOR = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.SCHOOL_SENCO,
    Role.PARENT,
    Role.COUNTY_SEND_OFFICER,
    Role.ADMINISTRATOR,
)
OWN_CASES = {HEAD: Reach.COUNTY, AREA: Reach.TEAM, TEACHER: Reach.OWN}
REFERRERS = {**OWN_CASES, OFFICER: Reach.COUNTY, SENCO: Reach.SCHOOL}

GRANTS: Grants = {
    "referral.submit": REFERRERS,
    "referral.read": REFERRERS,
    "referral.check": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "referral.decide": {HEAD: Reach.COUNTY},
    "case.start": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "case.read": {
        **OWN_CASES,
        OFFICER: Reach.COUNTY,
        SENCO: Reach.SCHOOL,
        PARENT: Reach.CHILD,
    },
    "case.allocate": {HEAD: Reach.COUNTY, AREA: Reach.TEAM},
    "case.pause": OWN_CASES,
    "case.end": {HEAD: Reach.COUNTY},
    "visit.record": OWN_CASES,
    "risk.assess": OWN_CASES,
    "review.record": {TEACHER: Reach.OWN},
    # What teachers reported before the service was here is loaded, not written.
    "review.load": {ADMINISTRATOR: Reach.COUNTY, TEACHER: Reach.OWN},
    "review.read": {**OWN_CASES, OFFICER: Reach.COUNTY},
    "continuation.decide": {HEAD: Reach.COUNTY},
}


def _case(access: Access) -> ColumnElement[bool]:
    condition = held(access, Case)
    if Reach.CHILD in access.reaches:
        condition = condition | Case.child_id.in_(access.actor.children)
    if Reach.SCHOOL in access.reaches:
        condition = condition | at_school(access, Case.child_id)
    return condition


def _referral(access: Access) -> ColumnElement[bool]:
    return children(access, Referral.child_id)


VISIBLE: Mapping[type[Base], Callable[[Access], ColumnElement[bool]]] = {
    Case: _case,
    Referral: _referral,
}

"""Who may do what in the referral service: the roles' grants, and which rows each may see.

The one place where a caller is held to their own: items and lists both ask ``visible``.
"""

from sqlalchemy import ColumnElement, false, true

from libs.common.persistence.db import Aggregate, Base
from libs.common.persistence.uow import Access
from libs.common.security import Grants, Reach, Role
from services.referral.access import casework, people

GRANTS: Grants = {
    "import": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
        Role.ADMINISTRATOR: Reach.COUNTY,
    },
    **people.GRANTS,
    **casework.GRANTS,
}

VISIBLE = {**people.VISIBLE, **casework.VISIBLE}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:
    """Return the condition that the rows of a table fulfil which the caller may see."""
    if access.everything:
        return true()
    if kind in VISIBLE:
        return VISIBLE[kind](access)
    return false() if issubclass(kind, Aggregate) else true()

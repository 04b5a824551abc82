"""Who may do what in the reporting service."""

from sqlalchemy import ColumnElement, false

from libs.common.http import listener_api, me_api
from libs.common.persistence.db import Base
from libs.common.persistence.uow import Access
from libs.common.security import Grants, Reach, Role

# Exact figures go to the Head of Service alone until they pass a disclosure gate.
GRANTS: Grants = {
    **listener_api.GRANTS,
    **me_api.GRANTS,
    "report.read-exact": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}


def visible(access: Access, kind: type[Base]) -> ColumnElement[bool]:  # noqa: ARG001
    """Return no rows: the read model's facts are never shown one by one."""
    return false()

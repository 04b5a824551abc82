"""Who may make, end and open again which open links, and who may see them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, exists, true

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.open_links.domain import OpenLink
from services.survey.waves.domain import Wave

GRANTS: Final[Grants] = {
    "open_link.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "open_link.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
    },
}


def _open_link(access: Access) -> ColumnElement[bool]:
    """As waves and deliveries: who is not the Head has one of their own waves, or of a delivery."""
    if access.action == "open_link.read":
        return true()
    theirs = exists().where(Wave.id == OpenLink.wave_id, Wave.drafted_by == access.actor.subject)
    return OpenLink.delivery_id.is_not(None) | theirs


VISIBLE: Final[Conditions] = {OpenLink: _open_link}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("draw-code", "end", "reopen"), "open_link.write")
"""The permission that each step of an open link needs."""

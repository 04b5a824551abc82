"""Who may do what with editions: published ones anybody reads, drafts those who make them.

The Head of Service drafts and signs, the Link Adviser comments (domain brief 10), and whoever is
named as a reader reads a draft until their day.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, select

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.reporting.editions.domain import Edition, Reader

_REVIEWERS: Final = {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.LINK_ADVISER: Reach.COUNTY}
_READERS: Final = (Role.AREA_MANAGER, Role.COUNTY_SEND_OFFICER, Role.REPORTING_CONSUMER)
"""Who may be named as a reader before publication."""

GRANTS: Final[Grants] = {
    "edition.draft": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "edition.sign": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "edition.review": _REVIEWERS,
    "edition.read-draft": _REVIEWERS | dict.fromkeys(_READERS, Reach.OWN),
}


def _edition(access: Access) -> ColumnElement[bool]:
    named = select(Reader.edition_id).where(
        Reader.subject == access.actor.subject, Reader.until >= access.today
    )
    return Edition.id.in_(named)


VISIBLE: Final[Conditions] = {Edition: _edition}

STEPS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("cut", "source", "looked", "settle", "review", "void"), "edition.draft"),
    "note": "edition.review",
    "sign": "edition.sign",
}
"""The permission that each step of an edition needs."""

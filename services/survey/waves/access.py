"""Who may do what with waves and their recipients, and which of them each may see."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, true

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.caseload import on_caseload
from services.survey.waves.domain import Recipient, Wave

GRANTS: Final[Grants] = {
    "wave.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "wave.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
    },
    "recipient.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "recipient.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
}


_DRAFTERS: Final = frozenset(
    {"wave.write", "recipient.write", "campaign.write", "campaign.send", "open_link.write"}
)


def _wave(access: Access) -> ColumnElement[bool]:
    """A wave has no area: who is not the Head changes only waves they drafted themselves."""
    if access.action in _DRAFTERS:
        return Wave.drafted_by == access.actor.subject
    return true()


def recipient_seen(access: Access, recipient: type[Recipient] = Recipient) -> ColumnElement[bool]:
    """Return the condition that a recipient is seen: by their child, or by their school."""
    condition = on_caseload(access, recipient.child_id)
    if Reach.SCHOOL in access.reaches:
        condition = condition | recipient.school_id.in_(access.actor.schools)
    return condition


VISIBLE: Final[Conditions] = {Wave: _wave, Recipient: recipient_seen}

STEPS: Final[Mapping[str, str]] = {
    "list": "recipient.write",
    **dict.fromkeys(("issue", "close", "reopen", "correct", "void"), "wave.write"),
}
RECIPIENT_STEPS: Final[Mapping[str, str]] = {"respond": "response.record"}
"""The permission that each step of a wave needs, and of who is on its list."""

"""Who may draft and send campaigns, and which of them each may see."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, true

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.campaigns.domain import Campaign

_ISSUERS: Final = {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM}

GRANTS: Final[Grants] = dict.fromkeys(
    ("campaign.write", "campaign.read", "campaign.send"), _ISSUERS
)


def _campaign(access: Access) -> ColumnElement[bool]:
    """As a wave: who is not the Head changes and sends only what they drafted themselves."""
    if access.action == "campaign.read":
        return true()
    return Campaign.drafted_by == access.actor.subject


VISIBLE: Final[Conditions] = {Campaign: _campaign}

STEPS: Final[Mapping[str, str]] = {
    "correct": "campaign.write",
    **dict.fromkeys(("send", "fetch-letters", "post-letters", "return"), "campaign.send"),
}
"""The permission that each step of a campaign needs."""

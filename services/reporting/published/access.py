"""Who enters values published before, and who reads them: they were public ever since."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.reporting.published.domain import PublishedValue

_READERS: Final = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.LINK_ADVISER,
    Role.COUNTY_SEND_OFFICER,
    Role.REPORTING_CONSUMER,
)
GRANTS: Final[Grants] = {
    "published-value.record": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "published-value.read": dict.fromkeys(_READERS, Reach.COUNTY),
}

VISIBLE: Final[Conditions] = {PublishedValue: lambda _: true()}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "published-value.record")
"""The permission that each step of a value needs."""

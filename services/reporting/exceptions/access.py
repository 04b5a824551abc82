"""Who asks for exceptions and allows them: the Head of Service and information governance."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.reporting.exceptions.domain import DisclosureException

TWO_ROLES: Final = (Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR)
"""Each asks, and the other allows; the administrator stands for information governance."""

GRANTS: Final[Grants] = {
    "exception.sign": dict.fromkeys(TWO_ROLES, Reach.COUNTY),
    "exception.read": dict.fromkeys(TWO_ROLES, Reach.COUNTY),
}

VISIBLE: Final[Conditions] = {DisclosureException: lambda _: true()}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("allow", "void"), "exception.sign")
"""The permission that each step of an exception needs."""

"""Who may do what with deliveries and their ratings; whoever may read them sees all."""

from collections.abc import Mapping
from typing import Final

from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {
    "delivery.record": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.COUNTY},
    "delivery.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
    },
}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("rate", "correct", "void"), "delivery.record")
RATING_STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "delivery.record")
"""The permission that each step of a delivery needs, and of a form of it."""

"""Who may do what with deliveries and their ratings; whoever may read them sees all marks."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role
from services.survey.deliveries.domain import Delivery

GRANTS: Final[Grants] = {
    "delivery.record": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.COUNTY},
    "delivery.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
        Role.SUPPORT_TEACHER: Reach.COUNTY,
    },
    "rating_comment.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.COUNTY},
}

FIELDS: Final[Fields] = dict.fromkeys(("comment", "may_quote"), "rating_comment.read")
"""What of a form is shown only to who may take that action: the words of those who were there."""

VISIBLE: Final[Conditions] = {Delivery: lambda _: true()}
"""They are of the service: who may take an action on one may on all."""

STEPS: Final[Mapping[str, str]] = dict.fromkeys(("rate", "correct", "void"), "delivery.record")
RATING_STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "delivery.record")
"""The permission that each step of a delivery needs, and of a form of it."""

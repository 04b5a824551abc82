"""Who reads questionnaires, everybody with a role, and who writes them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import true

from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.questionnaires.domain import QuestionnaireVersion

GRANTS: Final[Grants] = {
    "questionnaire.read": dict.fromkeys(Role, Reach.COUNTY),
    "questionnaire.write": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
    "questionnaire.read-drafts": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.COUNTY,
    },
}

VISIBLE: Final[Conditions] = {QuestionnaireVersion: lambda _: true()}

STEPS: Final[Mapping[str, str]] = dict.fromkeys(
    ("draft", "preview", "publish", "retire"), "questionnaire.write"
)
"""The permission that each step of a version needs."""

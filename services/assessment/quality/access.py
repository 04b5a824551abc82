"""Who may do what with judgements and dialogues, and which of them each may see."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.assessment.caseload import colleague
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement

GRANTS: Final[Grants] = {
    "teaching.judge": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    "teaching.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
    "dialogue.hold": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
    "dialogue.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.TEAM,
        Role.LINK_ADVISER: Reach.COUNTY,
    },
}


def _judgement(access: Access) -> ColumnElement[bool]:
    return colleague(access, TeachingJudgement.staff_id)


def _dialogue(access: Access) -> ColumnElement[bool]:
    return QualityDialogue.team_id.in_(access.actor.teams)


VISIBLE: Final[Conditions] = {TeachingJudgement: _judgement, QualityDialogue: _dialogue}

JUDGEMENT_STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "teaching.judge")
DIALOGUE_STEPS: Final[Mapping[str, str]] = dict.fromkeys(("correct", "void"), "dialogue.hold")
"""The permission that each step of either needs."""

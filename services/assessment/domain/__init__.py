"""The aggregates of the assessment service, the verbs they allow and the errors they raise."""

from services.assessment.domain.criteria import CriteriaSet
from services.assessment.domain.quality import QualityDialogue, TeachingJudgement
from services.assessment.domain.result import Result, ResultVersion
from services.assessment.domain.tables import (
    KnownChild,
    KnownStaff,
    KnownTeam,
    Owned,
    known_case,
    known_child,
    known_school,
    known_staff,
    known_team,
    metadata,
)

__all__ = [
    "CriteriaSet",
    "KnownChild",
    "KnownStaff",
    "KnownTeam",
    "Owned",
    "QualityDialogue",
    "Result",
    "ResultVersion",
    "TeachingJudgement",
    "known_case",
    "known_child",
    "known_school",
    "known_staff",
    "known_team",
    "metadata",
]

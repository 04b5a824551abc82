"""Cases: one spell of support each, who taught in it, its pauses, and what is recorded of it."""

from services.referral.cases.domain.case import Case, CaseClosed, CaseVoid
from services.referral.cases.domain.holders import (
    CaseColleague,
    CaseHolder,
    holder_on,
    standing,
)
from services.referral.cases.domain.pauses import (
    CaseNotPaused,
    CasePaused,
    Pause,
    check_pause,
    check_resumption,
    pause_to_end,
    pauses_that_stand,
)
from services.referral.cases.domain.records import Review, RiskAssessment, Under, VisitWeek

__all__ = [
    "Case",
    "CaseClosed",
    "CaseColleague",
    "CaseHolder",
    "CaseNotPaused",
    "CasePaused",
    "CaseVoid",
    "Pause",
    "Review",
    "RiskAssessment",
    "Under",
    "VisitWeek",
    "check_pause",
    "check_resumption",
    "holder_on",
    "pause_to_end",
    "pauses_that_stand",
    "standing",
]

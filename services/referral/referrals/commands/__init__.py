"""Referrals: submitted, checked against the rules in force, decided, withdrawn, put right."""

from services.referral.referrals.commands.checking import (
    CheckEligibility,
    CheckRow,
    check_eligibility,
)
from services.referral.referrals.commands.correcting import (
    CorrectDecision,
    CorrectReferral,
    WithdrawReferral,
    correct_decision,
    correct_referral,
    void_decision,
    void_referral,
    withdraw_referral,
)
from services.referral.referrals.commands.deciding import (
    ApplicantDecides,
    DecideReferral,
    DecisionRow,
    decide_referral,
)
from services.referral.referrals.commands.submitting import (
    AlreadySubmitted,
    Evidence,
    SubmitReferral,
    submit_referral,
)

__all__ = [
    "AlreadySubmitted",
    "ApplicantDecides",
    "CheckEligibility",
    "CheckRow",
    "CorrectDecision",
    "CorrectReferral",
    "DecideReferral",
    "DecisionRow",
    "Evidence",
    "SubmitReferral",
    "WithdrawReferral",
    "check_eligibility",
    "correct_decision",
    "correct_referral",
    "decide_referral",
    "submit_referral",
    "void_decision",
    "void_referral",
    "withdraw_referral",
]

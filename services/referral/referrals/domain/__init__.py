"""Referrals: asked for, checked against the rules, agreed or refused by the Head of Service."""

from services.referral.referrals.domain.decision import Ground, Made, contradictions
from services.referral.referrals.domain.referral import (
    EligibilityCheck,
    NotChecked,
    NotEligible,
    Referral,
    ReferralDecided,
    ReferralNotDecided,
    ReferralVoid,
    ReferralWithdrawn,
)

__all__ = [
    "EligibilityCheck",
    "Ground",
    "Made",
    "NotChecked",
    "NotEligible",
    "Referral",
    "ReferralDecided",
    "ReferralNotDecided",
    "ReferralVoid",
    "ReferralWithdrawn",
    "contradictions",
]

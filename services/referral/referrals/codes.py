"""The closed lists of a referral."""

from typing import Literal

from libs.common.contracts.referral import ReferralDecision as Decision

__all__ = ["Decision", "DecisionReason", "EvidenceKind", "WithdrawalGround"]

DecisionReason = Literal[
    "meets-criteria",
    "criteria-met",
    "exceptional-case",
    "criteria-not-met",
    "not-eligible",
    "school-not-covered",
    "service-not-named",
    "insufficient-evidence",
    "referral-withdrawn",
    "other",
]

EvidenceKind = Literal[
    "referral",
    "formative-footprints",
    "p-levels",
    "eyfs-age-bands",
    "standardised-assessment",
    "subject-assessment",
    "school-report",
    "specialist-report",
    "observation",
]
"""What a ground is answered by (domain brief 2.8); ``referral`` is what the school wrote in it."""

WithdrawalGround = Literal[
    "school-no-longer-asks", "parents-do-not-agree", "child-moved-away", "other-support", "other"
]

ReferralState = Literal["submitted", "agreed", "refused", "withdrawn"]

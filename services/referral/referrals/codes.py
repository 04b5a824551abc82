"""The closed lists of a referral."""

from typing import Literal

Decision = Literal["agree", "refuse"]
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

"""The closed lists of a review."""

from typing import Literal

OutcomeResult = Literal["met", "partly-met", "not-met", "not-applicable"]
ContinuationReason = Literal[
    "criteria-met",
    "criteria-not-met",
    "criteria-no-longer-met",
    "outcomes-met",
    "parents-agree",
    "exceptional-case",
    "other",
]

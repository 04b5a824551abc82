"""The catalogue: every event that any service publishes. Importing it fills the registry."""

from libs.common.contracts import (
    assessment,
    cases,
    people,
    referral,
    referral_children,
    referral_corrections,
    survey,
)
from libs.common.contracts.base import (
    REGISTRY,
    Envelope,
    Event,
    Recorded,
    UnknownEvent,
    UnreadableEvent,
    declared,
)

__all__ = [
    "REGISTRY",
    "Envelope",
    "Event",
    "Recorded",
    "UnknownEvent",
    "UnreadableEvent",
    "assessment",
    "cases",
    "declared",
    "people",
    "referral",
    "referral_children",
    "referral_corrections",
    "survey",
]

"""The catalogue: every event that any service publishes. Importing it fills the registry."""

from libs.common.contracts import (
    assessment,
    referral,
    reporting,
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
    "declared",
    "referral",
    "reporting",
    "survey",
]

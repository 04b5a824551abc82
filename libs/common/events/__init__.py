"""The catalogue: every event that any service publishes. Importing it fills the registry."""

from libs.common.events import assessment, referral, survey
from libs.common.events.base import (
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
    "survey",
]

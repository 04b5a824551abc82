"""How each event changes the facts, a batch at a time. No clock, no chance, no network."""

from services.reporting.projections import assessment, referral, survey
from services.reporting.projections.subscribed import NOT_HEARD, subscriptions

__all__ = ["NOT_HEARD", "assessment", "referral", "subscriptions", "survey"]

"""How each event changes the facts, a batch at a time. No clock, no chance, no network.

A function is given events of its type of different aggregates, each aggregate's in their order: a
later event may change or delete the row of an earlier one, in the same batch too. Of aggregates
that refer to one another either may come first. ``upsert`` writes the columns that the rows name
and leaves the others, so that the events of one aggregate can share a row.
"""

from services.reporting.projections import assessment, referral, survey
from services.reporting.projections.subscribed import NOT_HANDLED, subscriptions

__all__ = ["NOT_HANDLED", "assessment", "referral", "subscriptions", "survey"]

"""Facts of exclusions, and of what became of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Date, Integer, String, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

exclusion = fact(
    "exclusion",
    Column("exclusion_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("school_id", Uuid),
    Column("category", String(CODE)),
    Column("starts_on", Date),
    Column("half_days", Integer),
    Column("upheld_on", Date),
    Column("rescinded_on", Date),
    Column("ground", String(CODE)),
)
learn(events.ExclusionRecorded, exclusion)
learn(events.ExclusionUpheld, exclusion)
# It stands as one that counts no longer: it shows that exclusions were recorded.
learn(events.ExclusionRescinded, exclusion)
learn(events.ExclusionCorrected, exclusion)


@fills(events.ExclusionVoided, exclusion)
def exclusion_voided(_: Recorded[events.ExclusionVoided]) -> Rows:
    """An exclusion that there was not; should it be recorded again, nothing came of it so far."""
    yield {"upheld_on": None, "rescinded_on": None, "ground": None, "stands": False}

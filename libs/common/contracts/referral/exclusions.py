"""What referral publishes of exclusions and of what became of them."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

ExclusionCategory = Literal["PERM", "SUSP", "LNCH"]
Ground = Literal["withdrawn", "not-upheld", "overturned"]
"""Why an exclusion no longer counts."""


class ExclusionRecorded(Event, publisher="referral", key="exclusion_id"):
    """A school excluded or suspended a child. A permanent one counts only once upheld."""

    exclusion_id: UUID
    child_id: UUID
    school_id: UUID
    category: ExclusionCategory
    starts_on: date
    half_days: int | None


class ExclusionUpheld(Event, publisher="referral", key="exclusion_id"):
    """The governing board, or a panel, upheld a permanent exclusion."""

    exclusion_id: UUID
    child_id: UUID
    upheld_on: date


class ExclusionRescinded(Event, publisher="referral", key="exclusion_id"):
    """An exclusion was withdrawn, not upheld or overturned: it no longer counts."""

    exclusion_id: UUID
    child_id: UUID
    rescinded_on: date
    ground: Ground


class ExclusionCorrected(ExclusionRecorded, publisher="referral", key="exclusion_id"):
    """An exclusion, or what became of it, was put right: this is all that is known of it now."""

    upheld_on: date | None
    rescinded_on: date | None
    ground: Ground | None
    reason: str


class ExclusionVoided(Event, publisher="referral", key="exclusion_id", tombstone="withdrawn"):
    """An exclusion was recorded by mistake: there was none. One that was withdrawn is rescinded."""

    exclusion_id: UUID
    child_id: UUID
    reason: str

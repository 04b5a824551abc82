"""What referral publishes of schools, as the national register has them."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

SchoolKind = Literal["nursery", "infant", "junior", "primary", "middle", "all-through", "unknown"]


class SchoolRecorded(Event, publisher="referral", key="school_id"):
    """A school was read from the national register for the first time, or its row changed."""

    school_id: UUID
    urn: int
    la_code: int
    establishment_type: str
    phase: int
    status: int
    kind: SchoolKind
    opened_on: date | None
    closed_on: date | None
    snapshot_on: date


class SchoolSucceeded(Event, publisher="referral", key="school_id"):
    """A school closed and another carries on from a day: a conversion or an amalgamation.

    Its children go there from that day, each told by their own move. Where the register says
    afterwards that there is no one successor, it is told again with null.
    """

    school_id: UUID
    successor_id: UUID | None
    succeeded_on: date | None

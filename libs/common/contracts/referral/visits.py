"""What referral publishes of the visits of a school week."""

from datetime import date
from uuid import UUID

from libs.common.contracts.base import Event


class VisitsRecorded(Event, publisher="referral", key="case_id"):
    """Visits planned and made in one school week, which its Monday names.

    It replaces what was recorded for that week earlier.
    """

    case_id: UUID
    child_id: UUID
    staff_id: UUID
    week_beginning: date
    planned: int
    attended: int
    missed: tuple[str, ...]


class VisitsCorrected(VisitsRecorded, publisher="referral", key="case_id"):
    """The visits of a school week, the week itself, or whose they were, was recorded wrongly."""

    formerly_on: date | None
    reason: str


class VisitsVoided(Event, publisher="referral", key="case_id"):
    """A school week's visits were recorded by mistake."""

    case_id: UUID
    child_id: UUID
    week_beginning: date
    reason: str

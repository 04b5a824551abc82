"""What referral publishes of judgements of the risk of exclusion."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

RiskLevel = Literal["none", "monitor", "at-risk", "high"]


class RiskAssessed(Event, publisher="referral", key="case_id"):
    """A child's risk of exclusion was judged, with coded drivers.

    The level holds from the day assessed until the next assessment of the case.
    """

    case_id: UUID
    child_id: UUID
    assessed_on: date
    level: RiskLevel
    drivers: tuple[str, ...]


class RiskCorrected(RiskAssessed, publisher="referral", key="case_id"):
    """A level of risk, what drives it or the day on which it was judged was recorded wrongly."""

    formerly_on: date | None
    reason: str


class RiskVoided(Event, publisher="referral", key="case_id"):
    """A level of risk was recorded by mistake."""

    case_id: UUID
    child_id: UUID
    assessed_on: date
    reason: str

"""What is recorded of a supported child: school weeks, reviews and levels of risk."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import OutcomeCounts
from libs.common.persistence.db import refers_to
from services.referral.tables import Owned


class VisitWeek(Owned, kw_only=True):
    """The visits of one case in one school week."""

    __tablename__ = "visit_week"
    __table_args__ = (Index(None, "week_beginning", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    week_beginning: Mapped[date] = mapped_column(primary_key=True)
    planned: Mapped[int]
    attended: Mapped[int]
    missed: Mapped[list[str]] = mapped_column(JSON)
    void: Mapped[bool] = mapped_column(default=False)


class Under(NamedTuple):
    """The plan that a review is of, and of which kind it was then."""

    plan_id: UUID
    plan_type: str


class Review(Owned, kw_only=True):
    """A review meeting: what was reported, recommended, and later decided."""

    __tablename__ = "review"
    __table_args__ = (Index(None, "held_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), index=True)
    held_on: Mapped[date]
    due_on: Mapped[date | None]
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    recommendation: Mapped[str] = mapped_column(String(20))
    recommended_on: Mapped[date]
    recommended_by: Mapped[UUID]
    """The case's teacher on the day of the recommendation, whose it is."""
    recorded_by: Mapped[str] = mapped_column(String(200))
    """Who wrote the review down; empty where that was before it was kept."""
    corrected_by: Mapped[str | None] = mapped_column(String(200), default=None)
    """Who put it right last."""
    report: Mapped[str | None] = mapped_column(String(4000))
    decision: Mapped[str | None] = mapped_column(String(20), default=None)
    decided_on: Mapped[date | None] = mapped_column(default=None)
    decision_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def counts(self) -> OutcomeCounts:
        """How many outcomes were met, and so on."""
        found = Counter(outcome["result"] for outcome in self.outcomes)
        return OutcomeCounts(
            met=found["met"],
            partly_met=found["partly-met"],
            not_met=found["not-met"],
            not_applicable=found["not-applicable"],
        )


class RiskAssessment(Owned, kw_only=True):
    """A judgement of the risk of exclusion, on a day."""

    __tablename__ = "risk_level"
    __table_args__ = (Index(None, "assessed_on", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    assessed_on: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    drivers: Mapped[list[str]] = mapped_column(JSON)
    void: Mapped[bool] = mapped_column(default=False)

"""The plans children have, of which a live one that names the service is what support rests on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import PlanCeased, PlanNamed
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.domain.tables import Owned


class PlanClosed(Conflict):
    """A plan that has ceased is not amended; a new one is made."""

    detail = "This plan has ceased. What follows it is a plan of its own, with its own reference."


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan says, as far as the service needs it."""

    plan_type: str
    names_service: bool
    starts_on: date
    review_due_on: date | None


class Plan(Aggregate, Owned, kw_only=True):
    """A child's plan under the county's reference."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    plan_type: Mapped[str] = mapped_column(String(40))
    names_service: Mapped[bool]
    starts_on: Mapped[date]
    review_due_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    cease_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def terms(self) -> PlanTerms:
        """What the plan says now."""
        return PlanTerms(self.plan_type, self.names_service, self.starts_on, self.review_due_on)

    def active_on(self, day: date) -> bool:
        """Say whether the plan is in force on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def name(self) -> PlanNamed:
        """Say what the plan is, and whether it names the service."""
        return PlanNamed(
            plan_id=self.id,
            child_id=self.child_id,
            plan_type=self.plan_type,
            names_service=self.names_service,
            starts_on=self.starts_on,
            review_due_on=self.review_due_on,
        )

    def amend(self, terms: PlanTerms) -> PlanNamed:
        """Take amended terms over."""
        if self.ends_on is not None:
            raise PlanClosed
        self.plan_type, self.names_service = terms.plan_type, terms.names_service
        self.starts_on, self.review_due_on = terms.starts_on, terms.review_due_on
        return self.name()

    def cease(self, on: date, reason: str) -> PlanCeased:
        """End the plan with that day."""
        if self.ends_on is not None:
            raise PlanClosed
        self.ends_on, self.cease_reason = on, reason
        return PlanCeased(plan_id=self.id, child_id=self.child_id, ceased_on=on, reason=reason)

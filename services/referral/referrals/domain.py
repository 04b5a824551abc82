"""Referrals: asked for, checked against the rules, agreed or refused by the Head of Service."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    Answer,
    EligibilityChecked,
    ReferralSubmitted,
    RuleAnswer,
    SupportAgreed,
    SupportRefused,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


class ReferralDecided(Conflict):
    """A referral is decided once; a new request is a new referral."""

    detail = "This referral has been decided."


class NotChecked(Conflict):
    """Support is agreed on the strength of a check that is on record."""

    detail = "Check the referral against the rules first."


class NotEligible(Conflict):
    """The Head of Service agrees only what every rule answered with yes (domain brief 1.2)."""

    detail = "The last check did not answer yes to every rule."


class Referral(Aggregate, Owned, kw_only=True):
    """A request that the service support a child."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its child's
    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"), index=True)
    submitted_on: Mapped[date]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="submitted")
    answer: Mapped[str | None] = mapped_column(String(20), default=None)
    checked_on: Mapped[date | None] = mapped_column(default=None)
    decided_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(String(40), default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)

    def submit(self) -> ReferralSubmitted:
        """Put the request."""
        return ReferralSubmitted(
            referral_id=self.id,
            child_id=self.child_id,
            school_id=self.school_id,
            submitted_on=self.submitted_on,
        )

    def check(
        self, rule_set: str, answer: Answer, rules: tuple[RuleAnswer, ...], on: date
    ) -> EligibilityChecked:
        """Take the rules' answer. Nothing is decided by it."""
        if self.state != "submitted":
            raise ReferralDecided
        if on < self.submitted_on:
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-submission",
                        "A referral cannot be checked before it was submitted.",
                        "/checked_on",
                    )
                ]
            )
        self.answer, self.checked_on = answer, on
        return EligibilityChecked(
            referral_id=self.id,
            child_id=self.child_id,
            rule_set=rule_set,
            answer=answer,
            rules=rules,
            checked_on=on,
        )

    def agree(self, on: date, reason: str, by: str) -> SupportAgreed:
        """Agree that the child be supported: a person's decision, never the rules'."""
        if self.state != "submitted":
            raise ReferralDecided
        if self.answer is None:
            raise NotChecked
        if self.answer != "yes":
            raise NotEligible
        self._decide("agreed", on, reason, by)
        return SupportAgreed(referral_id=self.id, child_id=self.child_id, agreed_on=on)

    def refuse(self, on: date, reason: str, by: str) -> SupportRefused:
        """Refuse support, for a coded reason."""
        if self.state != "submitted":
            raise ReferralDecided
        self._decide("refused", on, reason, by)
        return SupportRefused(
            referral_id=self.id, child_id=self.child_id, refused_on=on, reason=reason
        )

    def _decide(self, state: str, on: date, reason: str, by: str) -> None:
        if on < (self.checked_on or self.submitted_on):
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-check",
                        "A decision cannot be made before the submission and the check.",
                        "/decided_on",
                    )
                ]
            )
        self.state, self.decided_on, self.reason, self.decided_by = state, on, reason, by

    @property
    def allowed(self) -> tuple[str, ...]:
        """What may be done with the referral in its present state."""
        if self.state != "submitted":
            return ()
        return ("check",) if self.answer is None else ("check", "decide")


class EligibilityCheck(Owned, kw_only=True):
    """A check as it was made: rule set, every rule's answer, and the facts it saw."""

    __tablename__ = "eligibility_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(refers_to("referral.id"), index=True)
    rule_set: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date]
    snapshot_on: Mapped[date]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

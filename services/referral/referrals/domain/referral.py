"""A referral: asked for, checked, decided, withdrawn, and each of these put right."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    Answer,
    EligibilityChecked,
    ReferralCorrected,
    ReferralDecisionCorrected,
    ReferralDecisionVoided,
    ReferralSubmitted,
    ReferralVoided,
    RuleAnswer,
    SupportAgreed,
    SupportRefused,
)
from libs.common.contracts.referral import ReferralWithdrawn as Withdrawn
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.referrals.codes import Decision
from services.referral.tables import Owned

WAITING: Final = ("check", "decide", "withdraw")
"""The steps of a referral that waits for a decision."""
OF_A_DECISION: Final = ("correct-decision", "void-decision")
STEPS: Final = (*WAITING, "correct", "void", *OF_A_DECISION)


class ReferralDecided(Conflict):
    """A referral is decided once; a new request is a new referral."""

    detail = "This referral has been decided."


class ReferralWithdrawn(Conflict):
    """What is no longer asked for is neither checked nor decided."""

    detail = "This referral was withdrawn. A new request is a new referral."


class ReferralVoid(Conflict):
    """What was recorded by mistake is neither checked, decided nor put right."""

    detail = "This referral is void. Submit it again under its reference if there was one."


class ReferralNotDecided(Conflict):
    """Only a decision that was made is put right."""

    detail = "This referral has not been decided."


class NotChecked(Conflict):
    """Support is agreed on the strength of a check that is on record."""

    detail = "Check the referral against the rules first."


class NotEligible(Conflict):
    """The Head of Service agrees only what every rule answered with yes (domain brief 1.2)."""

    detail = "The last check did not answer yes to every rule."


class Referral(Aggregate, Owned, kw_only=True):
    """A request that the service support a child."""

    told_as = "referral_id"
    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("child_id", "reference"),
        Index(None, "submitted_on", "id"),
    )

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
    grounds: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    """The two grounds that the decision rests on: each met or not, with kinds of evidence."""
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)
    withdrawn_for: Mapped[str | None] = mapped_column(String(40), default=None)
    submitted_by: Mapped[str] = mapped_column(String(200), default="")
    """Who submitted it; empty where that was before it was kept."""
    void: Mapped[bool] = mapped_column(default=False)

    def submit(self) -> ReferralSubmitted:
        """Put the request."""
        return ReferralSubmitted(
            referral_id=self.id,
            child_id=self.child_id,
            school_id=self.school_id,
            submitted_on=self.submitted_on,
        )

    def submit_again(
        self, submitted_on: date, evidence: dict[str, Any], school_id: UUID, by: str
    ) -> ReferralSubmitted:
        """Put a request that was void: nothing that came of it before holds."""
        self.submitted_on, self.evidence, self.school_id = submitted_on, evidence, school_id
        self.state, self.submitted_by, self.void = "submitted", by, False
        self.answer = self.checked_on = self.withdrawn_on = self.withdrawn_for = None
        self._undecide()
        return self.submit()

    def check(
        self, rule_set: str, answer: Answer, rules: tuple[RuleAnswer, ...], on: date
    ) -> EligibilityChecked:
        """Take the rules' answer. Nothing is decided by it."""
        self.check_step("check")
        early = "A referral cannot be checked before it was submitted."
        _refuse_before(self.submitted_on, on, "before-submission", early, "/checked_on")
        self.answer, self.checked_on = answer, on
        return EligibilityChecked(
            referral_id=self.id,
            child_id=self.child_id,
            rule_set=rule_set,
            answer=answer,
            rules=rules,
            checked_on=on,
        )

    def refusal(self, step: str) -> Conflict | None:
        """Return why a step is refused in this state, whatever it says; None where it is not."""
        if self.void:
            return ReferralVoid()
        if step in OF_A_DECISION:
            return None if self.state in {"agreed", "refused"} else ReferralNotDecided()
        if step in WAITING and self.state != "submitted":
            return ReferralWithdrawn() if self.state == "withdrawn" else ReferralDecided()
        return None

    def check_step(self, step: str) -> None:
        """Refuse a step that this state does not allow."""
        if (refusal := self.refusal(step)) is not None:
            raise refusal

    def agree(self, on: date, reason: str, by: str) -> SupportAgreed:
        """Agree that the child be supported: a person's decision, never the rules'."""
        self.check_step("decide")
        self._check_eligible()
        self._decide("agreed", on, reason, by)
        return SupportAgreed(referral_id=self.id, child_id=self.child_id, agreed_on=on)

    def _check_eligible(self) -> None:
        if self.answer is None:
            raise NotChecked
        if self.answer != "yes":
            raise NotEligible

    def refuse(self, on: date, reason: str, by: str) -> SupportRefused:
        """Refuse support, for a coded reason."""
        self.check_step("decide")
        self._decide("refused", on, reason, by)
        return SupportRefused(
            referral_id=self.id, child_id=self.child_id, refused_on=on, reason=reason
        )

    def _decide(self, state: str, on: date, reason: str, by: str) -> None:
        early = "A decision cannot be made before the submission and the check."
        first = self.checked_on or self.submitted_on
        _refuse_before(first, on, "before-check", early, "/decided_on")
        self.state, self.decided_on, self.reason, self.decided_by = state, on, reason, by

    def correct_decision(
        self, decision: Decision, on: date, decided_for: str, by: str, reason: str
    ) -> ReferralDecisionCorrected:
        """Put a decision right; ``reason`` is why it is put right."""
        self.check_step("correct-decision")
        if decision == "agree":
            self._check_eligible()
        self._decide("agreed" if decision == "agree" else "refused", on, decided_for, by)
        return ReferralDecisionCorrected(
            referral_id=self.id,
            child_id=self.child_id,
            decision=decision,
            decided_on=on,
            decided_for=decided_for,
            reason=reason,
        )

    def void_decision(self, reason: str) -> ReferralDecisionVoided:
        """Take a decision back that was recorded by mistake: the referral waits for one again."""
        self.check_step("void-decision")
        self.state = "submitted"
        self._undecide()
        return ReferralDecisionVoided(referral_id=self.id, child_id=self.child_id, reason=reason)

    def _undecide(self) -> None:
        self.decided_on = self.reason = self.decided_by = self.grounds = None

    def withdraw(self, on: date, ground: str) -> Withdrawn:
        """No longer ask for support."""
        self.check_step("withdraw")
        early = "A referral cannot be withdrawn before it was submitted."
        _refuse_before(self.submitted_on, on, "before-submission", early, "/withdrawn_on")
        self.state, self.withdrawn_on, self.withdrawn_for = "withdrawn", on, ground
        return Withdrawn(
            referral_id=self.id, child_id=self.child_id, withdrawn_on=on, ground=ground
        )

    def correct(
        self, school_id: UUID, submitted_on: date, evidence: dict[str, Any], reason: str
    ) -> ReferralCorrected:
        """Put the request right; the evidence stands once it was decided on."""
        self.check_step("correct")
        if self.decided_on is not None and evidence != self.evidence:
            detail = "The decision rests on the evidence as it was put. Void the decision first."
            raise ReferralDecided(errors=[ValidationError("differs", detail, "/evidence")])
        days = (self.checked_on, self.withdrawn_on, self.decided_on)
        late = "A referral cannot be submitted after it was checked, withdrawn or decided."
        for day in filter(None, days):
            _refuse_before(submitted_on, day, "after-check", late, "/submitted_on")
        self.school_id, self.submitted_on, self.evidence = school_id, submitted_on, evidence
        return ReferralCorrected(**self.submit().model_dump(), reason=reason)

    def follow(self, school_id: UUID, reason: str) -> ReferralCorrected:
        """Be of the school to which the child went that day, as was told later, in any state."""
        self.school_id = school_id
        return ReferralCorrected(**self.submit().model_dump(), reason=reason)

    def withdraw_record(self, reason: str) -> ReferralVoided:
        """Take the referral off the record: nobody asked."""
        self.check_step("void")
        self.void = True
        return ReferralVoided(referral_id=self.id, child_id=self.child_id, reason=reason)

    @property
    def allowed(self) -> tuple[str, ...]:
        """What may be done with the referral in its present state, as the commands ask."""
        return tuple(step for step in STEPS if self.refusal(step) is None)


def _refuse_before(first: date, day: date, code: str, detail: str, pointer: str) -> None:
    if day < first:
        raise Rejected(errors=[ValidationError(code, detail, pointer)])


class EligibilityCheck(Owned, kw_only=True):
    """A check as it was made: rule set, every rule's answer, and the facts it saw."""

    __tablename__ = "eligibility_check"
    __table_args__ = (Index(None, "checked_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(refers_to("referral.id"), index=True)
    rule_set: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date]
    snapshot_on: Mapped[date]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

"""A case: one spell of support, from the teacher's first day to the last."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    CaseVoided,
    ContinuationDecided,
    EndingCorrected,
    EndingVoided,
    EndReason,
    PlanReviewed,
    Recommendation,
    RiskAssessed,
    RiskLevel,
    StartCorrected,
    SupportEnded,
    SupportPaused,
    SupportResumed,
    SupportStarted,
    TeacherAllocated,
    VisitsRecorded,
)
from libs.common.core.errors import Conflict, Faults, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.cases.domain.holders import CaseHolder, standing
from services.referral.cases.domain.pauses import CaseNotPaused, Pause
from services.referral.cases.domain.records import Review, Under, VisitWeek
from services.referral.tables import Owned


class CaseClosed(Conflict):
    """A case that has ended takes nothing more; further support is a new case."""

    detail = "Support has ended. Further support needs a new referral and a new case."


class CaseVoid(Conflict):
    """A case that was opened by mistake takes nothing."""

    detail = "This case was opened by mistake and withdrawn."


_OPEN = text("ended_on IS NULL AND NOT void")


STEPS = ("allocate", "record-visits", "review", "assess-risk", "end", "pause", "resume")
"""What is done with a case, one after another and often."""

PLACED = ("school_id", "plan_id", "plan_type")
"""What a case has from its first day."""


class Case(Aggregate, Owned, kw_only=True):
    """One spell of support for a child."""

    told_as = "case_id"
    __tablename__ = "case_"
    __table_args__ = (
        # Two opened at the same moment do not see each other: the second writer conflicts.
        Index(
            "uq_case_open",
            "child_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(refers_to("referral.id"), unique=True)
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"))
    """Where the child was on the first day."""
    plan_id: Mapped[UUID] = mapped_column(refers_to("plan.id"))
    plan_type: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    allocated_on: Mapped[date]
    """These three are the last of the spans (`follow`): what is of a day since asks no other."""
    started_on: Mapped[date]
    paused_on: Mapped[date | None] = mapped_column(default=None)
    """Since when support is paused, which follows from the pauses."""
    ended_on: Mapped[date | None] = mapped_column(default=None, index=True)
    end_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    although_named: Mapped[str | None] = mapped_column(String(40), default=None)
    """Why support ended though a plan named the service on."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def ending(self) -> tuple[date | None, str | None, str | None]:
        """How support ended, as it is told; nothing while it goes on."""
        return self.ended_on, self.end_reason, self.although_named

    @property
    def state(self) -> str:
        """active, paused, ended or void."""
        if self.void or self.ended_on is not None:
            return "void" if self.void else "ended"
        return "paused" if self.paused_on is not None else "active"

    @property
    def allowed(self) -> tuple[str, ...]:
        """What may be done with the case in its present state, as the commands ask (`refusal`).

        After the end, what took place before it may still be recorded.
        """
        return tuple(step for step in STEPS if self.refusal(step) is None)

    def refusal(self, step: str) -> Conflict | None:
        """Return why a step is refused in this state, whatever it says; None where it is not."""
        if self.void:
            return CaseVoid()
        if step in {"end", "void"} and self.ended_on is not None:
            return CaseClosed()
        if step == "resume" and self.paused_on is None:
            return CaseNotPaused()
        return None

    def check(self, step: str) -> None:
        """Refuse a step that this state does not allow."""
        if (refusal := self.refusal(step)) is not None:
            raise refusal

    @property
    def named(self) -> dict[str, Any]:
        """The ids that every event of the case has."""
        return {"case_id": self.id, "child_id": self.child_id}

    def start(self) -> SupportStarted:
        """Open the case."""
        return SupportStarted(
            **self.named,
            referral_id=self.referral_id,
            school_id=self.school_id,
            plan_id=self.plan_id,
            plan_type=self.plan_type,
            started_on=self.started_on,
        )

    def renew(self, opened: "Case") -> "Case":
        """Be opened again on the same referral, after it was withdrawn."""
        for name in (*PLACED, "staff_id", "team_id", "allocated_on", "started_on"):
            setattr(self, name, getattr(opened, name))
        self.void = False
        return self

    def correct_start(self, formerly_on: date, reason: str) -> StartCorrected:
        """Say on which day support started, where another was on record."""
        return StartCorrected(
            **self.named,
            school_id=self.school_id,
            plan_id=self.plan_id,
            plan_type=self.plan_type,
            started_on=self.started_on,
            formerly_on=formerly_on,
            reason=reason,
        )

    def withdraw(self, reason: str) -> CaseVoided:
        """Say that support never was."""
        self.void = True
        return CaseVoided(**self.named, reason=reason)

    def allocate(self, holder: CaseHolder) -> TeacherAllocated:
        """Give the case to a teacher from a day on."""
        self.check_while_supported(holder.from_on, holder.from_on, "/allocated_on")
        return TeacherAllocated(
            **self.named,
            staff_id=holder.staff_id,
            team_id=holder.team_id,
            allocated_on=holder.from_on,
        )

    def pause(self, pause: Pause) -> SupportPaused:
        """Stop teaching for a while."""
        self.check_while_supported(pause.paused_on, pause.paused_on, "/paused_on")
        return SupportPaused(**self.named, paused_on=pause.paused_on, reason=pause.reason)

    def resume(self, on: date) -> SupportResumed:
        """Begin teaching again."""
        self.check_while_supported(on, on, "/resumed_on")
        return SupportResumed(**self.named, resumed_on=on)

    def follow(self, holders: Iterable[CaseHolder] = (), pauses: Iterable[Pause] = ()) -> None:
        """Keep what follows from the spans, where they are given: who leads, since when paused."""
        if leads := standing(holders):
            last = leads[-1]
            self.staff_id, self.team_id, self.allocated_on = (
                last.staff_id,
                last.team_id,
                last.from_on,
            )
        if stand := list(pauses):
            still = [one.paused_on for one in stand if one.open]
            self.paused_on = max(still, default=None)

    def end(self, on: date, reason: EndReason, although_named: str | None = None) -> SupportEnded:
        """Close the case with that day as the last."""
        self._check_started(on, "/ended_on")
        self.ended_on, self.end_reason, self.although_named = on, reason, although_named
        return SupportEnded(**self.named, ended_on=on, reason=reason)

    def correct_end(
        self, on: date, end_reason: EndReason, although_named: str | None, reason: str
    ) -> EndingCorrected:
        """Say on which day and why support ended, where something else was on record."""
        ended = self.end(on, end_reason, although_named)
        return EndingCorrected(
            **self.named, ended_on=ended.ended_on, end_reason=end_reason, reason=reason
        )

    def reopen(self, reason: str) -> EndingVoided:
        """Say that support had not ended."""
        assert self.ended_on is not None
        was, self.ended_on, self.end_reason = self.ended_on, None, None
        self.although_named = None
        return EndingVoided(**self.named, ended_on=was, reason=reason)

    def record_visits(self, week: VisitWeek, staff_id: UUID) -> VisitsRecorded:
        """Record what was planned and what took place in a school week, by whom it was taught."""
        first, last = week.week_beginning, week.week_beginning + timedelta(days=6)
        self.check_while_supported(first, last, "/week_beginning")
        return VisitsRecorded(
            **self.named,
            staff_id=staff_id,
            week_beginning=week.week_beginning,
            planned=week.planned,
            attended=week.attended,
            missed=tuple(week.missed),
        )

    def review(self, review: Review, under: Under | None = None) -> PlanReviewed:
        """Report progress and recommend, at the plan's review meeting or after it.

        ``under`` is the plan of that day; where there was none, it is the one of the first day.
        """
        faults = Faults()
        with faults:
            self.check_while_supported(review.held_on, review.held_on, "/held_on")
        early = "A recommendation cannot be made before the review is held."
        fault = ValidationError("before-review", early, "/recommended_on")
        with faults:
            _refuse_before(review.held_on, review.recommended_on, fault)
        faults.refuse()
        return self.tell_review(review, under)

    def tell_review(self, review: Review, under: Under | None) -> PlanReviewed:
        """Tell of a review as it is on record."""
        plan = under or Under(self.plan_id, self.plan_type)
        recommendation: Recommendation = (
            "continue" if review.recommendation == "continue" else "discontinue"
        )
        return PlanReviewed(
            **self.named,
            review_id=review.id,
            plan_id=plan.plan_id,
            plan_type=plan.plan_type,
            due_on=review.due_on,
            held_on=review.held_on,
            outcomes=review.counts,
            recommendation=recommendation,
            recommended_by=review.recommended_by,
        )

    def decide_continuation(
        self, review: Review, decision: Recommendation, on: date, reason: str
    ) -> ContinuationDecided:
        """Decide after a review whether support goes on; it may have ended in between.

        The decision follows the recommendation (domain brief, R8), which follows the meeting.
        """
        early = "A decision cannot be made before the recommendation."
        fault = ValidationError("before-recommendation", early, "/decided_on")
        _refuse_before(review.recommended_on, on, fault)
        review.decision, review.decided_on, review.decision_reason = decision, on, reason
        return ContinuationDecided(
            **self.named,
            review_id=review.id,
            decision=decision,
            differs_from_recommendation=decision != review.recommendation,
            reason=reason,
            decided_on=on,
        )

    def assess_risk(self, level: RiskLevel, drivers: tuple[str, ...], on: date) -> RiskAssessed:
        """Judge how much at risk of exclusion the child is."""
        self.check_while_supported(on, on, "/assessed_on")
        return RiskAssessed(**self.named, assessed_on=on, level=level, drivers=drivers)

    def check_while_supported(self, first: date, last: date, pointer: str) -> None:
        """Refuse what was over before support began, or began after it ended.

        What happened in between may be recorded later, when the case has ended.
        """
        self.check("record")
        if self.ended_on is not None and first > self.ended_on:
            raise CaseClosed
        self._check_started(last, pointer)

    def _check_started(self, day: date, pointer: str) -> None:
        fault = ValidationError(
            "before-start", "This day cannot be before support starts.", pointer
        )
        _refuse_before(self.started_on, day, fault)


def _refuse_before(first: date, day: date, fault: ValidationError) -> None:
    if day < first:
        raise Rejected(errors=[fault])

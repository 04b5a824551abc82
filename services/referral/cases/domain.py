"""Cases: one spell of support, from the teacher's first day to the last."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    ContinuationDecided,
    EndReason,
    OutcomeCounts,
    PlanReviewed,
    Recommendation,
    RiskAssessed,
    RiskLevel,
    SupportEnded,
    SupportPaused,
    SupportResumed,
    SupportStarted,
    TeacherAllocated,
    VisitsRecorded,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


class CaseClosed(Conflict):
    """A case that has ended takes nothing more; further support is a new case."""

    detail = "Support has ended. Further support needs a new referral and a new case."


class CasePaused(Conflict):
    """A paused case is resumed before it is paused again."""

    detail = "This case is paused."


class CaseNotPaused(Conflict):
    """Only a paused case is resumed."""

    detail = "This case is not paused."


_OPEN = text("ended_on IS NULL")


class Case(Aggregate, Owned, kw_only=True):
    """One spell of support for a child."""

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
    plan_id: Mapped[UUID] = mapped_column(refers_to("plan.id"))
    plan_type: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(index=True)
    allocated_on: Mapped[date]
    started_on: Mapped[date]
    paused_on: Mapped[date | None] = mapped_column(default=None)
    resumed_on: Mapped[date | None] = mapped_column(default=None)
    """The day on which teaching last began again."""
    ended_on: Mapped[date | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def state(self) -> str:
        """active, paused or ended."""
        if self.ended_on is not None:
            return "ended"
        return "paused" if self.paused_on is not None else "active"

    @property
    def allowed(self) -> tuple[str, ...]:
        """What may be done with the case in its present state.

        After the end, what took place before it may still be recorded.
        """
        always = ("allocate", "record-visits", "review", "assess-risk", "end")
        if self.state == "ended":
            return ("record-visits", "review", "assess-risk")
        return (*always, "resume") if self.state == "paused" else (*always, "pause")

    def start(self) -> SupportStarted:
        """Open the case."""
        return SupportStarted(
            case_id=self.id,
            child_id=self.child_id,
            referral_id=self.referral_id,
            school_id=self.school_id,
            plan_id=self.plan_id,
            plan_type=self.plan_type,
            started_on=self.started_on,
        )

    def allocate(self, staff_id: UUID, team_id: UUID | None, on: date) -> TeacherAllocated:
        """Give the case to a teacher from a day on."""
        self.check_within(on, "/allocated_on")
        self.staff_id, self.team_id, self.allocated_on = staff_id, team_id, on
        return TeacherAllocated(
            case_id=self.id,
            child_id=self.child_id,
            staff_id=staff_id,
            team_id=team_id,
            allocated_on=on,
        )

    def pause(self, on: date, reason: str) -> SupportPaused:
        """Stop teaching for a while."""
        self.check_within(on, "/paused_on")
        if self.paused_on is not None:
            raise CasePaused
        self._check_follows(on, "/paused_on")
        self.paused_on = on
        return SupportPaused(case_id=self.id, child_id=self.child_id, paused_on=on, reason=reason)

    def resume(self, on: date) -> SupportResumed:
        """Begin teaching again."""
        self.check_within(on, "/resumed_on")
        if self.paused_on is None:
            raise CaseNotPaused
        self._check_follows(on, "/resumed_on")
        self.paused_on, self.resumed_on = None, on
        return SupportResumed(case_id=self.id, child_id=self.child_id, resumed_on=on)

    def end(self, on: date, reason: EndReason) -> SupportEnded:
        """Close the case with that day as the last."""
        self.check_within(on, "/ended_on")
        self._check_follows(on, "/ended_on")
        self.ended_on, self.end_reason = on, reason
        return SupportEnded(case_id=self.id, child_id=self.child_id, ended_on=on, reason=reason)

    def record_visits(self, week: "VisitWeek") -> VisitsRecorded:
        """Record what was planned and what took place in a school week."""
        first, last = week.week_beginning, week.week_beginning + timedelta(days=6)
        self.check_while_supported(first, last, "/week_beginning")
        return VisitsRecorded(
            case_id=self.id,
            child_id=self.child_id,
            staff_id=self.staff_id,
            week_beginning=week.week_beginning,
            planned=week.planned,
            attended=week.attended,
            missed=tuple(week.missed),
        )

    def review(self, review: "Review", outcomes: OutcomeCounts) -> PlanReviewed:
        """Report progress and recommend, at the plan's review meeting or after it."""
        self.check_while_supported(review.held_on, review.held_on, "/held_on")
        early = "A recommendation cannot be made before the review is held."
        fault = ValidationError("before-review", early, "/recommended_on")
        _refuse_before(review.held_on, review.recommended_on, fault)
        recommendation: Recommendation = (
            "continue" if review.recommendation == "continue" else "discontinue"
        )
        return PlanReviewed(
            case_id=self.id,
            child_id=self.child_id,
            review_id=review.id,
            plan_id=self.plan_id,
            plan_type=self.plan_type,
            due_on=review.due_on,
            held_on=review.held_on,
            outcomes=outcomes,
            recommendation=recommendation,
            recommended_by=review.recommended_by,
        )

    def decide_continuation(
        self, review: "Review", decision: Recommendation, on: date, reason: str
    ) -> ContinuationDecided:
        """Decide after a review whether support goes on; it may have ended in between.

        The decision follows the recommendation (domain brief, R8), which follows the meeting.
        """
        early = "A decision cannot be made before the recommendation."
        fault = ValidationError("before-recommendation", early, "/decided_on")
        _refuse_before(review.recommended_on, on, fault)
        review.decision, review.decided_on, review.decision_reason = decision, on, reason
        return ContinuationDecided(
            case_id=self.id,
            child_id=self.child_id,
            review_id=review.id,
            decision=decision,
            differs_from_recommendation=decision != review.recommendation,
            reason=reason,
            decided_on=on,
        )

    def assess_risk(self, level: RiskLevel, drivers: tuple[str, ...], on: date) -> RiskAssessed:
        """Judge how much at risk of exclusion the child is."""
        self.check_while_supported(on, on, "/assessed_on")
        return RiskAssessed(
            case_id=self.id,
            child_id=self.child_id,
            assessed_on=on,
            level=level,
            drivers=drivers,
        )

    def _check_follows(self, day: date, pointer: str) -> None:
        """Refuse a day before the last on which teaching stopped for a while or began again."""
        early = "This day cannot be before the last pause or resumption."
        last = self.paused_on or self.resumed_on or self.started_on
        _refuse_before(last, day, ValidationError("before-last-change", early, pointer))

    def check_open(self) -> None:
        """Refuse whatever comes to a case that has ended."""
        if self.ended_on is not None:
            raise CaseClosed

    def check_while_supported(self, first: date, last: date, pointer: str) -> None:
        """Refuse what was over before support began, or began after it ended.

        What happened in between may be recorded later, when the case has ended.
        """
        if self.ended_on is not None and first > self.ended_on:
            raise CaseClosed
        self._check_started(last, pointer)

    def check_within(self, day: date, pointer: str) -> None:
        """Refuse a day before support began, and any day once it has ended."""
        self.check_open()
        self._check_started(day, pointer)

    def _check_started(self, day: date, pointer: str) -> None:
        fault = ValidationError(
            "before-start", "This day cannot be before support starts.", pointer
        )
        _refuse_before(self.started_on, day, fault)


def _refuse_before(first: date, day: date, fault: ValidationError) -> None:
    if day < first:
        raise Rejected(errors=[fault])


class VisitWeek(Owned, kw_only=True):
    """The visits of one case in one school week."""

    __tablename__ = "visit_week"

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    week_beginning: Mapped[date] = mapped_column(primary_key=True)
    planned: Mapped[int]
    attended: Mapped[int]
    missed: Mapped[list[str]] = mapped_column(JSON)


class Review(Owned, kw_only=True):
    """A review meeting: what was reported, recommended, and later decided."""

    __tablename__ = "review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), index=True)
    held_on: Mapped[date]
    due_on: Mapped[date | None]
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    recommendation: Mapped[str] = mapped_column(String(20))
    recommended_on: Mapped[date]
    recommended_by: Mapped[UUID]
    """The case's teacher, whose recommendation it is."""
    recorded_by: Mapped[str] = mapped_column(String(200))
    """Who wrote the review down; empty where that was before it was kept."""
    report: Mapped[str | None] = mapped_column(String(4000))
    decision: Mapped[str | None] = mapped_column(String(20), default=None)
    decided_on: Mapped[date | None] = mapped_column(default=None)
    decision_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    decided_by: Mapped[str | None] = mapped_column(String(200), default=None)


class RiskAssessment(Owned, kw_only=True):
    """A judgement of the risk of exclusion, on a day."""

    __tablename__ = "risk_level"

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    assessed_on: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    drivers: Mapped[list[str]] = mapped_column(JSON)

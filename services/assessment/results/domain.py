"""A child's result in a subject at an assessment point, with all it was before."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.assessment import (
    AssessmentCorrected,
    AssessmentRecorded,
    AssessmentVoided,
    Subject,
    Term,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.assessment.tables import Owned


class ResultVoid(Conflict):
    """A result that was withdrawn is not changed."""

    detail = "This result is void. Record it again under its reference, and it stands again."


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: a position of a scheme, on a day, moderated or not yet."""

    scheme: str
    scheme_version: int
    scale: str
    position: str
    value_tenths: int | None
    assessed_on: date
    moderated: bool


class Result(Aggregate, Owned, kw_only=True):
    """One result under the recorder's reference."""

    told_as = "assessment_id"
    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("child_id", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its child's
    child_id: Mapped[UUID] = mapped_column(index=True)
    academic_year: Mapped[str] = mapped_column(String(7))
    term: Mapped[str] = mapped_column(String(6))
    subject: Mapped[str] = mapped_column(String(20))
    scheme: Mapped[str] = mapped_column(String(40))
    scheme_version: Mapped[int]
    scale: Mapped[str] = mapped_column(String(10))
    position: Mapped[str] = mapped_column(String(10))
    value_tenths: Mapped[int | None]
    assessed_on: Mapped[date]
    moderated: Mapped[bool]
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def reading(self) -> Reading:
        """What was found, as it stands."""
        return Reading(
            self.scheme,
            self.scheme_version,
            self.scale,
            self.position,
            self.value_tenths,
            self.assessed_on,
            self.moderated,
        )

    @property
    def term_of_year(self) -> Term:
        """The term whose result it is."""
        term: Term = self.term  # type: ignore[assignment]  # checked when recorded
        return term

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def restore(
        self, academic_year: str, term: Term, subject: Subject, reading: Reading
    ) -> AssessmentRecorded:
        """Stand again, as it is told now."""
        self.void, self.academic_year, self.term, self.subject = False, academic_year, term, subject
        self._take(reading)
        return self.record(subject, term)

    def _take(self, reading: Reading) -> None:
        self.scheme, self.scheme_version = reading.scheme, reading.scheme_version
        self.scale, self.position = reading.scale, reading.position
        self.value_tenths = reading.value_tenths
        self.assessed_on, self.moderated = reading.assessed_on, reading.moderated

    def record(self, subject: Subject, term: Term) -> AssessmentRecorded:
        """Put the result on record."""
        return AssessmentRecorded(
            assessment_id=self.id,
            child_id=self.child_id,
            academic_year=self.academic_year,
            term=term,
            subject=subject,
            scheme=self.scheme,
            scheme_version=self.scheme_version,
            scale=self.scale,
            position=self.position,
            value_tenths=self.value_tenths,
            assessed_on=self.assessed_on,
            moderated=self.moderated,
        )

    def correct(self, reading: Reading) -> AssessmentCorrected:
        """Put another reading in place of the one on record."""
        if self.void:
            raise ResultVoid
        self._take(reading)
        recorded = self.record(self.subject, self.term)  # type: ignore[arg-type]  # checked when recorded
        return AssessmentCorrected(**recorded.model_dump())

    def withdraw(self, reason: str) -> AssessmentVoided:
        """Take the result out of every count."""
        if self.void:
            raise ResultVoid
        self.void = True
        return AssessmentVoided(assessment_id=self.id, child_id=self.child_id, reason=reason)


class ResultVersion(Owned, kw_only=True):
    """What a result was before a change: kept for ever, with who changed it and why."""

    __tablename__ = "result_version"

    result_id: Mapped[UUID] = mapped_column(refers_to("result.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[str] = mapped_column(String(10))
    assessed_on: Mapped[date]
    moderated: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40))
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]

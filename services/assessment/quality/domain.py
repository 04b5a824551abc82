"""The quality of teaching: a judgement of each teacher's year, and each team's dialogue."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.assessment import (
    EvidenceKind,
    Grade,
    KeyArea,
    QualityDialogueCorrected,
    QualityDialogueHeld,
    QualityDialogueVoided,
    TeachingJudged,
    TeachingJudgementCorrected,
    TeachingJudgementVoided,
)
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from services.assessment.tables import Owned


class JudgementVoid(Conflict):
    """A judgement that was withdrawn is not changed."""

    detail = "This judgement is void. Record the teacher's year again, and it stands again."


class DialogueVoid(Conflict):
    """A dialogue that was withdrawn is not changed."""

    detail = "This dialogue is void. Record the team's year again, and it stands again."


class TeachingJudgement(Aggregate, Owned, kw_only=True):
    """One teacher's overall judgement for one year."""

    told_as = "judgement_id"
    __tablename__ = "teaching_judgement"
    __table_args__ = (UniqueConstraint("staff_id", "academic_year"),)

    staff_id: Mapped[UUID]
    academic_year: Mapped[str] = mapped_column(String(7))
    judgement: Mapped[str] = mapped_column(String(30))
    evidence: Mapped[list[str]] = mapped_column(JSON)
    judged_on: Mapped[date]
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise JudgementVoid

    def restore(
        self, judgement: Grade, evidence: tuple[EvidenceKind, ...], on: date
    ) -> TeachingJudged:
        """Stand again, as it is told now."""
        self.void = False
        self._take(judgement, evidence, on)
        return self.judge(judgement, evidence)

    def correct(
        self, judgement: Grade, evidence: tuple[EvidenceKind, ...], on: date, reason: str
    ) -> TeachingJudgementCorrected:
        """Be what it was in truth."""
        self.check_stands()
        self._take(judgement, evidence, on)
        judged = self.judge(judgement, evidence)
        return TeachingJudgementCorrected(**judged.model_dump(), reason=reason)

    def _take(self, judgement: Grade, evidence: tuple[EvidenceKind, ...], on: date) -> None:
        self.judgement, self.evidence, self.judged_on = judgement, [*evidence], on

    def withdraw(self, reason: str) -> TeachingJudgementVoided:
        """Count nowhere."""
        self.check_stands()
        self.void = True
        return TeachingJudgementVoided(
            judgement_id=self.id,
            staff_id=self.staff_id,
            academic_year=self.academic_year,
            reason=reason,
        )

    def judge(self, judgement: Grade, evidence: tuple[EvidenceKind, ...]) -> TeachingJudged:
        """Put the judgement on record."""
        return TeachingJudged(
            judgement_id=self.id,
            staff_id=self.staff_id,
            academic_year=self.academic_year,
            judgement=judgement,
            evidence=evidence,
            judged_on=self.judged_on,
        )


class QualityDialogue(Aggregate, Owned, kw_only=True):
    """One team's dialogue about one year, often held in the autumn after it."""

    told_as = "dialogue_id"
    __tablename__ = "quality_dialogue"
    __table_args__ = (UniqueConstraint("team_id", "academic_year"),)

    team_id: Mapped[UUID]
    academic_year: Mapped[str] = mapped_column(String(7))
    held_on: Mapped[date]
    key_areas: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise DialogueVoid

    def restore(self, held_on: date, key_areas: tuple[KeyArea, ...]) -> QualityDialogueHeld:
        """Stand again, as it is told now."""
        self.void = False
        self._take(held_on, key_areas)
        return self.hold(key_areas)

    def correct(
        self, held_on: date, key_areas: tuple[KeyArea, ...], reason: str
    ) -> QualityDialogueCorrected:
        """Be what it was in truth."""
        self.check_stands()
        self._take(held_on, key_areas)
        held = self.hold(key_areas)
        return QualityDialogueCorrected(**held.model_dump(), reason=reason)

    def _take(self, held_on: date, key_areas: tuple[KeyArea, ...]) -> None:
        self.held_on, self.key_areas = held_on, [one.model_dump() for one in key_areas]

    def withdraw(self, reason: str) -> QualityDialogueVoided:
        """Count nowhere."""
        self.check_stands()
        self.void = True
        return QualityDialogueVoided(
            dialogue_id=self.id,
            team_id=self.team_id,
            academic_year=self.academic_year,
            reason=reason,
        )

    def hold(self, key_areas: tuple[KeyArea, ...]) -> QualityDialogueHeld:
        """Put the dialogue on record."""
        return QualityDialogueHeld(
            dialogue_id=self.id,
            team_id=self.team_id,
            academic_year=self.academic_year,
            held_on=self.held_on,
            key_areas=key_areas,
        )

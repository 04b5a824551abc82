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
    QualityDialogueHeld,
    TeachingJudged,
)
from libs.common.persistence.db import Aggregate
from services.assessment.tables import Owned


class TeachingJudgement(Aggregate, Owned, kw_only=True):
    """One teacher's overall judgement for one year."""

    __tablename__ = "teaching_judgement"
    __table_args__ = (UniqueConstraint("staff_id", "academic_year"),)

    staff_id: Mapped[UUID]
    academic_year: Mapped[str] = mapped_column(String(7))
    judgement: Mapped[str] = mapped_column(String(30))
    evidence: Mapped[list[str]] = mapped_column(JSON)
    judged_on: Mapped[date]

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

    __tablename__ = "quality_dialogue"
    __table_args__ = (UniqueConstraint("team_id", "academic_year"),)

    team_id: Mapped[UUID]
    academic_year: Mapped[str] = mapped_column(String(7))
    held_on: Mapped[date]
    key_areas: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    def hold(self, key_areas: tuple[KeyArea, ...]) -> QualityDialogueHeld:
        """Put the dialogue on record."""
        return QualityDialogueHeld(
            dialogue_id=self.id,
            team_id=self.team_id,
            academic_year=self.academic_year,
            held_on=self.held_on,
            key_areas=key_areas,
        )

"""A child heard by another method than a questionnaire (domain brief 8.9).

It is kept as the method it was, in words, and has no answer: it is in no share of a question.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import UNLOGGED
from services.survey.activities.codes import Agreement, Assent, Method
from services.survey.tables import Owned, Referenced


class ActivityVoid(Conflict):
    """What was withdrawn is not changed."""

    detail = "This activity is void. Record it again under its reference, and it stands again."


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of an activity: with whom and when, how, who agreed, what was seen."""

    held_on: date
    method: Method
    assent: Assent
    agreement: Agreement
    notes: str | None

    def check_agreed(self) -> None:
        """Refuse words about a child who does not want it, or whose parent did not agree."""
        errors = []
        if self.notes is not None and self.assent != "given":
            detail = "Nothing is kept of what a child did not assent to."
            errors.append(ValidationError("no-assent", detail, "/notes"))
        if self.notes is not None and self.agreement != "given":
            detail = "Nothing is kept of what a parent or carer did not agree to."
            errors.append(ValidationError("no-agreement", detail, "/notes"))
        if errors:
            raise Rejected(errors=errors)


class Activity(Referenced, Owned, kw_only=True):
    """An activity with one child. The child's assent and the parent's agreement are two things."""

    told_as = "activity_id"
    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("recorded_by", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recorder's
    child_id: Mapped[UUID] = mapped_column(index=True)
    held_on: Mapped[date] = mapped_column(index=True)
    method: Mapped[str] = mapped_column(String(20))
    assent: Mapped[str] = mapped_column(String(20))
    agreement: Mapped[str] = mapped_column(String(20))
    notes: Mapped[str | None] = mapped_column(String(4000), info={UNLOGGED: True})
    recorded_by: Mapped[str] = mapped_column(String(200))
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise ActivityVoid

    def restore(self, told: Told) -> None:
        """Stand again, as it is told now."""
        self.void = False
        self.take(told)

    def correct(self, told: Told) -> None:
        """Be what it was in truth."""
        self.check_stands()
        self.take(told)

    def take(self, told: Told) -> None:
        """Be as it is told."""
        for name in Told.__slots__:
            setattr(self, name, getattr(told, name))

    def withdraw(self) -> None:
        """Count no more; what was seen is kept no longer."""
        self.check_stands()
        self.void, self.notes = True, None

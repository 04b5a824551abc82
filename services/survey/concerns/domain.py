"""A safeguarding concern: raised by the rule or by a reader, and closed by a person alone.

It keeps what was written as it was then: who takes their words back, has them changed or whose
response is voided does not take the concern back. Nothing of it leaves the service.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import UNLOGGED, Aggregate, refers_to
from services.survey.concerns.codes import ConcernStep
from services.survey.tables import Owned

STEPS: Final[Mapping[str, tuple[ConcernStep, ...]]] = {
    "raised": ("acknowledge",),
    "acknowledged": ("pass-on", "close"),
    "closed": ("reopen",),
}
"""What a person may do in each state."""
_BECOMES: Final[Mapping[ConcernStep, str]] = {
    "acknowledge": "acknowledged",
    "pass-on": "acknowledged",
    "close": "closed",
    "reopen": "acknowledged",
}


class ConcernNotAcknowledged(Conflict):
    """Whoever passes a concern on or closes it has read it, and said so."""

    detail = "Nobody has acknowledged this concern yet. Read it and acknowledge it first."


class ConcernAcknowledged(Conflict):
    """A concern is acknowledged once, and not open again before it was closed."""

    detail = "This concern is acknowledged and open."


class ConcernClosed(Conflict):
    """A closed concern is opened again before anything else is done about it."""

    detail = "This concern is closed. Open it again first."


class Concern(Aggregate, Owned, kw_only=True):
    """What somebody wrote that may be a sign of harm.

    It has no events, and the feed of changes does not tell that there is one.
    """

    __tablename__ = "concern"

    response_id: Mapped[UUID | None] = mapped_column(
        refers_to("response.id"), index=True, info={UNLOGGED: True}
    )
    question: Mapped[str | None] = mapped_column(String(40), info={UNLOGGED: True})
    complaint_id: Mapped[UUID | None] = mapped_column(refers_to("complaint.id"), index=True)
    child_id: Mapped[UUID | None] = mapped_column(index=True)
    school_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(String(4000))
    """What was written, as it was when the concern was raised."""
    signs: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    rule_version: Mapped[int | None] = mapped_column(default=None)
    """The version of the rule that raised it; none where a reader did."""
    raised_by: Mapped[str | None] = mapped_column(String(200), default=None)
    """Which reader raised it; none where the rule did."""
    note: Mapped[str | None] = mapped_column(String(4000), default=None)
    """What that reader said of it."""
    raised_at: Mapped[datetime]
    raised_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(12), default="raised", index=True)
    outcome: Mapped[str | None] = mapped_column(String(40), default=None)
    steps_taken: Mapped[int] = mapped_column(default=0)
    anonymised: Mapped[bool] = mapped_column(default=False)
    """Whether it is of a response that was made anonymous since."""

    @property
    def allowed(self) -> tuple[ConcernStep, ...]:
        """The steps that its state allows."""
        return STEPS[self.state]

    def take(self, step: ConcernStep, at: datetime, by: str, note: str | None) -> "StepTaken":
        """Have a person take a step; return the line of the chronology that says so."""
        if step not in self.allowed:
            self._refuse()
        self.state, self.outcome = _BECOMES[step], None
        self.steps_taken += 1
        return StepTaken(
            concern_id=self.id, number=self.steps_taken, step=step, at=at, by=by, note=note
        )

    def _refuse(self) -> None:
        if self.state == "raised":
            raise ConcernNotAcknowledged
        if self.state == "closed":
            raise ConcernClosed
        raise ConcernAcknowledged


class StepTaken(Owned, kw_only=True):
    """A line of a concern's chronology: what a person did, when; none is changed or deleted."""

    __tablename__ = "concern_step"

    concern_id: Mapped[UUID] = mapped_column(refers_to("concern.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    passed_to: Mapped[str | None] = mapped_column(String(40), default=None)
    passed_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(40), default=None)
    note: Mapped[str | None] = mapped_column(String(4000))

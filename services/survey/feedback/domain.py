"""The registers of complaints and compliments, and who vouched for them (domain brief 8.11)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import (
    Audience,
    ComplaintClosed,
    ComplaintCorrected,
    ComplaintOutcome,
    ComplaintReceived,
    ComplaintVoided,
    ComplimentCorrected,
    ComplimentReceived,
    ComplimentVoided,
    Register,
    RegisterChecked,
    RegisterCheckVoided,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate
from services.survey.tables import Owned, Referenced


class ComplaintIsClosed(Conflict):
    """A complaint is answered once."""

    detail = "This complaint is closed."


CHANGED: Final = "register-changed"
"""Why a check holds no longer that nobody withdrew."""


class EntryVoid(Conflict):
    """What was withdrawn from a register is not changed."""

    detail = "This entry is void. Enter it again under its reference, and it stands again."


class RegisterCheckVoid(Conflict):
    """A check that no longer holds is not withdrawn again."""

    detail = "This check is void. Check the month again."


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a complaint: when it came, what it says, how it was answered."""

    received_on: date
    formal: bool
    text: str | None
    closed_on: date | None = None
    outcome: ComplaintOutcome | None = None


class Complaint(Referenced, Owned, kw_only=True):
    """A complaint or informal concern; ``formal`` once in the council's own procedure."""

    told_as = "complaint_id"
    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("recorded_by", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recorder's
    received_on: Mapped[date]
    formal: Mapped[bool]
    text: Mapped[str | None] = mapped_column(String(4000))
    recorded_by: Mapped[str] = mapped_column(String(200))
    closed_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def told(self) -> Told:
        """What is on record of it."""
        return Told(
            self.received_on,
            self.formal,
            self.text,
            self.closed_on,
            self.outcome,  # type: ignore[arg-type]  # checked when closed
        )

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        steps = ("correct", "void") if self.closed_on else ("close", "correct", "void")
        return () if self.void else steps

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise EntryVoid

    def restore(self, told: Told) -> ComplaintReceived:
        """Stand again, as it is told now."""
        self.void = False
        self._take(told)
        return self.receive()

    def correct(self, told: Told, reason: str) -> ComplaintCorrected:
        """Be what it was in truth."""
        self.check_stands()
        self._take(told)
        return ComplaintCorrected(
            complaint_id=self.id,
            received_on=told.received_on,
            formal=told.formal,
            closed_on=told.closed_on,
            outcome=told.outcome,
            reason=reason,
        )

    def _take(self, told: Told) -> None:
        self.received_on, self.formal, self.text = told.received_on, told.formal, told.text
        self.closed_on, self.outcome = told.closed_on, told.outcome

    def withdraw(self, reason: str) -> ComplaintVoided:
        """Leave the register."""
        self.check_stands()
        self.void = True
        return ComplaintVoided(complaint_id=self.id, reason=reason)

    def receive(self) -> ComplaintReceived:
        """Enter the register."""
        return ComplaintReceived(
            complaint_id=self.id, received_on=self.received_on, formal=self.formal
        )

    def close(self, on: date, outcome: ComplaintOutcome) -> ComplaintClosed:
        """Be answered, with an outcome."""
        self.check_stands()
        if self.closed_on is not None:
            raise ComplaintIsClosed
        check_closed(self.received_on, on)
        self.closed_on, self.outcome = on, outcome
        return ComplaintClosed(complaint_id=self.id, closed_on=on, outcome=outcome)


def check_closed(received_on: date, closed_on: date) -> None:
    """Refuse an answer before the question."""
    if closed_on < received_on:
        detail = "A complaint cannot be closed before it was received."
        raise Rejected(errors=[ValidationError("before-received", detail, "/closed_on")])


class Compliment(Referenced, Owned, kw_only=True):
    """A compliment that came outside the questionnaires."""

    told_as = "compliment_id"
    __tablename__ = "compliment"
    __table_args__ = (UniqueConstraint("recorded_by", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recorder's
    received_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(String(4000))
    recorded_by: Mapped[str] = mapped_column(String(200))
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise EntryVoid

    def restore(self, received_on: date, source: Audience, text: str | None) -> ComplimentReceived:
        """Stand again, as it is told now."""
        self.void = False
        self.received_on, self.source, self.text = received_on, source, text
        return self.receive(source)

    def correct(
        self, received_on: date, source: Audience, text: str | None, reason: str
    ) -> ComplimentCorrected:
        """Be what it was in truth."""
        self.check_stands()
        self.received_on, self.source, self.text = received_on, source, text
        return ComplimentCorrected(
            compliment_id=self.id, received_on=received_on, source=source, reason=reason
        )

    def withdraw(self, reason: str) -> ComplimentVoided:
        """Leave the register."""
        self.check_stands()
        self.void = True
        return ComplimentVoided(compliment_id=self.id, reason=reason)

    def receive(self, source: Audience) -> ComplimentReceived:
        """Enter the register."""
        return ComplimentReceived(
            compliment_id=self.id, received_on=self.received_on, source=source
        )


class RegisterCheck(Aggregate, Owned, kw_only=True):
    """Somebody's word that a register is complete for a month, without which zero is not known."""

    told_as = "check_id"
    __tablename__ = "register_check"
    __table_args__ = (UniqueConstraint("kind", "month"),)

    kind: Mapped[str] = mapped_column(String(20))
    month: Mapped[str] = mapped_column(String(7))
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(String(200))
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("void",)

    def restore(self, on: date, by: str, kind: Register) -> RegisterChecked:
        """Hold again, on the word given now."""
        self.void, self.checked_on, self.checked_by = False, on, by
        return self.check(kind)

    def withdraw(self, reason: str) -> RegisterCheckVoided:
        """Hold no longer: the month asks for a check."""
        if self.void:
            raise RegisterCheckVoid
        self.void = True
        return RegisterCheckVoided(
            check_id=self.id,
            kind=self.kind,  # type: ignore[arg-type]  # checked when recorded
            month=self.month,
            reason=reason,
        )

    def check(self, kind: Register) -> RegisterChecked:
        """Vouch for the register."""
        return RegisterChecked(
            check_id=self.id, kind=kind, month=self.month, checked_on=self.checked_on
        )

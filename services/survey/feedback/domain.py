"""The registers of complaints and compliments, and who vouched for them (domain brief 8.11)."""

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import (
    Audience,
    ComplaintClosed,
    ComplaintOutcome,
    ComplaintReceived,
    ComplimentReceived,
    Register,
    RegisterChecked,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate
from services.survey.tables import Owned, Referenced


class ComplaintIsClosed(Conflict):
    """A complaint is answered once."""

    detail = "This complaint is closed."


class Complaint(Referenced, Owned, kw_only=True):
    """A complaint or informal concern; ``formal`` once in the council's own procedure."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("recorded_by", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recorder's
    received_on: Mapped[date]
    formal: Mapped[bool]
    text: Mapped[str | None] = mapped_column(String(4000))
    recorded_by: Mapped[str] = mapped_column(String(200))
    closed_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)

    def receive(self) -> ComplaintReceived:
        """Enter the register."""
        return ComplaintReceived(
            complaint_id=self.id, received_on=self.received_on, formal=self.formal
        )

    def close(self, on: date, outcome: ComplaintOutcome) -> ComplaintClosed:
        """Be answered, with an outcome."""
        if self.closed_on is not None:
            raise ComplaintIsClosed
        if on < self.received_on:
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-received",
                        "A complaint cannot be closed before it was received.",
                        "/closed_on",
                    )
                ]
            )
        self.closed_on, self.outcome = on, outcome
        return ComplaintClosed(complaint_id=self.id, closed_on=on, outcome=outcome)


class Compliment(Referenced, Owned, kw_only=True):
    """A compliment that came outside the questionnaires."""

    __tablename__ = "compliment"
    __table_args__ = (UniqueConstraint("recorded_by", "reference"),)

    reference: Mapped[str] = mapped_column(String(64), index=True)  # one of its recorder's
    received_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(String(4000))
    recorded_by: Mapped[str] = mapped_column(String(200))

    def receive(self, source: Audience) -> ComplimentReceived:
        """Enter the register."""
        return ComplimentReceived(
            compliment_id=self.id, received_on=self.received_on, source=source
        )


class RegisterCheck(Aggregate, Owned, kw_only=True):
    """Somebody's word that a register is complete for a month, without which zero is not known."""

    __tablename__ = "register_check"
    __table_args__ = (UniqueConstraint("kind", "month"),)

    kind: Mapped[str] = mapped_column(String(20))
    month: Mapped[str] = mapped_column(String(7))
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(String(200))

    def check(self, kind: Register) -> RegisterChecked:
        """Vouch for the register."""
        return RegisterChecked(
            check_id=self.id, kind=kind, month=self.month, checked_on=self.checked_on
        )

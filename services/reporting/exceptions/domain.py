"""One place of one year that is shown although a rule would withhold it, until a day."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from services.reporting.tables import Owned


class ExceptionDecided(Conflict):
    """An exception is allowed once, and one that was withdrawn is asked for again."""

    detail = "This exception is allowed already, or was withdrawn. Ask for another one."


class SecondPersonNeeded(Conflict):
    """Who asked for an exception does not allow it, nor does another of the same role."""

    detail = "An exception is allowed by another person of another role than who asked for it."


class DisclosureException(Aggregate, Owned, kw_only=True):
    """What is asked for by one, and allowed by another of another role (domain brief 9.2)."""

    __tablename__ = "disclosure_exception"

    academic_year: Mapped[str] = mapped_column(String(7))
    place: Mapped[str] = mapped_column(String(100))
    by: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(100))
    grounds: Mapped[str] = mapped_column(String(40))
    until: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_as: Mapped[str] = mapped_column(String(40))
    allowed_by: Mapped[str | None] = mapped_column(String(200), default=None)
    allowed_as: Mapped[str | None] = mapped_column(String(40), default=None)
    allowed_on: Mapped[date | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def state(self) -> str:
        """Say whether it is asked for, allowed or withdrawn."""
        if self.void:
            return "withdrawn"
        return "allowed" if self.allowed_by else "asked"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        steps = {"asked": ("allow", "void"), "allowed": ("void",), "withdrawn": ()}
        return steps[self.state]

    def allow(self, by: str, as_role: str, on: date) -> None:
        """Have the second person say so."""
        if self.state != "asked":
            raise ExceptionDecided
        if by == self.asked_by or as_role == self.asked_as:
            raise SecondPersonNeeded
        self.allowed_by, self.allowed_as, self.allowed_on = by, as_role, on

    def withdraw(self) -> None:
        """Show it no longer."""
        if self.void:
            raise ExceptionDecided
        self.void = True

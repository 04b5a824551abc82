"""Pauses of a case: dated spans, told in any order."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import refers_to
from services.referral.tables import Owned


class CasePaused(Conflict):
    """A case that is paused on a day is not paused on it again."""

    detail = "This case is paused."


class CaseNotPaused(Conflict):
    """Only a paused case is resumed."""

    detail = "This case is not paused. Record first the pause that support resumes from."


class Pause(Owned, kw_only=True):
    """Support paused from a day to the day before it resumed. What was withdrawn stays, void."""

    __tablename__ = "case_pause"
    __table_args__ = (Index(None, "paused_on", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(refers_to("case_.id"), primary_key=True)
    paused_on: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    resumed_on: Mapped[date | None] = mapped_column(default=None)
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def open(self) -> bool:
        """Whether it stands and support has not resumed."""
        return self.resumed_on is None and not self.void

    def covers(self, day: date) -> bool:
        """Say whether support is paused on a day by this."""
        return self.paused_on <= day and (self.resumed_on is None or day < self.resumed_on)


def pauses_that_stand(pauses: Iterable[Pause]) -> list[Pause]:
    """Return those that were not withdrawn, the first first."""
    return sorted((one for one in pauses if not one.void), key=lambda one: one.paused_on)


def check_pause(others: Iterable[Pause], paused_on: date, resumed_on: date | None = None) -> None:
    """Refuse a pause that begins on a day of another, or ends before it began or after the next.

    One that has not resumed yet may be told after a later one: its end is told next.
    """
    if any(one.covers(paused_on) for one in pauses_that_stand(others)):
        raise CasePaused
    if resumed_on is not None:
        check_resumption(others, paused_on, resumed_on)


def check_resumption(others: Iterable[Pause], paused_on: date, resumed_on: date) -> None:
    """Refuse that a pause ends before it began, or after the next one began."""
    if resumed_on < paused_on:
        raise _refused("before-last-change", "Support cannot resume before it was paused.")
    if any(paused_on <= one.paused_on < resumed_on for one in pauses_that_stand(others)):
        raise _refused("over-a-pause", "Another pause begins before this day.")


def pause_to_end(pauses: Iterable[Pause], on: date) -> Pause:
    """Return the pause that support resumes from on a day: the last that is open by then."""
    stand = pauses_that_stand(pauses)
    waiting = [one for one in stand if one.open]
    if not waiting:
        raise CaseNotPaused
    pause = next((one for one in reversed(waiting) if one.paused_on <= on), waiting[0])
    check_resumption((one for one in stand if one is not pause), pause.paused_on, on)
    return pause


def _refused(code: str, detail: str) -> Rejected:
    return Rejected(errors=[ValidationError(code, detail, "/resumed_on")])

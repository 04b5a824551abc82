"""A year's windows are set, and set otherwise, under the year."""

from typing import Annotated
from uuid import uuid4

from libs.common.core.clock import AcademicYear
from libs.common.core.days import DayBounds
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Day, Strict
from libs.common.core.terms import TermEnds
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead
from libs.common.persistence.uow import UnitOfWork
from services.assessment.windows.domain import Windows

WindowDay = Annotated[Day, DayBounds(months_ahead=36)]
"""A day of a window, which is set before its year begins."""


class SetWindows(Strict):
    """The last day of each term's window; autumn's begins with the year, each other after one."""

    autumn_to: WindowDay
    spring_to: WindowDay
    summer_to: WindowDay

    @property
    def ends(self) -> TermEnds:
        """The last day of each."""
        return TermEnds(self.autumn_to, self.spring_to, self.summer_to)


async def set_windows(
    uow: UnitOfWork, academic_year: str, command: SetWindows
) -> tuple[Windows, CommandOutcome]:
    """Set a year's windows; the same again changes nothing.

    What is on record already stays: it agrees with the windows of the day it was recorded on.
    """
    _check(uow, AcademicYear.parse(academic_year), command)
    windows, ends = await uow.find(Windows, academic_year=academic_year), command.ends
    if windows is None:
        windows = uow.add(Windows(id=uuid4(), academic_year=academic_year, **ends._asdict()))
        uow.emit(windows, windows.set(ends))
        return windows, CommandOutcome("created", windows.id)
    if windows.ends == ends:
        return windows, CommandOutcome("unchanged", windows.id)
    uow.emit(windows, windows.set(ends))
    return windows, CommandOutcome("updated", windows.id)


def _check(uow: UnitOfWork, year: AcademicYear, command: SetWindows) -> None:
    errors = ahead(uow, command)
    ends = command.ends._asdict()
    errors += [
        ValidationError("outside-year", "The day is not in that academic year.", f"/{name}")
        for name, day in ends.items()
        if day not in year
    ]
    if sorted(set(ends.values())) != [*ends.values()]:
        detail = "Autumn ends before spring, and spring before summer."
        errors.append(ValidationError("not-in-order", detail, "/spring_to"))
    uow.faults.add(errors)

"""The year group that a day of birth gives, and how far a recorded one may be from it."""

from datetime import date
from typing import Final

from libs.common.core.clock import AcademicYear
from libs.common.core.dated import on
from libs.common.core.errors import ValidationError
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import YearGroup
from services.referral.children.domain import Child
from services.referral.children.telling import characteristics_of

YEARS: Final = ("N1", "N2", "R", "1", "2", "3", "4", "5", "6")
MOST_YEARS_APART: Final = 3
"""Deferred, kept down or moved up, a child is taught with those of another year, but no further."""


def derived_year(born_on: date, day: date) -> int:
    """Return the year of a child's age on a day, R as 0 and N2 as -1 (domain brief 4.6).

    It is the age in whole years on the 31 August before the academic year began, less four.
    """
    age = AcademicYear.of(day).start - born_on.year - ((born_on.month, born_on.day) > (8, 31))
    return age - 4


def year_of_age(born_on: date, day: date) -> str | None:
    """Return the year group of a child's age on a day; None for an age before or after them."""
    place = YEARS.index("R") + derived_year(born_on, day)
    return YEARS[place] if 0 <= place < len(YEARS) else None


async def age_faults(
    uow: UnitOfWork, child: Child | None, born_on: date | None, group: YearGroup | None, day: date
) -> list[ValidationError]:
    """Return a fault where the year group on a day is too far from the age on it."""
    if born_on is None and group is None:
        return []
    of = on(await characteristics_of(uow, child.id), day).get("year_group") if child else None
    born = born_on or (child.born_on if child else None)
    year = group or of
    if born is None or year is None or born > day:
        return []
    if abs(YEARS.index(year) - YEARS.index("R") - derived_year(born, day)) <= MOST_YEARS_APART:
        return []
    detail = f"Age and year group are more than {MOST_YEARS_APART} years apart."
    return [ValidationError("age-and-year-apart", detail, "/year_group" if group else "/born_on")]

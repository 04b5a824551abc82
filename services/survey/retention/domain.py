"""How long a return says whose it is, and the record that from then on it does not.

Domain brief 9.5: to the end of the reporting year that follows the one it is about.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.clock import AcademicYear
from libs.common.persistence.db import Aggregate
from services.survey.tables import Owned

YEARS_KEPT: Final = 1
"""How many years a return is kept as it came, after the one that it is about."""


def kept_until(year: AcademicYear) -> date:
    """Return the last day on which returns about a year are as they came."""
    return AcademicYear(year.start + YEARS_KEPT).last_day


class Anonymisation(Aggregate, Owned, kw_only=True):
    """That the returns of a year were made anonymous: when, by whom, and how many of each wave."""

    told_as = "anonymisation_id"
    __tablename__ = "anonymisation"

    academic_year: Mapped[str] = mapped_column(String(7))
    done_at: Mapped[datetime]
    done_by: Mapped[str] = mapped_column(String(200))
    waves: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Of each wave its id and reference, and how many of what it had."""

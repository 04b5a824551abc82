"""How long a case that has ended is still reached by its teacher and their team."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement

WORKING_DAYS: Final = 10
_SATURDAY: Final = 5


def within_handover(ended_on: ColumnElement[date | None], today: date) -> ColumnElement[bool]:
    """Return the condition that a case has not ended, or is still being handed over.

    That takes ten working days after its last day, which may be to come (domain brief 10).
    """
    return ended_on.is_(None) | (ended_on >= first_handed_over(today))


def first_handed_over(today: date) -> date:
    """Return the earliest last day of a case that is still reached on a day: the tenth before it.

    Days from Monday to Friday count, public and school holidays among them: the reach is never
    longer than ten days on which somebody may have been at work.
    """
    day, left = today, WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day

"""What every outlet of the report says in the same words."""

from collections.abc import Iterable
from typing import Final

from services.reporting.presentation import WITHHELD
from services.reporting.views import Report

DAYS: Final = "Figures of the academic year from 1 September to 31 August."
ROUNDING: Final = (
    "Rounded half up, once. 100% and 0% are printed only where they are exact. Changes are in"
    " percentage points of the unrounded shares."
)
WITHHELD_MEANS: Final = (
    "A value printed as c is withheld: it is on record, and shown it could say something of one"
    " child or one person. Others beside it may be withheld so that nobody can work it out."
)


MARKS: Final = {
    WITHHELD: "c: withheld, so that it says nothing of one child or one person",
    "-": "-: there is none",
}
"""What stands in a table in place of a value, and what that means."""


def marks_in(cells: Iterable[str]) -> str:
    """Return what the marks mean that stand in some cells; empty where there are none."""
    first = {cell.partition("\n")[0] for cell in cells}
    found = [words for mark, words in MARKS.items() if mark in first]
    return f"{'; '.join(found)}." if found else ""


def complete(report: Report) -> str:
    """Say whether all that was received is in a report."""
    if not report.dead_letters:
        return "Everything received is in these figures."
    what = "event is" if report.dead_letters == 1 else "events are"
    return f"Not complete: {report.dead_letters} {what} not in these figures."

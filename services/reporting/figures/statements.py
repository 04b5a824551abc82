"""The statements of the report, each by a stated method: a predicate over cells."""

from collections.abc import Mapping

from libs.common.core.clock import AcademicYear
from services.reporting.evaluate import Cell, Cells, Claim, Statement
from services.reporting.figures.feedback import (
    COMPLIMENTS_CHECKED,
    COMPLIMENTS_RECEIVED,
    MONTHS,
)
from services.reporting.figures.inclusion import (
    AT_RISK,
    COUNTED_SO_FAR,
    NOT_EXCLUDED,
    STANDING_SO_FAR,
)
from services.reporting.figures.teaching import IN_POST_ALL_YEAR, NOT_JUDGED
from services.reporting.figures.training import PACKAGES
from services.reporting.presentation import NOT_KNOWN, about

MANY = 10
UNKNOWN = Claim(False, NOT_KNOWN)
"""Nothing is claimed of a year, or a source, without records (domain brief 13.5)."""


def beside(figure_id: str) -> tuple["Statement", ...]:
    """Return the statements that are of the same field as a figure, as its id begins."""
    field = figure_id.partition(".")[0]
    return tuple(one for one in STATEMENTS if one.id.partition(".")[0] == field)


def _number(cells: Mapping[str, Cell]) -> int:
    """Return the count of a figure that is not broken down."""
    return _counted(cells[""])


def _counted(cell: Cell) -> int:
    return int(cell.value or 0)


def _maintained(cells: Cells, _: AcademicYear) -> Claim:
    if cells["not_excluded"][""].absent:
        return UNKNOWN
    counts = {name: _number(mine) for name, mine in cells.items()}
    kept = counts["not_excluded"]
    return Claim(kept >= 1, about(kept) if kept else "none", counts)


def _all_judged(cells: Cells, _: AcademicYear) -> Claim:
    counts = {name: _number(mine) for name, mine in cells.items()}
    holds = counts["teachers"] > 0 and not counts["not_judged"]
    printed = (
        "all teachers have an overall judgement"
        if holds
        else "not all teachers have an overall judgement"
    )
    return Claim(holds, printed, counts)


def _compliments(cells: Cells, _: AcademicYear) -> Claim:
    number = _number(cells["compliments"])
    if not number and _number(cells["checked"]) < MONTHS:
        return UNKNOWN
    printed = "many, beside the questionnaires" if number >= MANY else f"{number}"
    return Claim(number >= MANY, printed, {"compliments": number})


def _package(cells: Cells, _: AcademicYear) -> Claim:
    if cells["deliveries"][""].absent:
        return UNKNOWN
    number = _number(cells["deliveries"])
    printed = "developed and delivered in the year" if number else "not delivered in the year"
    return Claim(number >= 1, printed, {"deliveries": number})


def _exclusions_low(cells: Cells, year: AcademicYear) -> Claim:
    """Every year with a record is looked at and named with its count; none may be missing.

    The first is one in which an exclusion that stands began: one that was rescinded shows that a
    register was kept, but its day may have been mistyped by decades.
    """
    began = [label for label, cell in cells["stands"].items() if _counted(cell)]
    counts = {
        label: _counted(cell)
        for label, cell in cells["counted"].items()
        if began and label >= min(began)
    }
    if not counts or len(counts) <= year.start - AcademicYear.parse(min(began)).start:
        return Claim(False, NOT_KNOWN, counts)
    holds = all(number <= 1 for number in counts.values())
    printed = "remained consistently very low" if holds else "not consistently very low"
    return Claim(holds, printed, counts)


STATEMENTS = (
    Statement(
        id="inclusion.placements_maintained",
        words="Permanent exclusion was avoided for about so many children at risk of it.",
        method="At least one child at risk of exclusion during the year was not permanently"
        " excluded. Their number is told to the nearest ten from 100 and five below. It counts; it"
        " does not prove cause. Not known in a year without a record of risk or of exclusions.",
        cannot_show="That the service was the cause: there is no group without support to compare"
        " with, and a placement that ended in another way than by exclusion is not seen.",
        looks_at={"at_risk": AT_RISK, "not_excluded": NOT_EXCLUDED},
        claim=_maintained,
    ),
    Statement(
        id="teaching.judged.all",
        words="All teachers have an overall judgement.",
        method="Every teacher in post for the whole year, the Head of Service aside, has an"
        " overall judgement resting on all four kinds of evidence.",
        cannot_show="How well anybody teaches; nothing of those in post for part of the year.",
        looks_at={"teachers": IN_POST_ALL_YEAR, "not_judged": NOT_JUDGED},
        claim=_all_judged,
    ),
    Statement(
        id="feedback.compliments",
        words="Many compliments came beside the questionnaires.",
        method="At least ten compliments are registered outside questionnaires in the year. Without"
        " any, not known unless the register was checked for each of its twelve months.",
        cannot_show="Whether people are content: who is not may not write, and nobody is asked.",
        looks_at={"compliments": COMPLIMENTS_RECEIVED, "checked": COMPLIMENTS_CHECKED},
        claim=_compliments,
    ),
    Statement(
        id="training.pre_key_stage_package",
        words="The package on moving from P scales to pre-key-stage assessment was delivered.",
        method="At least one delivery of that course in the year; not known in a year without"
        " deliveries.",
        cannot_show="Whether practice changed after it.",
        looks_at={"deliveries": PACKAGES},
        claim=_package,
    ),
    Statement(
        id="inclusion.exclusions_low",
        words="Permanent exclusions remained consistently very low.",
        method="At most one counted permanent exclusion in each year from the first in which an"
        " exclusion that was not rescinded began. The years in which one of any category began"
        " are named with their counts; where one is missing since the first it is not known. A"
        " claim of five years needs five.",
        cannot_show="Why they are low; and nothing of suspensions, managed moves or children who"
        " left a roll in another way.",
        looks_at={"counted": COUNTED_SO_FAR, "stands": STANDING_SO_FAR},
        by="academic-year",
        claim=_exclusions_low,
    ),
)

"""Complaints: a zero only where somebody vouched for every month of the register."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population
from services.reporting.members import Made, Member
from services.reporting.presentation import NOT_KNOWN, Unit, months_printed
from services.reporting.year import YearFacts

HEADING = "Complaints"
"""The heading of these figures on the page of the report."""

MONTHS = 12


def months_of(year: AcademicYear) -> tuple[str, ...]:
    """Return the twelve months of an academic year."""
    first = year.first_day.year
    return tuple(f"{first + (month < 9)}-{month:02}" for month in (9, 10, 11, 12, *range(1, 9)))


class Month(NamedTuple):
    """A month of a register, and whether somebody checked it."""

    month: str
    checked: bool


def _checks(year: AnyYear) -> Select[Any]:
    check = year.known(facts.register_check)
    return select(
        as_kept(check.c.check_id).label("who"),
        year.last_day.label("day"),
        check.c.kind,
        check.c.month,
        *rests_on(check),
    ).where(check.c.month.between(*year.months))


CHECKS = Population(words="checks of a register's months", whose="register", ask=Query(_checks))


def _months(register: str) -> Population:
    def ask(year: YearFacts, checks: Sequence[Member]) -> list[Member]:
        mine: dict[str, list[Member]] = defaultdict(list)
        for one in checks:
            if one.has.kind == register:
                mine[one.has.month].append(one)
        return [
            Made(
                month,
                date.fromisoformat(f"{month}-01"),
                Month(month, month in mine),
                mine[month],
            )
            for month in months_of(year.year)
        ]

    words = f"the year's months of the register of {register}"
    return Population(
        words=words,
        whose="register",
        ask=ask,
        made_of=(CHECKS,),
        concerns=lambda check: check.kind == register,
    )


COMPLAINTS, COMPLIMENTS = _months("complaints"), _months("compliments")


def _formal(year: AnyYear) -> Select[Any]:
    complaint = year.known(facts.complaint)
    received = complaint.c.received_on
    return select(
        as_kept(complaint.c.complaint_id).label("who"), received.label("day"), *rests_on(complaint)
    ).where(complaint.c.formal.is_(True), year.within(received))


FORMAL = Population(
    words="formal complaints received in the year", whose="complaint", ask=Query(_formal)
)


def _at_least(months: Sequence[Member], complaints: Sequence[Member]) -> str:
    """Say that those on record are at least so many, and what was not checked (13.7)."""
    if not complaints:
        return NOT_KNOWN
    missing = [one.has.month for one in months if not one.has.checked]
    return f"at least {len(complaints)}; not checked for {months_printed(missing)}"


def _received(year: AnyYear) -> Select[Any]:
    compliment = year.known(facts.compliment)
    received = compliment.c.received_on
    return select(
        as_kept(compliment.c.compliment_id).label("who"),
        received.label("day"),
        *rests_on(compliment),
    ).where(year.within(received))


RECEIVED = Population(
    words="compliments received in the year", whose="compliment", ask=Query(_received)
)
COMPLIMENTS_RECEIVED = Figure(
    id="feedback.compliments.count",
    words="Compliments received in the year outside questionnaires.",
    population=RECEIVED,
)
COMPLIMENTS_CHECKED = Figure(
    id="feedback.compliments.months_checked",
    words="Months of the register of compliments that somebody checked.",
    population=COMPLIMENTS,
    part=lambda month: month.checked,
)

FIGURES = (
    Figure(
        id="feedback.formal_complaints",
        words="Formal complaints received in the year; not known unless the register was checked"
        " for each of its twelve months.",
        population=FORMAL,
        unit=Unit.NONE,
        needs=(
            Need(
                absent=_at_least,
                population=COMPLAINTS,
                where=lambda month: month.checked,
                at_least=MONTHS,
            ),
        ),
    ),
)

"""Pupils for each full-time equivalent of teachers, on the SEN2 reference date."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, func, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Folded, Given, Need, Population
from services.reporting.figures.steering.caseload import REFERENCE_DATE_COME
from services.reporting.figures.workforce import SOMEBODY, STAFF, WHEN
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA, Unit
from services.reporting.year import YearFacts

HEADING = "Pupils and teachers"
"""The heading of these figures."""


def _taught(year: AnyYear) -> Select[Any]:
    """Ask for the cases open on the day, each with the teacher who has it that day."""
    day, case = year.reference_date, year.known(facts.case)
    teacher, earlier = year.known(facts.allocation), year.known(facts.allocation)
    latest = (
        select(func.max(earlier.c.from_on))
        .where(earlier.c.case_id == case.c.case_id, earlier.c.from_on <= day)
        .correlate(case)
        .scalar_subquery()
    )
    of_case = and_(teacher.c.case_id == case.c.case_id, year.latest(teacher.c.from_on, latest, day))
    return (
        select(
            as_kept(teacher.c.staff_id).label("who"),
            day.label("day"),
            as_kept(case.c.child_id).label("child_id"),
            *rests_on(case, teacher),
        )
        .select_from(case.outerjoin(teacher, of_case))
        .where(case.c.started_on <= day, or_(case.c.ended_on.is_(None), case.c.ended_on >= day))
    )


TAUGHT = Population(
    words="cases open on the SEN2 reference date, each with its teacher",
    whose="staff",
    ask=Query(_taught),
)


class Load(Struct, frozen=True, gc=False):
    """A pupil, or hundredths of a full-time teacher."""

    pupils: int = 0
    hundredths: int = 0


def _loads(_: YearFacts, taught: Sequence[Member], staff: Sequence[Member]) -> list[Member]:
    """Count each child once with each teacher of theirs."""
    pupils = {(one.who, one.has.child_id): one for one in taught}
    return [
        *(Made(one.who, one.day, Load(pupils=1), (one,)) for one in pupils.values()),
        *(Made(one.who, one.day, Load(0, one.has.fte_hundredths), (one,)) for one in staff),
    ]


LOADS = Population(
    words=f"children on the caseload, each with the teacher of their case, and {STAFF.words}",
    whose="staff",
    ask=_loads,
    made_of=(TAUGHT, STAFF),
)


def _per_full_time(given: Given) -> Folded:
    """Return pupils per full-time equivalent, exactly; without a teacher there is none."""
    pupils, hundredths = sum(given.parts), sum(given.of)
    counts = {"pupils": pupils, "hundredths of full time": hundredths}
    value = Fraction(100 * pupils, hundredths) if hundredths else None
    return Folded(value, counts=counts, formula=f"{pupils} ÷ {Fraction(hundredths, 100)}")


FIGURES = (
    Figure(
        id="workforce.pupils_per_fte",
        words=f"Children on the caseload for each full-time equivalent of the teaching staff in"
        f" post {WHEN}, the Head of Service included. A child with cases of two teachers counts"
        " once with each.",
        population=LOADS,
        part=lambda load: load.pupils,
        of=lambda load: load.hundredths,
        fold=_per_full_time,
        unit=Unit.PER_FTE,
        decimals=1,
        needs=(REFERENCE_DATE_COME, SOMEBODY, Need(absent=NO_DATA, population=TAUGHT)),
        base="full-time equivalents of the teaching staff",
    ),
)

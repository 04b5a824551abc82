"""The figures of progress: each subject's outcome on year bands, and the mean gain on P levels."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure
from services.reporting.figures.progress import (
    Criteria,
    Gain,
    Result,
    Spell,
    Window,
    gains,
    grade,
    mean_gain,
    outcome,
)
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit

SUBJECTS = ("reading", "writing", "mathematics")
WORDS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires-improvement": "Requires improvement",
    "inadequate": "Inadequate",
}


async def matched(year: YearFacts) -> tuple[list[Gain], Criteria] | None:
    """Return the year's matched gains and the criteria they are judged by, if any are adopted."""
    return await year.once("gains", lambda: _matched(year))


async def _matched(year: YearFacts) -> tuple[list[Gain], Criteria] | None:
    criteria = await _criteria(year)
    if criteria is None:
        return None
    window = Window(year.year.label, year.year.previous().label, _terms(year))
    return gains(await _results(year, window), await _spells(year), window, criteria), criteria


def _terms(year: YearFacts) -> tuple[tuple[date, date], ...]:
    """Return the three terms: to 31 December, to 31 March, to 31 August."""
    first, last = year.year.first_day, year.year.last_day
    return (
        (first, date(first.year, 12, 31)),
        (date(last.year, 1, 1), date(last.year, 3, 31)),
        (date(last.year, 4, 1), last),
    )


async def _criteria(year: YearFacts) -> Criteria | None:
    """Return the latest version of the criteria adopted for the year."""
    table = facts.criteria.c
    query = (
        select(facts.criteria)
        .where(table.academic_year == year.year.label)
        .order_by(table.version.desc(), table.criteria_id)
        .limit(1)
    )
    rows = await year.rows(query)
    if not rows:
        return None
    row = rows[0]
    return Criteria(
        progress=[(one["scale"], one["grade"], one["at_least_tenths"]) for one in row.progress],
        cohort=[
            (one["outcome"], one["expected_or_better"], one["good_or_better"]) for one in row.cohort
        ],
        minimum_months=row.minimum_months,
        minimum_terms=row.minimum_terms,
        minimum_judged=row.minimum_judged,
    )


async def _results(year: YearFacts, window: Window) -> list[Result]:
    table = facts.result.c
    query = select(
        table.child_id,
        table.academic_year,
        table.term,
        table.subject,
        table.scale,
        table.value_tenths,
        table.assessed_on,
        table.recorded_at,
    ).where(
        table.moderated.is_(True),
        table.void.is_(False),
        table.academic_year.in_((window.year, window.before)),
    )
    return [Result(*tuple(row)) for row in await year.rows(query)]


async def _spells(year: YearFacts) -> dict[UUID, list[Spell]]:
    case = facts.case.c
    query = select(case.child_id, case.started_on, case.ended_on).where(year.on_caseload())
    spells: dict[UUID, list[Spell]] = defaultdict(list)
    for row in await year.rows(query):
        spells[row.child_id].append(Spell(row.started_on, row.ended_on))
    return spells


def _judged(subject: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await matched(year)
        if found is None:
            return Measure(None)
        graded = [
            grade(gain.tenths, gain.scale, found[1])
            for gain in found[0]
            if gain.scale == "N" and gain.subject == subject
        ]
        name = outcome(graded, found[1])
        return Measure(WORDS[name] if name else None)

    return Figure(
        id=f"progress.nc.{subject}.judgement",
        words=f"The service's outcome in {subject} for children on National Curriculum year bands,"
        " by the criteria adopted for the year.",
        unit=Unit.GRADE,
        base="children and subjects matched on the N scale",
        query=query,
    )


async def _p_levels(year: YearFacts) -> Measure:
    found = await matched(year)
    return Measure(mean_gain(found[0], "P") if found else None)


FIGURES = (
    *(_judged(subject) for subject in SUBJECTS),
    Figure(
        id="progress.p_levels.average",
        words="Mean gain in P levels over the year: over children, of each one's mean over"
        " subjects. Children who changed scale are in neither group.",
        unit=Unit.LEVELS,
        decimals=2,
        base="children matched on the P scale",
        shows_last_year=True,
        query=_p_levels,
    ),
)

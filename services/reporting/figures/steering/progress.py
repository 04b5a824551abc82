"""Progress of the same pupils and of all, side by side; and what a grade hides.

All have a result on a scale this summer or last; the same pupils have both on it. Who has one of
the two alone joined or left, so that the same and those who joined are all of this summer, and the
same and those who left are all of last. Who moved to another scale left the one and joined the
other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from services.reporting.evaluate import Figure, Fold, Folded, Given, Need, Population, share
from services.reporting.figures.caseload import by_who
from services.reporting.figures.progress import EXPECTED, GOOD
from services.reporting.figures.progress_figures import (
    BY_LATER,
    OF_SUBJECT,
    P_LEVELS,
    SUBJECTS,
    YEAR_BANDS,
    judged_outcome,
    of_subject,
)
from services.reporting.figures.progress_points import SUMMERS
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA, NOT_REPORTED, Unit
from services.reporting.year import YearFacts

HEADING = "Progress of the same pupils and of all"
"""The heading of these figures."""


class Pupil(NamedTuple):
    """A pupil's position this summer and last, in tenths of one scale; None without a result.

    Of several subjects it is their mean; ``this_of_both`` and ``last_of_both`` are of the subjects
    that have a result both summers.
    """

    this: Fraction | None
    last: Fraction | None
    this_of_both: Fraction | None
    last_of_both: Fraction | None
    series: str


def _pupils(scale: str, subject: str, year: YearFacts, summers: Sequence[Member]) -> list[Member]:
    on_scale = [
        one for one in summers if one.has.scale == scale and subject in {"", one.has.subject}
    ]
    return [_pupil(year, mine) for mine in by_who(on_scale).values()]


def _pupil(year: YearFacts, points: Sequence[Member]) -> Member:
    label = year.year.label
    this = [one for one in points if one.has.academic_year == label]
    last = [one for one in points if one.has.academic_year != label]
    both = {one.has.subject for one in this} & {one.has.subject for one in last}
    series = sorted({f"{one.has.scheme} {one.has.scheme_version}" for one in points})
    pupil = Pupil(
        this=_position(this),
        last=_position(last),
        this_of_both=_position(one for one in this if one.has.subject in both),
        last_of_both=_position(one for one in last if one.has.subject in both),
        series=", ".join(series),
    )
    newest = max(points, key=lambda one: one.day)
    return Made(newest.who, newest.day, pupil, points)


def _position(points: Iterable[Member]) -> Fraction | None:
    tenths = [one.has.value_tenths for one in points]
    return Fraction(sum(tenths), len(tenths)) if tenths else None


def _same(pupil: Pupil) -> bool:
    return pupil.this is not None and pupil.last is not None


def _mean(which: str, given: Given) -> Folded:
    """Return the mean position, in whole steps or levels, of the pupils that are in the part."""
    chosen = [one.has for one, part in zip(given.members, given.parts, strict=True) if part]
    positions = [getattr(one, which) for one in chosen]
    value = sum(positions, Fraction()) / (10 * len(positions)) if positions else None
    return Folded(
        value,
        counts={"pupils": len(chosen)},
        series=_series(chosen),
        formula=f"{sum(positions, Fraction()) / 10} ÷ {len(positions)}",
    )


def _series(pupils: Sequence[Pupil]) -> str:
    return ", ".join(sorted({one.series for one in pupils}))


def _in_both(pupil: Pupil) -> bool:
    """Say whether a pupil has a subject with a result both summers."""
    return pupil.this_of_both is not None


IN_BOTH = "those with a result both summers in a subject, of the subjects that have both"
WHO: dict[str, tuple[str, Callable[[Pupil], bool]]] = {
    "same": ("with a result both summers", _same),
    "joined": ("with a result this summer and none last", lambda one: one.last is None),
    "left": ("with a result last summer and none this", lambda one: one.this is None),
}
MEANS: dict[str, tuple[str, str, Callable[[Pupil], bool]]] = {
    "all.this_summer": ("this", "all with a result this summer", lambda o: o.this is not None),
    "all.last_summer": ("last", "all with a result last summer", lambda o: o.last is not None),
    "same.this_summer": ("this_of_both", f"{IN_BOTH}, this summer", _in_both),
    "same.last_summer": ("last_of_both", f"{IN_BOTH}, last summer", _in_both),
}


def _side_by_side(name: str, scale: str, subject: str, what: str, unit: Unit) -> Iterator[Figure]:
    pupils = Population(
        words=f"pupils with a moderated result {what} this summer or last",
        whose="child",
        ask=partial(_pupils, scale, subject),
        made_of=(SUMMERS,),
        concerns=lambda row: subject in {"", row.subject},
    )
    there = Need(absent=NO_DATA, population=pupils)
    for which, (words, part) in WHO.items():
        yield Figure(
            id=f"progress.{name}.pupils.{which}",
            words=f"Pupils {words}, {what}.",
            population=pupils,
            part=part,
            needs=(there,),
        )
    for which, (summer, words, part) in MEANS.items():
        fold: Fold = partial(_mean, summer)
        yield Figure(
            id=f"progress.{name}.position.{which}.average",
            words=f"Mean position {what}: {words}.",
            population=pupils,
            part=part,
            fold=fold,
            unit=unit,
            decimals=2,
            base="pupils with a moderated result, each weighs one",
            needs=(there,),
        )


def _changed(year: YearFacts, summers: Sequence[Member]) -> list[Member]:
    """Return whom their results put on another scale than last summer, by subject (5.5)."""
    label = year.year.label
    last = {(o.who, o.has.subject): o for o in summers if o.has.academic_year != label}
    found = ((one, last.get((one.who, one.has.subject))) for one in summers)
    return [
        Made(one.who, one.day, None, (one, before))
        for one, before in found
        if before
        and one.has.academic_year == label
        and (before.has.scale, one.has.scale) == (P_LEVELS, YEAR_BANDS)
    ]


CHANGED = Population(
    words="children and subjects with a P level last summer and a year band this summer",
    whose="child",
    ask=_changed,
    made_of=(SUMMERS,),
)


def _share(subject: str, name: str, words: str, grades: frozenset[str]) -> Figure:
    population = OF_SUBJECT[subject]
    return Figure(
        id=f"progress.nc.{subject}.{name}.share",
        words=f"Share of the children judged in {subject} on the year bands who made {words}.",
        population=population,
        part=lambda score: score.grade in grades,
        of=lambda score: score.grade is not None,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="children matched and judged by the criteria in force",
        needs=(Need(absent=NO_DATA, population=population),),
        absent=NOT_REPORTED,
    )


SEVERAL = "told for each version: read it by criteria"
NO_LATER = "no later criteria"


def _later_outcome(given: Given) -> Folded:
    """Return the outcome by a version; by several together there is none."""
    versions = {one.has.in_force.version for one in given.members}
    return judged_outcome(given) if len(versions) == 1 else Folded(None, absent=SEVERAL)


def _later(subject: str) -> Figure:
    population = of_subject(subject, BY_LATER)
    return Figure(
        id=f"progress.nc.{subject}.judgement_by_later_criteria",
        words=f"What the service's outcome in {subject} would be by criteria adopted after those"
        " in force: a series of its own, which changes no judgement.",
        population=population,
        part=lambda score: score.tenths or 0,
        of=lambda score: score.tenths is not None,
        fold=_later_outcome,
        unit=Unit.GRADE,
        needs=(Need(absent=NO_LATER, population=population),),
        absent=NOT_REPORTED,
        base="children matched, of those with a result on the year bands this summer",
        whole=True,
    )


def _figures() -> Iterator[Figure]:
    for subject in SUBJECTS:
        yield from _side_by_side(
            f"nc.{subject}", YEAR_BANDS, subject, f"in {subject} on the year bands", Unit.STEPS
        )
    yield from _side_by_side("p_levels", P_LEVELS, "", "in P levels", Unit.LEVELS)
    yield Figure(
        id="progress.changed_scale.count",
        words="Children and subjects that moved from P levels to the year bands since last summer:"
        " each joined the year bands, and who has no other P level left the P levels.",
        population=CHANGED,
        needs=(Need(absent=NO_DATA, population=SUMMERS),),
    )
    for subject in SUBJECTS:
        yield _share(subject, "expected_or_better", "expected progress or better", EXPECTED)
        yield _share(subject, "good_or_better", "good progress or better", GOOD)
        yield _later(subject)


FIGURES = tuple(_figures())

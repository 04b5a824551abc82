"""The figures of progress: each subject's outcome on year bands, and the mean gain on P levels."""

from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

from libs.common.core.progress import Criteria, Point, gain, grade
from services.reporting.evaluate import Figure, Folded, Given, Need, Population
from services.reporting.figures.caseload import SPELLS, by_who
from services.reporting.figures.criteria import IN_FORCE, LATER, InForce
from services.reporting.figures.progress import EXPECTED, GOOD, mean_gain, outcome
from services.reporting.figures.progress_points import FIRSTS, SUMMERS
from services.reporting.members import Made, Member
from services.reporting.presentation import (
    NO_CRITERIA,
    NO_DATA,
    NO_THRESHOLDS,
    NOT_REPORTED,
    Unit,
)
from services.reporting.year import Terms, YearFacts

HEADING = "Progress"
"""The heading of these figures on the page of the report."""

YEAR_BANDS, P_LEVELS = "N", "P"
SUBJECTS = ("reading", "writing", "mathematics")
WORDS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires-improvement": "Requires improvement",
    "inadequate": "Inadequate",
}


class Score(NamedTuple):
    """A child's result in a subject this summer; the tenths gained and their grade, if told."""

    end: Any
    tenths: int | None
    grade: str | None
    in_force: InForce


def _starts(year: YearFacts, summers: Sequence[Member], firsts: Sequence[Member]) -> list[Member]:
    last = year.year.previous().label
    found = {(one.who, one.has.subject): one for one in reversed(firsts)}
    found |= {(one.who, one.has.subject): one for one in summers if one.has.academic_year == last}
    return list(found.values())


STARTS = Population(
    words="the baseline of a child and subject: last summer's result, else the first point within"
    " six weeks of the first day of a spell of support that touches the year",
    whose="child",
    ask=_starts,
    made_of=(SUMMERS, FIRSTS),
)


class Support(NamedTuple):
    """In how many of the year's three terms a child was on the caseload on some day."""

    terms: int


def _support(year: YearFacts, spells: Sequence[Member]) -> list[Member]:
    terms = year.terms
    return [
        Made(child, mine[-1].day, _of_terms(terms, mine), mine)
        for child, mine in by_who(spells).items()
    ]


def _of_terms(terms: Terms, spells: Sequence[Member]) -> Support:
    lasted = [(one.has.started_on, one.has.ended_on or date.max) for one in spells]
    touched = [
        any(began <= last and ended >= first for began, ended in lasted) for first, last in terms
    ]
    return Support(sum(touched))


SUPPORT = Population(
    words="children on the caseload in the year, and in how many of its terms",
    whose="child",
    ask=_support,
    made_of=(SPELLS,),
)


def _scores(
    scale: str,
    year: YearFacts,
    summers: Sequence[Member],
    starts: Sequence[Member],
    support: Sequence[Member],
    in_force: Sequence[Member],
) -> list[Member]:
    """Score this summer's results: without criteria six months and two terms hold (5.4)."""
    label, its = year.year.label, in_force[0].has if in_force else InForce(Criteria(), "")
    baselines = {(one.who, one.has.subject): one for one in starts}
    supported = {one.who: one for one in support}
    grade_of = cache(partial(grade, scale=scale, criteria=its.criteria))  # many gained as much
    scores: list[Member] = []
    for end in summers:
        has = end.has
        if has.scale == scale and has.academic_year == label:
            start, held = baselines.get((end.who, has.subject)), supported.get(end.who)
            tenths = gain(
                start.has if start else None, has, held.has.terms if held else 0, its.criteria
            )
            score = Score(has, tenths, None if tenths is None else grade_of(tenths), its)
            scores.append(Made(end.who, end.day, score, (end, start, held, *in_force)))
    return scores


def _on(scale: str, words: str) -> Population:
    return Population(
        words=f"moderated results of this summer {words}, with their baselines",
        whose="child",
        ask=partial(_scores, scale),
        made_of=(SUMMERS, STARTS, SUPPORT, IN_FORCE),
    )


ON_P_LEVELS = _on(P_LEVELS, "in P levels")
ON_YEAR_BANDS = _on(YEAR_BANDS, "on the year bands")


def of_subject(subject: str, scores: Population) -> Population:
    """Return those of a population of scores that are of a subject."""

    def ask(_: YearFacts, scores: Sequence[Member]) -> list[Member]:
        return [one for one in scores if one.has.end.subject == subject]

    return Population(
        words=f"{scores.words}: {subject}",
        whose=scores.whose,
        ask=ask,
        made_of=(scores,),
        divides=scores.divides,
        concerns=lambda row: getattr(row, "subject", subject) == subject,
    )


OF_SUBJECT = {subject: of_subject(subject, ON_YEAR_BANDS) for subject in SUBJECTS}


def _scores_of_each(
    year: YearFacts,
    summers: Sequence[Member],
    starts: Sequence[Member],
    support: Sequence[Member],
    versions: Sequence[Member],
) -> list[Member]:
    """Score this summer's results on the year bands by each version alone."""
    sources = summers, starts, support
    return [one for v in versions for one in _scores(YEAR_BANDS, year, *sources, [v])]


BY_LATER = Population(
    words=f"{ON_YEAR_BANDS.words}, by each version of the criteria after the one in force",
    whose="child",
    ask=_scores_of_each,
    made_of=(SUMMERS, STARTS, SUPPORT, LATER),
    divides={"criteria": lambda score: f"version {score.in_force.version}"},
)


def _tenths(score: Score) -> int:
    return score.tenths or 0


def _is_matched(score: Score) -> bool:
    return score.tenths is not None


def judged_outcome(given: Given) -> Folded:
    """Return the service's outcome of those who were judged, all by the same criteria (5.6)."""
    scores: list[Score] = [one.has for one in given.members]
    grades = [one.grade for one in scores if one.grade]
    expected, good = (sum(grade in best for grade in grades) for best in (EXPECTED, GOOD))
    name = outcome(grades, scores[0].in_force.criteria)
    return Folded(
        WORDS[name] if name else None,
        counts={"matched": sum(map(_is_matched, scores)), "assessed": len(scores)},
        judged_by=scores[0].in_force.judged_by,
        formula=f"{expected} of {len(grades)} expected or better, {good} good or better",
    )


def _mean_gain(given: Given) -> Folded:
    """Return the mean over children of each one's mean over subjects (5.7)."""
    found = [one for one in given.members if _is_matched(one.has)]
    mean = mean_gain((one.who, one.has.tenths) for one in found)
    assessed = {one.who for one in given.members}
    return Folded(
        mean[0] if mean else None,
        counts={"matched": mean[1] if mean else 0, "assessed": len(assessed)},
        series=", ".join(sorted({_scheme(one.has.end) for one in found})),
        formula=f"the mean over {mean[1] if mean else 0} children of each one's mean gain",
    )


def _scheme(point: Point) -> str:
    return f"{point.scheme} {point.scheme_version}"


def _judged(subject: str) -> Figure:
    return Figure(
        id=f"progress.nc.{subject}.judgement",
        words=f"The service's outcome in {subject} for children on National Curriculum year bands,"
        " by the criteria in force for the year.",
        population=OF_SUBJECT[subject],
        part=_tenths,
        of=_is_matched,
        fold=judged_outcome,
        unit=Unit.GRADE,
        needs=(
            Need(absent=NO_DATA, population=OF_SUBJECT[subject]),
            Need(absent=NO_CRITERIA, population=IN_FORCE),
            Need(
                absent=NO_THRESHOLDS,
                population=IN_FORCE,
                where=lambda in_force: in_force.criteria.judge(YEAR_BANDS),
            ),
        ),
        absent=NOT_REPORTED,
        base="children matched, of those with a result on the year bands this summer",
        whole=True,
    )


FIGURES = (
    *(_judged(subject) for subject in SUBJECTS),
    Figure(
        id="progress.p_levels.average",
        words="Mean gain in P levels over the year: over children, of each one's mean over"
        " subjects. Children who changed scale are in neither group.",
        population=ON_P_LEVELS,
        part=_tenths,
        of=_is_matched,
        fold=_mean_gain,
        unit=Unit.LEVELS,
        decimals=2,
        base="children matched, of those with a P level this summer",
        shows_last_year=True,
    ),
)

"""The figures of progress: each subject's outcome on year bands, and the mean gain on P levels."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from services.reporting.evaluate import Figure, Folded, Given, Need, Population
from services.reporting.figures.caseload import SPELLS, by_who
from services.reporting.figures.criteria import IN_FORCE, InForce
from services.reporting.figures.progress import (
    Criteria,
    Gain,
    Pair,
    gains,
    grade,
    mean_gain,
    outcome,
)
from services.reporting.figures.progress_points import FIRSTS, SUMMERS, point
from services.reporting.members import Made, Member
from services.reporting.presentation import (
    NO_CRITERIA,
    NO_DATA,
    NO_THRESHOLDS,
    NOT_REPORTED,
    Unit,
)
from services.reporting.year import YearFacts

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
    """A child's result in a subject this summer, and the gain and its grade if it has them."""

    pair: Pair
    gain: Gain | None
    grade: str | None
    criteria: Criteria
    judged_by: str


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
    return [
        Made(child, mine[-1].day, _of_terms(year, mine), mine)
        for child, mine in by_who(spells).items()
    ]


def _of_terms(year: YearFacts, spells: Sequence[Member]) -> Support:
    lasted = [(one.has.started_on, one.has.ended_on or date.max) for one in spells]
    terms = [
        any(began <= last and ended >= first for began, ended in lasted)
        for first, last in year.terms
    ]
    return Support(sum(terms))


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
    baseline = {(one.who, one.has.subject): one for one in starts}
    pairs = [
        (end, baseline.get((end.who, end.has.subject)))
        for end in summers
        if end.has.scale == scale and end.has.academic_year == year.year.label
    ]
    return _scored(pairs, {one.who: one for one in support}, in_force)


def _scored(
    pairs: Sequence[tuple[Member, Member | None]],
    support: Mapping[Any, Member],
    in_force: Sequence[Member],
) -> list[Member]:
    criteria, judged_by = in_force[0].has if in_force else InForce(Criteria(), "")
    terms = {child: one.has.terms for child, one in support.items()}
    points = [Pair(o.who, o.has.subject, point(s) if s else None, point(o)) for o, s in pairs]
    found = {(one.child, one.subject): one for one in gains(points, terms, criteria)}
    scores: list[Member] = []
    for (end, start), pair in zip(pairs, points, strict=True):
        gain = found.get((pair.child, pair.subject))
        name = grade(gain.tenths, gain.scale, criteria) if gain else None
        score = Score(pair, gain, name, criteria, judged_by)
        of = (end, start, support.get(end.who), *in_force)
        scores.append(Made(end.who, end.day, score, of))
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


def _of_subject(subject: str) -> Population:
    def ask(_: YearFacts, scores: Sequence[Member]) -> list[Member]:
        return [one for one in scores if one.has.pair.subject == subject]

    words = f"{ON_YEAR_BANDS.words}: {subject}"
    return Population(words=words, whose="child", ask=ask, made_of=(ON_YEAR_BANDS,))


OF_SUBJECT = {subject: _of_subject(subject) for subject in SUBJECTS}


def _tenths(score: Score) -> int:
    return score.gain.tenths if score.gain else 0


def _is_matched(score: Score) -> bool:
    return score.gain is not None


def _outcome(given: Given) -> Folded:
    """Return the service's outcome of those who were judged (5.6)."""
    scores: list[Score] = [one.has for one in given.members]
    grades = [one.grade for one in scores if one.grade]
    name = outcome(grades, scores[0].criteria)
    return Folded(
        WORDS[name] if name else None,
        counts={"matched": sum(map(_is_matched, scores)), "assessed": len(scores)},
        judged_by=scores[0].judged_by,
    )


def _mean_gain(given: Given) -> Folded:
    """Return the mean over children of each one's mean over subjects (5.7)."""
    found = [one.has.gain for one in given.members if one.has.gain]
    mean = mean_gain(found, P_LEVELS)
    assessed = {one.who for one in given.members}
    return Folded(
        mean[0] if mean else None,
        counts={"matched": mean[1] if mean else 0, "assessed": len(assessed)},
        series=", ".join(sorted({gain.scheme for gain in found})),
    )


def _judged(subject: str) -> Figure:
    return Figure(
        id=f"progress.nc.{subject}.judgement",
        words=f"The service's outcome in {subject} for children on National Curriculum year bands,"
        " by the criteria in force for the year.",
        population=OF_SUBJECT[subject],
        part=_tenths,
        of=_is_matched,
        fold=_outcome,
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

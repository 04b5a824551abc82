"""What schools, parents, children and agencies said. The base is every return that counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count, share
from services.reporting.figures.questions import QUESTIONS
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NO_RETURNS, NOT_ASKED, NOT_RUN, Unit

HEADING = "What schools, parents, children and agencies said"
"""The heading of these figures on the page of the report."""

BASE = "all counted returns, unanswered questions included"


@dataclass(frozen=True, slots=True)
class Voices:
    """What an audience was asked in a year, how many answered, and what.

    ``answers`` says how often each question got each answer. A question that all who were asked
    left out got none; one that nobody was asked is not there.
    """

    issued: int
    series: str
    returned: int
    answers: Mapping[str, Mapping[str, int]]

    def said(self, question: str, values: Iterable[str]) -> int:
        """Count the returns with one of these answers to a question."""
        return sum(self.answers.get(question, {}).get(value, 0) for value in values)

    def share(self, part: int, question: str) -> Measure:
        """Return a share of all returns; of a question that none was asked there is none."""
        of = self.returned if question in self.answers else 0
        return share(part, of, absent=self._silence, series=self.series)

    @property
    def _silence(self) -> str:
        """Why there is no share: it was not asked, or nobody answered, or it was sent to nobody."""
        if self.returned:
            return NOT_ASKED
        return NO_RETURNS if self.issued else NOT_RUN


async def _voices(year: YearFacts, audience: str) -> Voices:
    issued, returned, answers = await year.once("voices", lambda: _ask(year))
    sent, series = issued.get(audience, (0, ""))
    return Voices(sent, series, returned.get(audience, 0), answers.get(audience, {}))


Answers = dict[str, dict[str, dict[str, int]]]
"""How often each answer was given, by audience and question."""
Asked = tuple[dict[str, tuple[int, str]], dict[str, int], Answers]


async def _ask(year: YearFacts) -> Asked:
    return await _issued(year), await _returned(year), await _answers(year)


async def _issued(year: YearFacts) -> dict[str, tuple[int, str]]:
    """Return how many were asked of each audience, and with which questionnaires."""
    wave = facts.wave.c
    query = select(wave.audience, wave.issued, wave.questionnaire, wave.version).where(
        wave.academic_year == year.year.label
    )
    issued: dict[str, int] = defaultdict(int)
    forms: dict[str, set[str]] = defaultdict(set)
    for audience, number, questionnaire, version in map(tuple, await year.rows(query)):
        issued[audience] += number
        forms[audience].add(f"{questionnaire} {version}")
    return {one: (number, ", ".join(sorted(forms[one]))) for one, number in issued.items()}


def _counted(year: YearFacts) -> ColumnElement[bool]:
    response = facts.response.c
    return and_(
        response.academic_year == year.year.label,
        response.standing == "counted",
        response.stands,
    )


async def _returned(year: YearFacts) -> dict[str, int]:
    response = facts.response.c
    query = (
        select(response.audience, func.count()).where(_counted(year)).group_by(response.audience)
    )
    return {row[0]: row[1] for row in map(tuple, await year.rows(query))}


async def _answers(year: YearFacts) -> Answers:
    """Return the answers; a response has a row for each question asked, answered or not."""
    response, answer = facts.response.c, facts.answer.c
    query = (
        select(response.audience, answer.question, answer.state, answer.value, func.count())
        .join(facts.answer, response.response_id == answer.response_id)
        .where(_counted(year))
        .group_by(response.audience, answer.question, answer.state, answer.value)
    )
    found: Answers = defaultdict(lambda: defaultdict(dict))
    for audience, question, state, value, number in map(tuple, await year.rows(query)):
        given = found[audience][question]
        if state == "answered":
            given[value] = number
    return found


def _count_of(audience: str, what: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _voices(year, audience)
        number = found.issued if what == "issued" else found.returned
        return count(number if found.issued else None, absent=NOT_RUN)

    words = {
        "issued": "Questionnaires issued",
        "returned": "Questionnaires that came back and count",
    }
    return Figure(
        id=f"survey.{audience}.{what}",
        words=f"{words[what]}: {audience}.",
        unit=Unit.COUNT,
        query=query,
    )


def _return_rate(audience: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _voices(year, audience)
        return share(found.returned, found.issued, absent=NOT_RUN)

    return Figure(
        id=f"survey.{audience}.return_rate",
        words=f"Share of the questionnaires issued that came back and count: {audience}.",
        unit=Unit.PER_CENT,
        base="questionnaires issued",
        change_decimals=0,
        query=query,
    )


def _share(
    audience: str, name: str, question: str, values: tuple[str, ...], **more: int | bool
) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _voices(year, audience)
        return found.share(found.said(question, values), question)

    return Figure(
        id=f"survey.{audience}.{name}.share",
        words=f"“{QUESTIONS[audience, question]}” Share of {audience} who answered"
        f" {' or '.join(reversed(values))}.",
        unit=Unit.PER_CENT,
        base=BASE,
        query=query,
        **more,  # type: ignore[arg-type]  # decimals, shows_last_year, change_decimals
    )


def _other(question: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _voices(year, "children")
        part = found.returned - found.said(question, ("yes", "no"))
        return found.share(part, question)

    return Figure(
        id=f"survey.children.{question}.other.share",
        words=f"“{QUESTIONS['children', question]}” Share of children who answered neither yes nor"
        " no: not sure, sometimes, or no answer.",
        unit=Unit.PER_CENT,
        decimals=1,
        base=BASE,
        shows_last_year=True,
        query=query,
    )


def _children(question: str) -> tuple[Figure, ...]:
    yes, no = (
        _share("children", f"{question}.{v}", question, (v,), decimals=1, shows_last_year=True)
        for v in ("yes", "no")
    )
    return yes, no, _other(question)


GOOD = ("outstanding", "good")

FIGURES = (
    _count_of("schools", "returned"),
    _count_of("schools", "issued"),
    _return_rate("schools"),
    _share("schools", "effective", "effective", GOOD, decimals=1),
    _share("schools", "effective.outstanding", "effective", GOOD[:1], decimals=1),
    _share("schools", "impact.good_or_outstanding", "impact", GOOD, decimals=1),
    _share("schools", "impact.outstanding", "impact", GOOD[:1], decimals=1),
    _count_of("parents", "returned"),
    _count_of("parents", "issued"),
    _return_rate("parents"),
    _share("parents", "knew_learning", "knew_learning", ("yes",), decimals=1, change_decimals=0),
    _share("parents", "given_ideas", "given_ideas", ("yes",), decimals=1, change_decimals=1),
    *_children("better_at_work"),
    *_children("helps_class_work"),
    _share("agencies", "impact.good_or_outstanding", "impact", GOOD),
    _share("agencies", "impact.outstanding", "impact", GOOD[:1], change_decimals=0),
)

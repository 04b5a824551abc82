"""What schools, parents, children and agencies said. The base is every return that counts."""

from sqlalchemy import func, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, count, share
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit

BASE = "all counted returns, unanswered questions included"
Answers = dict[tuple[str, str | None], int]


async def _issued(year: YearFacts, audience: str) -> int | None:
    """Return how many were asked; null where nobody was."""
    wave = facts.wave.c
    query = select(func.sum(wave.issued), func.count()).where(
        wave.audience == audience, wave.academic_year == year.year.label
    )
    rows = await year.once(f"issued {audience}", lambda: year.rows(query))
    issued, waves = tuple(rows[0])
    return int(issued) if waves else None


async def _returned(year: YearFacts, audience: str) -> int:
    response = facts.response.c
    query = select(func.count()).where(
        response.audience == audience,
        response.academic_year == year.year.label,
        response.standing == "counted",
        response.void.is_(False),
    )
    return await year.once(f"returned {audience}", lambda: year.number(query))


async def _answers(year: YearFacts, audience: str) -> Answers:
    """Return how often each question got each answer; an unanswered one has a null value."""
    return await year.once(f"answers {audience}", lambda: _ask_answers(year, audience))


async def _ask_answers(year: YearFacts, audience: str) -> Answers:
    response, answer = facts.response.c, facts.answer.c
    query = (
        select(answer.question, answer.value, func.count())
        .join(facts.response, response.response_id == answer.response_id)
        .where(
            response.audience == audience,
            response.academic_year == year.year.label,
            response.standing == "counted",
            response.void.is_(False),
        )
        .group_by(answer.question, answer.value)
    )
    return {(row[0], row[1]): row[2] for row in map(tuple, await year.rows(query))}


def _count_of(audience: str, what: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        issued = await _issued(year, audience)
        if issued is None:
            return count(None)
        return count(issued if what == "issued" else await _returned(year, audience))

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
        issued = await _issued(year, audience)
        return share(await _returned(year, audience), issued or 0)

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
        found = await _answers(year, audience)
        part = sum(found.get((question, value), 0) for value in values)
        return share(part, await _returned(year, audience))

    return Figure(
        id=f"survey.{audience}.{name}.share",
        words=f"Share of {audience} who answered {' or '.join(values)} to `{question}`.",
        unit=Unit.PER_CENT,
        base=BASE,
        query=query,
        **more,  # type: ignore[arg-type]  # decimals, shows_last_year, change_decimals
    )


def _other(question: str) -> Figure:
    async def query(year: YearFacts) -> Measure:
        found = await _answers(year, "children")
        returned = await _returned(year, "children")
        said = found.get((question, "yes"), 0) + found.get((question, "no"), 0)
        return share(returned - said, returned)

    return Figure(
        id=f"survey.children.{question}.other.share",
        words=f"Share of children who answered neither yes nor no to `{question}`: not sure,"
        " sometimes, or no answer.",
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

"""What schools, parents, children and agencies said. The base is every return that counts."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import (
    Figure,
    Fold,
    Folded,
    Given,
    Need,
    Population,
    share,
)
from services.reporting.figures.forms import (
    NOT_APPLICABLE,
    Form,
    returned_as,
    said_in,
    sent_by,
    version_of,
)
from services.reporting.figures.questions import QUESTIONS
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_RETURNS, NOT_ASKED, NOT_RUN, Unit
from services.reporting.year import YearFacts

HEADING = "What schools, parents, children and agencies said"
"""The heading of these figures on the page of the report."""

BASE = "all counted returns but those that say it does not apply; the unanswered included"
NEITHER = frozenset({"yes", "no", NOT_APPLICABLE})
"""What is not in the third share of children, which holds all else."""

REWORDED = "Worded otherwise than before since {}, and held to be equivalent."

SENT_AND_BACK = "issued"
"""Among what was issued: what came back, what did not and the rate give one another away."""

AUDIENCES = ("schools", "parents", "children", "agencies")


def _waves(year: AnyYear) -> Select[Any]:
    wave = year.known(facts.wave)
    return select(
        as_kept(wave.c.wave_id).label("who"),
        year.last_day.label("day"),
        wave.c.audience,
        wave.c.issued,
        wave.c.questionnaire,
        wave.c.version,
        wave.c.issued_to,
        *rests_on(wave),
    ).where(wave.c.academic_year == year.label, wave.c.issued > 0)


WAVES = Population(words="questionnaires sent to somebody", whose="wave", ask=Query(_waves))


def _returns(year: AnyYear) -> Select[Any]:
    response = year.known(facts.response)
    return select(
        as_kept(response.c.response_id).label("who"),
        year.last_day.label("day"),
        response.c.audience,
        as_kept(response.c.team_id).label("team_id"),
        response.c.area,
        response.c.school_kind,
        response.c.assisted_by,
        response.c.help,
        *rests_on(response),
    ).where(response.c.academic_year == year.label, response.c.standing == "counted")


RETURNS = Population(words="returns that count", whose="return", ask=Query(_returns))


def _answers(year: AnyYear) -> Select[Any]:
    """Ask for the answers; a return has one to each question asked, answered or not."""
    answer = year.known(facts.answer)
    return select(
        as_kept(answer.c.response_id).label("who"),
        year.last_day.label("day"),
        answer.c.question,
        answer.c.state,
        answer.c.value,
    ).where(
        answer.c.academic_year == year.label,
        or_(*(answer.c.question == question for question in sorted({q for _, q in QUESTIONS}))),
    )


ANSWERS = Population(
    words="answers to the questions that figures tell of", whose="return", ask=Query(_answers)
)


def _questions(year: AnyYear) -> Select[Any]:
    question = year.known(facts.question)
    return select(
        as_kept(question.c.questionnaire_id).label("who"),
        year.last_day.label("day"),
        question.c.audience,
        question.c.questionnaire,
        question.c.version,
        question.c.question,
        question.c.trend_key,
        question.c.reworded,
        *rests_on(question),
    )


ASKED = Population(
    words="questions of every questionnaire published", whose="questionnaire", ask=Query(_questions)
)


def _forms(
    _: YearFacts,
    waves: Sequence[Member],
    returns: Sequence[Member],
    answers: Sequence[Member],
    questions: Sequence[Member],
) -> list[Member]:
    said: dict[Any, dict[str, str | None]] = defaultdict(dict)
    for one in answers:
        said[one.who][one.has.question] = said_in(one.has)
    asked: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for one in questions:
        asked[version_of(one.has)][one.has.question] = one.has.trend_key, one.has.reworded
    sent: list[Member] = [
        Made(one.who, one.day, form, (one,)) for one in waves for form in sent_by(one.has, asked)
    ]
    back: list[Member] = [
        Made(one.who, one.day, returned_as(one.has, said.get(one.who, {})), (one,))
        for one in returns
    ]
    return sent + back


OF_THE_DAY_OF_ISSUE: Final[Mapping[str, Callable[[Form], str]]] = {
    "team": lambda form: form.whose.team,
    "area": lambda form: form.whose.area,
    "school-kind": lambda form: form.whose.school_kind,
}

ALL_FORMS = Population(
    words="questionnaires sent, and returns that count",
    whose="form",
    ask=_forms,
    made_of=(WAVES, RETURNS, ANSWERS, ASKED),
    divides={"audience": lambda form: form.audience, **OF_THE_DAY_OF_ISSUE},
)


def _of(audience: str) -> Population:
    def ask(_: YearFacts, forms: Sequence[Member]) -> list[Member]:
        return [one for one in forms if one.has.audience == audience]

    words = f"questionnaires sent, and returns that count: {audience}"
    return Population(
        words=words,
        whose="form",
        ask=ask,
        made_of=(ALL_FORMS,),
        divides=OF_THE_DAY_OF_ISSUE,
        concerns=lambda row: getattr(row, "audience", audience) == audience,
    )


FORMS = {audience: _of(audience) for audience in AUDIENCES}


def _sent_to(audience: str) -> Need:
    return Need(absent=NOT_RUN, population=FORMS[audience], where=lambda form: form.issued)


def _asked(audience: str, question: str) -> tuple[Need, ...]:
    """Return what a share needs: that it was run, some came back, and the question was put."""
    forms = FORMS[audience]
    return (
        Need(absent=NOT_RUN, population=forms),
        Need(absent=NO_RETURNS, population=forms, where=lambda form: form.returned),
        Need(absent=NOT_ASKED, population=forms, where=lambda form: question in form.answers),
    )


def _share_of(question: str) -> Fold:
    """Return what folds the answers to a question: two years compare if its trend is the same."""

    def fold(given: Given) -> Folded:
        sent: list[Form] = [one.has for one in given.members if one.has.issued]
        series = sorted({form.series_of(question) for form in sent})
        reworded = sorted({form.version for form in sent if form.asked.get(question, ("", 0))[1]})
        said = REWORDED.format(" and ".join(reworded)) if reworded else ""
        return share(given)._replace(series=", ".join(series), judged_by=said)

    return fold


def _count_of(audience: str, what: str) -> Figure:
    words = {
        "issued": "Questionnaires issued",
        "returned": "Questionnaires that came back and count",
    }
    return Figure(
        id=f"survey.{audience}.{what}",
        words=f"{words[what]}: {audience}.",
        population=FORMS[audience],
        part=lambda form: getattr(form, what),
        needs=(_sent_to(audience),),
        among=SENT_AND_BACK,
    )


def _return_rate(audience: str) -> Figure:
    return Figure(
        id=f"survey.{audience}.return_rate",
        words=f"Share of the questionnaires issued that came back and count: {audience}.",
        population=FORMS[audience],
        part=lambda form: form.returned,
        of=lambda form: form.issued,
        fold=share,
        unit=Unit.PER_CENT,
        base="questionnaires issued",
        needs=(_sent_to(audience),),
        change_decimals=0,
        among=SENT_AND_BACK,
    )


def _share(
    audience: str, name: str, question: str, values: tuple[str, ...], **more: int | str
) -> Figure:
    return _answered(
        audience,
        f"{name}.share",
        question,
        f"who answered {' or '.join(reversed(values))}.",
        lambda form: form.answers.get(question) in values,
        **more,
    )


def _other(question: str) -> Figure:
    return _answered(
        "children",
        f"{question}.other.share",
        question,
        "who answered neither yes nor no: not sure, sometimes, or no answer.",
        lambda form: form.returned and form.answers.get(question) not in NEITHER,
        decimals=1,
        shows_last_year=True,
        among=question,
    )


def _answered(
    audience: str,
    name: str,
    question: str,
    who: str,
    part: Callable[[Form], int],
    **more: int | str,
) -> Figure:
    return Figure(
        id=f"survey.{audience}.{name}",
        words=f"“{QUESTIONS[audience, question]}” Share of {audience} {who}",
        population=FORMS[audience],
        part=part,
        of=lambda form: form.returned and form.answers.get(question) != NOT_APPLICABLE,
        fold=_share_of(question),
        unit=Unit.PER_CENT,
        base=BASE,
        needs=_asked(audience, question),
        asked=lambda form: form.returned,
        periodic=audience == "agencies",
        **more,  # type: ignore[arg-type]  # decimals, shows_last_year, change_decimals, among…
    )


def _children(question: str) -> tuple[Figure, ...]:
    yes, no = (
        _share(
            "children",
            f"{question}.{v}",
            question,
            (v,),
            decimals=1,
            shows_last_year=True,
            among=question,
        )
        for v in ("yes", "no")
    )
    return yes, no, _other(question)


GOOD = ("outstanding", "good")

FIGURES = (
    _count_of("schools", "returned"),
    _count_of("schools", "issued"),
    _return_rate("schools"),
    _share("schools", "effective", "effective", GOOD, decimals=1),
    _share(
        "schools",
        "effective.outstanding",
        "effective",
        GOOD[:1],
        decimals=1,
        within="survey.schools.effective.share",
    ),
    _share("schools", "impact.good_or_outstanding", "impact", GOOD, decimals=1),
    _share(
        "schools",
        "impact.outstanding",
        "impact",
        GOOD[:1],
        decimals=1,
        within="survey.schools.impact.good_or_outstanding.share",
    ),
    _count_of("parents", "returned"),
    _count_of("parents", "issued"),
    _return_rate("parents"),
    _share("parents", "knew_learning", "knew_learning", ("yes",), decimals=1, change_decimals=0),
    _share("parents", "given_ideas", "given_ideas", ("yes",), decimals=1, change_decimals=1),
    *_children("better_at_work"),
    *_children("helps_class_work"),
    _share("agencies", "impact.good_or_outstanding", "impact", GOOD),
    _share(
        "agencies",
        "impact.outstanding",
        "impact",
        GOOD[:1],
        change_decimals=0,
        within="survey.agencies.impact.good_or_outstanding.share",
    ),
)

"""Who was asked and who answered, whatever the audience: to be read by audience."""

from typing import Any

from sqlalchemy import Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, share
from services.reporting.figures.surveys import ALL_FORMS
from services.reporting.presentation import NO_RETURNS, NOT_RUN, Unit

HEADING = "Questionnaires"
"""The heading of these figures."""

SENT = Need(absent=NOT_RUN, population=ALL_FORMS, where=lambda form: form.issued)
BACK = Need(absent=NO_RETURNS, population=ALL_FORMS, where=lambda form: form.returned)


def _share_of_returns(name: str, words: str, attribute: str) -> Figure:
    return Figure(
        id=f"questionnaires.{name}.share",
        words=f"Share of the questionnaires that came back and count {words}: read it by audience.",
        population=ALL_FORMS,
        part=lambda form: form.returned and getattr(form, attribute),
        of=lambda form: form.returned,
        fold=share,
        unit=Unit.PER_CENT,
        base="questionnaires that came back and count",
        decimals=1,
        needs=(SENT, BACK),
    )


def _by_open_links(year: AnyYear) -> Select[Any]:
    response = year.known(facts.response)
    return select(
        as_kept(response.c.response_id).label("who"),
        year.last_day.label("day"),
        response.c.audience,
        *rests_on(response),
    ).where(response.c.academic_year == year.label, response.c.standing == "counted-apart")


BY_OPEN_LINKS = Population(
    words="returns that nobody was asked for, by open links",
    whose="return",
    ask=Query(_by_open_links),
    divides={"audience": lambda row: row.audience},
)

FIGURES = (
    Figure(
        id="questionnaires.issued",
        words="Questionnaires issued, of all audiences.",
        population=ALL_FORMS,
        part=lambda form: form.issued,
        needs=(SENT,),
    ),
    Figure(
        id="questionnaires.returned",
        words="Questionnaires that came back and count, of all audiences.",
        population=ALL_FORMS,
        part=lambda form: form.returned,
        needs=(SENT,),
    ),
    Figure(
        id="questionnaires.return_rate",
        words="Share of the questionnaires issued that came back and count: read it by audience,"
        " for the audiences differ.",
        population=ALL_FORMS,
        part=lambda form: form.returned,
        of=lambda form: form.issued,
        fold=share,
        unit=Unit.PER_CENT,
        base="questionnaires issued",
        needs=(SENT,),
    ),
    _share_of_returns("helped", "with which somebody helped", "helped"),
    _share_of_returns("by_proxy", "in which somebody answered for who was asked", "proxy"),
    Figure(
        id="questionnaires.open_link",
        words="Returns that came by open links, of all audiences: nobody was asked for them, and"
        " they are in no other figure.",
        population=BY_OPEN_LINKS,
        needs=(SENT,),
    ),
)

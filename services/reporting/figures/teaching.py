"""The quality of teaching: judgements of teachers, and teams' areas for improvement."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Need, Population, each, share
from services.reporting.figures.caseload import by_who
from services.reporting.figures.workforce import TEAMS
from services.reporting.members import Made, Member
from services.reporting.presentation import NO_DATA, Unit
from services.reporting.year import YearFacts

HEADING = "Teaching"
"""The heading of these figures on the page of the report."""

BASE = "teachers judged who were in post on a day of the year, the Head of Service aside"
GOOD = frozenset({"good", "outstanding"})


def _teachers(year: AnyYear) -> Select[Any]:
    staff, first, last = year.known(facts.staff), year.first_day, year.last_day
    return select(
        as_kept(staff.c.staff_id).label("who"),
        staff.c.appointed_on.label("day"),
        staff.c.appointed_on,
        staff.c.left_on,
        *rests_on(staff),
    ).where(
        staff.c.post != "head-of-service",
        staff.c.appointed_on <= last,
        or_(staff.c.left_on.is_(None), staff.c.left_on >= first),
    )


TEACHERS = Population(
    words="those in post on a day of the year, the Head of Service aside",
    whose="staff",
    ask=Query(_teachers),
)


def _judgements(year: AnyYear) -> Select[Any]:
    judgement = year.known(facts.judgement)
    return select(
        as_kept(judgement.c.staff_id).label("who"),
        year.last_day.label("day"),
        judgement.c.judgement,
        judgement.c.kinds_of_evidence,
        *rests_on(judgement),
    ).where(judgement.c.academic_year == year.label)


JUDGEMENTS = Population(
    words="judgements of a year's teaching", whose="staff", ask=Query(_judgements)
)


def _judged(
    year: YearFacts, teachers: Sequence[Member], judgements: Sequence[Member]
) -> list[Member]:
    """Give each judgement to its teacher, held by whom they were on their last day of the year."""
    in_post = {one.who: one for one in teachers}
    return [
        Made(
            one.who,
            min(in_post[one.who].has.left_on or date.max, year.year.last_day),
            one.has,
            (in_post[one.who], one),
        )
        for one in judgements
        if one.who in in_post
    ]


JUDGED = Population(words=BASE, whose="staff", ask=_judged, made_of=(TEACHERS, JUDGEMENTS))
"""Those in post on at least one day of the year count (domain brief 13.13)."""


class Teacher(NamedTuple):
    """Whether somebody has an overall judgement that rests on all four kinds of evidence."""

    judged: bool


def _all_year(
    year: YearFacts, teachers: Sequence[Member], judgements: Sequence[Member]
) -> list[Member]:
    first, last = year.year.first_day, year.year.last_day
    judged = by_who(one for one in judgements if one.has.kinds_of_evidence == 4)
    return [
        Made(one.who, last, Teacher(one.who in judged), (one, *judged.get(one.who, ())))
        for one in teachers
        if one.has.appointed_on <= first and (one.has.left_on or date.max) >= last
    ]


ALL_YEAR = Population(
    words="those in post for the whole year, the Head of Service aside",
    whose="staff",
    ask=_all_year,
    made_of=(TEACHERS, JUDGEMENTS),
)
IN_POST_ALL_YEAR = Figure(
    id="teaching.in_post_all_year.count",
    words="Teachers in post for the whole year, the Head of Service aside.",
    population=ALL_YEAR,
)
NOT_JUDGED = Figure(
    id="teaching.not_judged.count",
    words="Of these, those without an overall judgement resting on all four kinds of evidence.",
    population=ALL_YEAR,
    part=lambda teacher: not teacher.judged,
)


def _dialogues(year: AnyYear) -> Select[Any]:
    dialogue = year.known(facts.dialogue)
    return select(
        as_kept(dialogue.c.team_id).label("who"),
        year.last_day.label("day"),
        dialogue.c.areas,
        dialogue.c.achieved,
        *rests_on(dialogue),
    ).where(dialogue.c.academic_year == year.label)


DIALOGUES = Population(words="dialogues held about the year", whose="team", ask=Query(_dialogues))


class Team(NamedTuple):
    """Whether a team achieved every key area for improvement, of which it had some."""

    achieved: bool


def _of_teams(_: YearFacts, teams: Sequence[Member], dialogues: Sequence[Member]) -> list[Member]:
    """Say it of every team: one without a dialogue has not shown that it achieved anything."""
    held = by_who(dialogues)
    return [
        Made(
            one.who,
            one.day,
            Team(any(d.has.achieved == d.has.areas > 0 for d in held[one.who])),
            (one, *held[one.who]),
        )
        for one in teams
    ]


TEAMS_AT_WORK = Population(
    words="teams at work on the SEN2 reference date, with the dialogues held about the year",
    whose="team",
    ask=_of_teams,
    made_of=(TEAMS, DIALOGUES),
)

FIGURES = (
    Figure(
        id="teaching.good_or_outstanding.share",
        words="Share of teachers whose teaching, learning and assessment was judged good or"
        " outstanding.",
        population=JUDGED,
        part=lambda judged: judged.judgement in GOOD,
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        base=BASE,
    ),
    Figure(
        id="teaching.outstanding.share",
        words="Share of teachers whose teaching, learning and assessment was judged outstanding.",
        population=JUDGED,
        part=lambda judged: judged.judgement == "outstanding",
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        base=BASE,
        change_decimals=0,
        within="teaching.good_or_outstanding.share",
    ),
    Figure(
        id="qdd.teams_achieving_key_areas.share",
        words="Share of teams that achieved every key area for improvement, by the dialogue held"
        " about the year.",
        population=TEAMS_AT_WORK,
        part=lambda team: team.achieved,
        of=each,
        fold=share,
        unit=Unit.ALL_TEAMS,
        base="teams at work on the SEN2 reference date",
        needs=(Need(absent=NO_DATA, population=DIALOGUES),),
    ),
)

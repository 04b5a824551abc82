"""The quality of teaching: judgements of teachers, and teams' areas for improvement."""

from sqlalchemy import func, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, share
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit

HEADING = "Teaching"
"""The heading of these figures on the page of the report."""

BASE = "teachers judged who were in post on a day of the year, the Head of Service aside"


async def _judgements(year: YearFacts) -> dict[str, int]:
    return await year.once("judgements", lambda: _ask_judgements(year))


async def _ask_judgements(year: YearFacts) -> dict[str, int]:
    """Count the judgements of those in post on at least one day of the year (13.13)."""
    judgement, staff = facts.judgement.c, facts.staff.c
    query = (
        select(judgement.judgement, func.count())
        .join(facts.staff, staff.staff_id == judgement.staff_id)
        .where(
            judgement.academic_year == year.year.label,
            staff.post != "head-of-service",
            staff.appointed_on <= year.year.last_day,
            or_(staff.left_on.is_(None), staff.left_on >= year.year.first_day),
        )
        .group_by(judgement.judgement)
    )
    return {row[0]: row[1] for row in map(tuple, await year.rows(query))}


async def _good_or_outstanding(year: YearFacts) -> Measure:
    judged = await _judgements(year)
    return share(judged.get("good", 0) + judged.get("outstanding", 0), sum(judged.values()))


async def _outstanding(year: YearFacts) -> Measure:
    judged = await _judgements(year)
    return share(judged.get("outstanding", 0), sum(judged.values()))


async def _achieving(year: YearFacts) -> Measure:
    """Every team is in the base: one without a dialogue has not shown that it achieved anything."""
    dialogue = facts.dialogue.c
    held = select(dialogue.team_id, dialogue.areas, dialogue.achieved).where(
        dialogue.academic_year == year.year.label
    )
    dialogues = await year.rows(held)
    if not dialogues:
        return share(0, 0)
    achieving = {row.team_id for row in dialogues if row.achieved == row.areas > 0}
    teams = await year.teams()
    return share(len(achieving & teams), len(teams))


FIGURES = (
    Figure(
        id="teaching.good_or_outstanding.share",
        words="Share of teachers whose teaching, learning and assessment was judged good or"
        " outstanding.",
        unit=Unit.PER_CENT,
        base=BASE,
        query=_good_or_outstanding,
    ),
    Figure(
        id="teaching.outstanding.share",
        words="Share of teachers whose teaching, learning and assessment was judged outstanding.",
        unit=Unit.PER_CENT,
        base=BASE,
        change_decimals=0,
        query=_outstanding,
    ),
    Figure(
        id="qdd.teams_achieving_key_areas.share",
        words="Share of teams that achieved every key area for improvement, by the dialogue held"
        " about the year.",
        unit=Unit.ALL_TEAMS,
        base="teams at work on the SEN2 reference date",
        query=_achieving,
    ),
)

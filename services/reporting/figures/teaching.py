"""The quality of teaching: judgements of teachers, and teams' areas for improvement."""

from sqlalchemy import and_, func, or_, select

from services.reporting import facts
from services.reporting.figures.definition import Figure, Measure, share
from services.reporting.figures.year import YearFacts, active_teams, reference_date
from services.reporting.presentation import Unit

BASE = "teachers judged, the Head of Service aside"


async def _judgements(year: YearFacts) -> dict[str, int]:
    return await year.once("judgements", lambda: _ask_judgements(year))


async def _ask_judgements(year: YearFacts) -> dict[str, int]:
    judgement, staff = facts.judgement.c, facts.staff.c
    query = (
        select(judgement.judgement, func.count())
        .outerjoin(facts.staff, staff.staff_id == judgement.staff_id)
        .where(
            judgement.academic_year == year.year.label,
            or_(staff.post.is_(None), staff.post != "head-of-service"),
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
    """Count a team without a dialogue about the year as one that has not shown it."""
    team, dialogue = facts.team.c, facts.dialogue.c
    met = and_(dialogue.areas > 0, dialogue.achieved == dialogue.areas)
    about = and_(dialogue.team_id == team.team_id, dialogue.academic_year == year.year.label, met)
    query = (
        select(func.count(), func.count(dialogue.dialogue_id.distinct()))
        .select_from(facts.team.outerjoin(facts.dialogue, about))
        .where(active_teams(reference_date(year.year)))
    )
    teams, achieving = tuple((await year.rows(query))[0])
    return share(achieving, teams)


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

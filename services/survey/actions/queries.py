"""Which actions count, and how many ended how, by year and audience."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.survey.actions.domain import Action
from services.survey.responses.domain import Response
from services.survey.waves.domain import Wave

STANDS: Final = and_(Response.void_reason.is_(None), Response.standing != "duplicate")
"""That an action's response was not taken out, and is no second one of somebody."""


@dataclass(slots=True)
class ActionCounts:
    """How many actions of a year and an audience are in each state, and how many were told of."""

    academic_year: str
    audience: str
    states: Counter[str] = field(default_factory=Counter)
    told: int = 0


async def action_counts(connection: AsyncConnection) -> Sequence[ActionCounts]:
    """Count actions whose response stands, the latest year first."""
    told = func.count(Action.told_on).label("told")
    by = (Wave.academic_year, Wave.audience, Action.state)
    query = (
        select(*by, func.count().label("number"), told)
        .join(Response, Response.id == Action.response_id)
        .join(Wave, Wave.id == Response.wave_id)
        .where(STANDS, Wave.void.is_(False))
        .group_by(*by)
    )
    found: dict[tuple[str, str], ActionCounts] = {}
    for row in (await connection.execute(query)).all():
        key = row.academic_year, row.audience
        counts = found.setdefault(key, ActionCounts(*key))
        counts.states[row.state] += row.number
        counts.told += row.told
    return [found[key] for key in sorted(found, key=lambda one: (one[0], one[1]), reverse=True)]

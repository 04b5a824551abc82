"""The main job, over HTTP alone: a county's raw records in, the year's figures out."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from libs.common.contracts import assessment, referral
from libs.common.contracts.base import Event
from libs.common.core.clock import local_day
from libs.common.persistence.tables import event
from tests.journeys.counties import agrees, published
from tests.worlds import REAL, World, embedded

A_TERM = timedelta(weeks=16)


@pytest.mark.long
@pytest.mark.timeout(400)
@embedded
async def test_the_published_county_gives_every_published_figure(world: World) -> None:
    """`make proof` has it in the real world too."""
    await published(world)
    assert await _days(world) == (date(2016, 9, 2), date(2019, 12, 20))
    assert await _late(world, referral.PlanReviewed, "held_on", timedelta(weeks=6)) == 42
    assert await _late(world, assessment.AssessmentRecorded, "assessed_on", A_TERM) == 96


async def _days(world: World) -> tuple[date, date]:
    """Return the first and the last day on which the county recorded something."""
    days = []
    for service in ("referral", "assessment", "survey"):
        async with world.database(service).reading() as connection:
            days += [local_day(at) for at in await connection.scalars(select(event.c.time))]
    return min(days), max(days)


async def _late(world: World, of: type[Event], day: str, by: timedelta) -> int:
    """Return how many events of a type were recorded so long after what they tell of."""
    query = select(event.c.time, event.c.data).where(event.c.type == of.type())
    async with world.database(of.type().split(".")[2]).reading() as connection:
        told = [(local_day(at), json.loads(data)) for at, data in await connection.execute(query)]
    return sum(at - date.fromisoformat(data[day]) > by for at, data in told)


@pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)], scope="session")
async def test_services_and_oracle_agree_on_another_county(world: World) -> None:
    """`make proof` tries more, and loads one again."""
    await agrees(world, 1)

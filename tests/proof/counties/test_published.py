"""The published county, as `make run` loads it: its figures, its days and its first edition."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deploy.demo import match
from deploy.demo.publishing import publish
from libs.common.contracts import assessment, referral
from libs.common.contracts.base import Event
from libs.common.core.clock import local_day
from libs.common.persistence.tables import event
from libs.common.security import Role
from tests.journeys.counties import YEAR, published, shown
from tests.worlds import REAL, World

A_TERM = timedelta(weeks=16)


@pytest.mark.long
@pytest.mark.real
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [REAL], scope="session")
async def test_the_published_county_gives_every_published_figure(world: World) -> None:
    """`make prove` has it in the embedded world."""
    await published(world)
    assert await _days(world) == (date(2016, 9, 2), date(2019, 12, 20))
    assert await _late(world, referral.PlanReviewed, "held_on", timedelta(weeks=6)) == 42
    assert await _late(world, assessment.AssessmentRecorded, "assessed_on", A_TERM) == 96
    await _signed(world)


async def _signed(world: World) -> None:
    """The county's first edition: signed on its day, its words around the figures of the report."""
    roles = (Role.HEAD_OF_SERVICE, Role.LINK_ADVISER, Role.ADMINISTRATOR)
    signing = [world.as_(role) for role in roles]
    await publish(world.client, *signing)
    await publish(world.client, *signing)  # changes nothing
    [entry] = (await world.client.get(f"/reporting/v1/editions/{YEAR}")).json()
    assert (entry["number"], entry["signed_on"], entry["known_at"]) == (
        "1.0.0",
        "2019-12-23",
        "2019-12-20",
    )
    edition = (await world.client.get(entry["link"])).json()
    exact = {one["id"]: one["printed"] for one in (await shown(world, YEAR))["figures"]}
    gated = {one["id"]: one["printed"] for one in edition["figures"] if not one["withheld"]}
    assert len(gated) > 35
    assert gated.items() <= exact.items()
    narrative = edition["narrative"]
    bound = {name for section in narrative["sections"] for name in _bound(section)}
    figures = {name.split()[1] for name in bound if name.startswith("figure ")}
    assert {one["id"] for one in match.published()["figures"]} <= figures
    assert len(narrative["plan"]) == 4
    assert narrative["plan"][0]["status"] == "achieved"
    words = json.dumps(narrative)
    assert "increase of 10 percentage points on the year before" in words
    assert all(one["in_summary"] for one in narrative["sections"])


def _bound(section: dict[str, Any]) -> Iterator[str]:
    """Yield what is bound in a section, as it is written."""
    for block in section["blocks"]:
        for sentence in block["sentences"]:
            yield from sentence["bound"]


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

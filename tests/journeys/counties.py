"""Counties of raw records, their figures, and what the oracle says of the same records."""

from typing import Any

from deploy.demo import match, oracle
from deploy.demo.county import published_county, small_county
from deploy.demo.load import load
from deploy.demo.records import County
from deploy.demo.terms import year_before
from libs.common.core.clock import AcademicYear
from services.reporting.year import YearFacts
from tests.journeys.broken_down import broken_down
from tests.journeys.case_by_case import case_by_case
from tests.mutants.planted import ROOT
from tests.spec.parting import parted
from tests.worlds import World

YEAR = "2018-19"
PAGE = ROOT / "docs/publication.md"
MANY = 20
"""The least cells that breakdowns of a county's figures have."""


async def report(world: World, county: County) -> dict[str, Any]:
    await load(world.client, county, world.tokens(), _silent)
    return await shown(world, YEAR)


async def shown(world: World, year: str) -> dict[str, Any]:
    answer = await world.client.get(f"/reporting/v1/reports/{year}", headers=world.as_())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _silent(what: str, sent: int, of: int) -> None:
    """Nobody watches."""


async def agrees(world: World, seed: int) -> None:
    """Check that services and oracle say the same of a county drawn from a seed, in both years."""
    county = small_county(seed)
    await report(world, county)
    for year in (YEAR, year_before(YEAR)):
        found = await shown(world, year)
        second, third = oracle.figures(county, year), oracle.statements(county, year)
        figures = {one["id"]: one for one in found["figures"]}
        assert {one["id"] for one in match.published()["figures"]} <= set(second) <= set(figures)
        for id_, opinion in second.items():
            figure = figures[id_]
            assert opinion["value"] == figure["value"], (year, id_)
            assert opinion["basis"] == figure["basis"], (year, id_)
        assert {one["id"]: one["holds"] for one in found["statements"]} == {
            id_: one["holds"] for id_, one in third.items()
        }
        async with world.database("reporting").reading() as connection:
            assert await parted(YearFacts(connection, AcademicYear.parse(year))) > MANY
        assert await broken_down(world, county, year) > MANY
        assert await case_by_case(world, county, year) > MANY


async def published(world: World) -> None:
    """Check that the published county gives every published figure, and the oracle says so too."""
    county = published_county()
    county.visits = county.visits[:200]  # no published figure rests on visits
    found = await report(world, county)
    rows = match.rows(match.published(), found["figures"], found["statements"])
    second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
    rows = match.oracle_rows(rows, found["figures"], second, third)
    assert match.differences(rows) == []
    assert len(rows) == 61
    assert match.table(rows) in PAGE.read_text()
    assert found["dead_letters"] == 0


async def again(world: World) -> None:
    """Check that a county that is loaded once more changes nothing."""
    county = small_county(3)
    first = await report(world, county)
    assert await report(world, county) == first

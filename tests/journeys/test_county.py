"""The main job, over HTTP alone: a county's raw records in, the year's figures out."""

import pytest

from deploy.demo import match, oracle
from deploy.demo.county import published_county
from tests.journeys.counties import YEAR, again, agrees, report
from tests.mutants.planted import ROOT
from tests.worlds import EMBEDDED, REAL, World, embedded

PAGE = ROOT / "docs/publication.md"


@pytest.mark.timeout(400)
async def test_the_published_county_gives_every_published_figure(world: World) -> None:
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


SEEDS = [(EMBEDDED, 1), pytest.param(REAL, 2, marks=pytest.mark.real)]
"""`make proof` tries more."""


@pytest.mark.parametrize(("kind", "seed"), SEEDS)
async def test_services_and_oracle_agree_on_other_counties(world: World, seed: int) -> None:
    await agrees(world, seed)


@embedded
async def test_loading_again_changes_nothing(world: World) -> None:
    await again(world)

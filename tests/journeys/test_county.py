"""The main job, over HTTP alone: a county's raw records in, the year's figures out."""

from typing import Any

import pytest

from deploy.demo import match, oracle
from deploy.demo.county import published_county, small_county
from deploy.demo.load import load
from deploy.demo.records import County
from tests.mutants.planted import ROOT
from tests.worlds import EMBEDDED, REAL, World

YEAR = "2018-19"
PAGE = ROOT / "docs/publication.md"


async def report(world: World, county: County) -> dict[str, Any]:
    await load(world.client, county, world.token, _silent)
    answer = await world.client.get(f"/reporting/v1/reports/{YEAR}", headers=world.as_())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _silent(what: str, sent: int, of: int) -> None:
    """Nobody watches."""


@pytest.mark.timeout(400)
async def test_the_published_county_gives_every_published_figure(world: World) -> None:
    county = published_county()
    county.visits = county.visits[:2000]  # no published figure rests on visits
    found = await report(world, county)
    rows = match.rows(match.published(), found["figures"], found["statements"])
    second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
    rows = match.oracle_rows(rows, found["figures"], second, third)
    assert match.differences(rows) == []
    assert len(rows) == 61
    assert match.table(rows) in PAGE.read_text()
    assert found["dead_letters"] == 0


# The real world takes twice as long and has the same figures: three counties show it.
SEEDS = [
    *((EMBEDDED, seed) for seed in range(1, 11)),
    *(pytest.param(REAL, seed, marks=pytest.mark.real) for seed in range(1, 4)),
]


@pytest.mark.parametrize(("kind", "seed"), SEEDS)
async def test_services_and_oracle_agree_on_other_counties(world: World, seed: int) -> None:
    county = small_county(seed)
    found = await report(world, county)
    second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
    figures = {one["id"]: one for one in found["figures"]}
    assert {one["id"] for one in match.published()["figures"]} <= set(second) <= set(figures)
    for id_, opinion in second.items():
        figure = figures[id_]
        assert opinion["value"] == figure["value"], id_
        assert opinion["basis"] == figure["basis"], id_
    assert {one["id"]: one["holds"] for one in found["statements"]} == {
        id_: one["holds"] for id_, one in third.items()
    }


async def test_loading_again_changes_nothing(world: World) -> None:
    county = small_county(3)
    first = await report(world, county)
    again = await report(world, county)
    assert again == first


@pytest.mark.parametrize("kind", [EMBEDDED])
async def test_one_changed_record_changes_exactly_what_depends_on_it(world: World) -> None:
    county, changed = published_county(), published_county()
    changed.visits = []  # no published figure rests on visits
    wave = next(
        one["reference"]
        for one in changed.waves
        if (one["audience"], one["academic_year"]) == ("parents", YEAR)
    )
    answer = next(
        answer
        for response in changed.responses
        if response["wave"] == wave
        for answer in response["answers"]
        if answer["question"] == "knew_learning" and answer.get("value") == "yes"
    )
    answer["value"] = "no"
    late = next(
        one
        for one in changed.deliveries
        if one["kind"] == "bespoke-assessment"
        and "2018-09-01" <= one["delivered_on"] <= "2019-08-31"
        and all(rating["delivery"] != one["reference"] for rating in changed.ratings)
    )
    late["delivered_on"] = "2019-09-01"
    teacher = next(one for one in changed.staff if one["fte"] == "1.00" and one["team_code"])
    teacher["fte"] = "0.50"
    result = next(one for one in changed.results if one["reference"] == "A-00028")
    assert (result["academic_year"], result["term"], result["position"]) == (YEAR, "summer", "P8")
    result["position"] = "P5"
    found = await report(world, changed)
    before = oracle.figures(county, YEAR)
    after = {one["id"]: one["value"] for one in found["figures"]}
    moved = {id_ for id_, opinion in before.items() if opinion["value"] != after[id_]}
    assert moved == {
        "survey.parents.knew_learning.share",
        "bespoke.assessments.count",
        "service.teachers.fte",
        "progress.p_levels.average",
    }
    rows = match.rows(match.published(), found["figures"], found["statements"])
    named = {row.id for row in match.differences(rows)}
    assert {"bespoke.assessments.count", "service.teachers.fte"} <= named <= moved

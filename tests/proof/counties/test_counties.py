"""Whatever county is loaded, the services count as the oracle does.

Each takes as long as a hundred other tests: of two counties one is drawn, of AGREED_COUNTIES (3)
such pairs, of 25 in a soak.
"""

import os
import random

import pytest

from deploy.demo import oracle
from deploy.demo.county import small_county
from tests.journeys.counties import YEAR, again, agrees, report
from tests.worlds import EMBEDDED, REAL, World, embedded

COUNTIES = int(os.environ.get("AGREED_COUNTIES", "3"))
PAIRS = [
    *((EMBEDDED, (2 * number + 1, 2 * number + 2)) for number in range(COUNTIES)),
    pytest.param(REAL, (2, 2), marks=pytest.mark.real),
]
"""`make test` has seed 1 in the real world: the figures are the same there."""

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("kind", "seeds"), PAIRS, ids=str)
async def test_services_and_oracle_agree_on_any_county(
    world: World, seeds: tuple[int, int]
) -> None:
    seed = random.choice(seeds)
    print(f"county of seed {seed}")  # noqa: T201 - shown on failure
    await agrees(world, seed)


@embedded
async def test_loading_again_changes_nothing(world: World) -> None:
    await again(world)


@embedded
async def test_one_changed_record_changes_exactly_what_depends_on_it(world: World) -> None:
    changed = small_county(2)
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
    result = next(one for one in changed.results if one["reference"] == "A-00176")
    assert (result["academic_year"], result["term"], result["position"]) == (YEAR, "summer", "P8")
    result["position"] = "P5"
    found = await report(world, changed)
    before = oracle.figures(small_county(2), YEAR)
    after = {one["id"]: one["value"] for one in found["figures"]}
    moved = {id_ for id_, opinion in before.items() if opinion["value"] != after[id_]}
    assert moved == {
        "survey.parents.knew_learning.share",
        "bespoke.assessments.count",
        "service.teachers.fte",
        "progress.p_levels.average",
    }

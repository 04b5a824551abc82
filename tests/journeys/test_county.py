"""The main job, over HTTP alone: a county's raw records in, the year's figures out."""

import pytest

from tests.journeys.counties import agrees
from tests.worlds import REAL, World


@pytest.mark.long
@pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)], scope="session")
async def test_services_and_oracle_agree_on_another_county(world: World) -> None:
    """`make proof` tries more, loads one again, and has the published county."""
    await agrees(world, 1)

"""What every test can ask for."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.services import SERVICES
from tests.worlds import EMBEDDED, REAL, World, world_of

WORLDS = [EMBEDDED, pytest.param(REAL, marks=pytest.mark.real)]


@pytest.fixture(params=WORLDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Return which world a test runs in: each test that asks runs in both."""
    if request.param == REAL:
        assert "POSTGRES_URL" in os.environ, "the real world is started by `make test`"
    return str(request.param)


@pytest.fixture
async def world(kind: str, tmp_path: Path) -> AsyncIterator[World]:
    """All four services at work, in either world."""
    async with world_of(kind, tmp_path, SERVICES) as started:
        yield started

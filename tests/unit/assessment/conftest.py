"""The assessment service alone, embedded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.assessment.service import SERVICE
from tests.worlds import EMBEDDED, World, world_of


@pytest.fixture
async def assessment(tmp_path: Path) -> AsyncIterator[World]:
    """Return the service at work, with nothing in it."""
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world

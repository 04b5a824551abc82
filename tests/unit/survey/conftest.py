"""The survey service alone, embedded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.persistence.uow import Units
from services.survey.service import SERVICE
from tests.worlds import EMBEDDED, World, units_of, world_of


@pytest.fixture
async def survey(tmp_path: Path) -> AsyncIterator[World]:
    """Return the service at work, with nothing in it."""
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world


@pytest.fixture
async def units(tmp_path: Path) -> AsyncIterator[Units]:
    """Return units of work of the service, with nothing in its database."""
    async with units_of(tmp_path, SERVICE) as units:
        yield units

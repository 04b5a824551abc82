"""What hostile tests ask for besides the worlds."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.services import SERVICES
from tests.worlds import EMBEDDED, World, world_of


@pytest.fixture
async def one_world(tmp_path: Path) -> AsyncIterator[World]:
    """The embedded world alone, for what is refused before storage matters."""
    async with world_of(EMBEDDED, tmp_path, SERVICES) as started:
        yield started

"""What hostile tests ask for besides the worlds."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.services import SERVICES
from tests.worlds import EMBEDDED, World, world_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The embedded world alone, for what is refused before storage matters.

    What is refused leaves nothing behind, so a module's tests share it.
    """
    async with world_of(EMBEDDED, tmp_path_factory.mktemp("one"), SERVICES) as started:
        yield started

"""The referral service alone, embedded."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from libs.common.persistence.uow import Units
from services.referral.service import SERVICE
from tests.architecture.roles.test_matrix import IN_MEMORY
from tests.unit.referral.made import (
    OTHER_SCHOOL,
    a_case,
    a_school,
    a_teacher,
    a_team,
    agreed,
    keep,
)
from tests.worlds import EMBEDDED, World, units_of, world_of


@pytest.fixture
async def referral(tmp_path: Path) -> AsyncIterator[World]:
    """Return the service at work, with nothing in it."""
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world


@pytest.fixture
async def units(tmp_path: Path) -> AsyncIterator[Units]:
    """Return units of work of the service, with nothing in its database."""
    async with units_of(tmp_path, SERVICE) as units:
        yield units


@pytest.fixture
async def units_of_order(tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[Units]]]:
    """Return what gives units of work on a case, each time in a database of its own."""
    async with AsyncExitStack() as stack:

        async def another() -> Units:
            folder = tmp_path / str(uuid4())
            folder.mkdir()
            units = await stack.enter_async_context(units_of(folder, SERVICE))
            start = date(2019, 1, 7)
            case = a_case(started_on=start, allocated_on=start)
            await keep(units, agreed(), case, a_teacher(id=UUID(int=43), reference="S3"))
            return units

        yield another


@pytest.fixture
async def units_before() -> AsyncIterator[Callable[[], Awaitable[Units]]]:
    """Return what gives units of work on an agreed referral, each time in a database of its own."""
    async with AsyncExitStack() as stack:

        async def another() -> Units:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=IN_MEMORY))
            units = await stack.enter_async_context(units_of(Path(folder), SERVICE))
            await keep(units, agreed(), a_school(id=OTHER_SCHOOL, urn=900002), a_team())
            return units

        yield another

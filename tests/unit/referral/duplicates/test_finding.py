"""Likely duplicates among many that are alike: so many pairs as there are records."""

from uuid import UUID

from sqlalchemy import func, select

from libs.common.persistence.uow import Units
from services.referral.duplicates.domain import Duplicate
from services.referral.duplicates.finding import MOST, find_all, find_of_child
from tests.unit.referral.made import a_child, keep
from tests.worlds import request_context

MANY = 2_000


async def test_of_many_children_of_one_name_each_is_proposed_with_the_first(units: Units) -> None:
    """Each with each would be two million pairs."""
    await keep(units)
    async with units.work(request_context()) as uow:
        for number in range(MANY):
            uow.add(a_child(id=UUID(int=1_000 + number), reference=f"D{number}"))
    async with units.work(request_context()) as uow:
        assert await find_all(uow) == MANY
    async with units.work(request_context()) as uow:
        assert await find_all(uow) == 0
        new = uow.add(a_child(id=UUID(int=999), reference="E1"))
        await find_of_child(uow, new)
    async with units.read(request_context()) as read:
        [(pairs,)] = await read.connection.execute(select(func.count()).select_from(Duplicate))
        assert pairs == MANY + MOST

"""A command's rows, events, answer and audit are kept together, and the answer is its caller's."""

from typing import Any

import pytest
from sqlalchemy import func, select, text

from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from services.survey.feedback.domain import Compliment
from services.survey.service import SERVICE as SURVEY
from tests.worlds import World

URL = "/survey/v1/compliments"
COMPLIMENT = {"reference": "CP-1", "received_on": "2018-10-01", "source": "parents"}
KEPT: tuple[Any, ...] = (Compliment.__table__, tables.event, tables.audit, tables.idempotency)


@pytest.fixture
def at_work() -> list[Service]:
    return [SURVEY]


async def count(world: World, table: Any) -> int:
    async with world.database("survey").reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def refuse_rows(world: World, table: str) -> None:
    """Make a database take no row into a table."""
    database = world.database("survey")
    refusal = (
        f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        if database.is_sqlite
        else f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK (false)"
    )
    async with database.writing() as connection:
        await connection.execute(text(refusal))


@pytest.mark.parametrize("table", ["event", "audit", "idempotency"])
async def test_what_cannot_be_kept_whole_is_not_kept_at_all(world: World, table: str) -> None:
    await refuse_rows(world, table)
    answer = await world.client.post(URL, json=COMPLIMENT, headers=world.as_())
    assert not answer.is_success
    done = [one for one in KEPT if one.name != "audit"]  # a refusal has an audit line of its own
    assert [await count(world, one) for one in done] == [0, 0, 0]


async def test_a_key_is_its_callers_own(world: World) -> None:
    headers = world.as_(subject="one")
    theirs = {**world.as_(subject="two"), "Idempotency-Key": headers["Idempotency-Key"]}
    other = {**COMPLIMENT, "reference": "CP-2"}
    first = await world.client.post(URL, json=COMPLIMENT, headers=headers)
    second = await world.client.post(URL, json=other, headers=theirs)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "idempotency-replayed" not in second.headers
    assert [await count(world, one) for one in KEPT] == [2, 2, 2, 2]
    # A third whose command is refused hears why, and nothing of what the others were answered.
    refused = {**COMPLIMENT, "received_on": "2199-01-01"}
    alone = await world.client.post(URL, json=refused, headers=world.as_(subject="three"))
    beside = world.as_(subject="three") | {"Idempotency-Key": headers["Idempotency-Key"]}
    third = await world.client.post(URL, json=refused, headers=beside)
    assert alone.status_code == 422
    assert (third.status_code, third.json()["code"]) == (422, alone.json()["code"])

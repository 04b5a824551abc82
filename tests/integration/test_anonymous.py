"""Nobody joins an anonymous answer to who gave it, with all that is kept (promises 4.5)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from libs.common.observability.logs import _Line
from services.survey.links.domain import link
from services.survey.responses.domain import AnswerText
from services.survey.responses.pool import pool
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient, Wave
from tests.integration.joining import Side, joined, of_bus, of_log, of_tables
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import get
from tests.unit.survey.links.answering import a_link, answering, asked, close, mixed
from tests.worlds import World, world_of

MANY, MOST_BY_CHANCE = 14, 10
"""How many answer, and how many of them a wrong way may take for the right ones by chance."""


@contextmanager
def logged() -> Iterator[list[str]]:
    """Keep every line that the services write to their logs, as they write them."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(_Line("survey").format(record))  # type: ignore[method-assign]  # a handler that keeps
    ours = [logging.getLogger(name) for name in ("libs", "services")]
    for one in ours:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        for one in ours:
            one.removeHandler(handler)
            one.setLevel(logging.NOTSET)


async def all_answer(world: World, many: int = MANY) -> dict[str, str]:
    """Have P0, P1, … answer in an order of chance; return whose words are whose.

    No two write as much, and neither what they write nor how much tells who they are.
    """
    chance = Random()
    order, lengths = ([*range(many)] for _ in range(2))
    chance.shuffle(order)
    chance.shuffle(lengths)
    written = {}
    for number, length in zip(order, lengths, strict=True):
        words = f"{chance.randbytes(8).hex()} {'.' * length}"
        said = {"q-knew_learning": "yes", "q-comment": f"Made-up words {words}!"}
        async with answering(world) as person:
            token = await a_link(world, f"P{number}")
            assert heading(await person.answer(token, said)) == "We have your answers"
        written[said["q-comment"]] = f"P{number}"
    return written


@pytest.mark.parametrize("anonymous", [True, False])
async def test_who_has_everything_joins_no_anonymous_answer_to_who_gave_it(
    kind: str, tmp_path: Path, anonymous: bool
) -> None:
    """Of a wave that is not anonymous they join every answer: so they would find a way."""
    with logged() as lines:
        async with world_of(kind, tmp_path, [SERVICE]) as world:
            path = await asked(world, MANY, anonymous=anonymous)
            wrote = await all_answer(world)
            await close(world, path)
            await mixed(world, days=1)
            await world.settle(within=60)
            invitations, responses, truth = await _sides(world, lines, wrote)
    found = joined(invitations, responses, truth)
    [by_value] = [right for way, right in found if way == "a value of one alone"]
    assert len(found) > 100
    if anonymous:
        assert by_value == 0
        assert found[0][1] <= MOST_BY_CHANCE, found[0]
    else:
        assert by_value == MANY
        assert found[0][1] == MANY


async def _sides(
    world: World, lines: list[str], wrote: dict[str, str]
) -> tuple[Side, Side, dict[str, str]]:
    database = world.database("survey")
    async with database.reading() as connection:
        query = select(Recipient.reference, Recipient.id, link.c.id, link.c.digest)
        asked_ = (await connection.execute(query.join(link))).all()
        written = (await connection.execute(select(AnswerText.response_id, AnswerText.text))).all()
        assert (await connection.execute(select(pool))).all() == []
    records = [
        *await of_tables(database),
        *await of_bus(world.bus, "survey"),
        *of_log(lines),
    ]
    invitations = {one[0]: {one[1].hex, one[2].hex, one[3]} for one in asked_}
    assert len(invitations) == len(written) == MANY
    truth = {id_.hex: wrote[words] for id_, words in written}
    responses = Side.of({name: {name} for name in truth}, records)
    return Side.of(invitations, records), responses, truth


async def test_a_few_stay_in_the_pool_until_the_wave_is_over(kind: str, tmp_path: Path) -> None:
    """Each that is mixed is one of ten at the least, and those that come last are never few."""
    async with world_of(kind, tmp_path, [SERVICE]) as world:
        path = await asked(world, 12, anonymous=True)
        for answered, days, expected in ((9, 1, 0), (10, 1, 5), (10, 2, 5), (11, 2, 5), (11, 9, 5)):
            while await _waiting(world) + await _responses(world) < answered:
                number = await _waiting(world) + await _responses(world)
                async with answering(world) as person:
                    await person.answer(await a_link(world, f"P{number}"))
            await mixed(world, days)
            assert await _responses(world) == expected
        await close(world, path)
        await mixed(world, 0)
        assert await _responses(world) == 5
        await mixed(world, 10)
        assert (await _responses(world), await _waiting(world)) == (11, 0)


async def _waiting(world: World) -> int:
    async with world.database("survey").reading() as connection:
        return len((await connection.execute(select(pool))).all())


async def _responses(world: World) -> int:
    return len((await get(world, "/responses?limit=100")).json()["items"])


async def test_the_database_refuses_to_make_a_wave_another(kind: str, tmp_path: Path) -> None:
    async with world_of(kind, tmp_path, [SERVICE]) as world:
        for number, anonymous in enumerate((True, False)):
            await asked(world, 10, reference=f"W{number}", anonymous=anonymous)
            change = update(Wave).where(Wave.reference == f"W{number}")
            with pytest.raises(DBAPIError, match="stays anonymous, or not"):
                async with world.database("survey").writing() as connection:
                    await connection.execute(change.values(anonymous=not anonymous))
            async with world.database("survey").writing() as connection:
                await connection.execute(change.values(anonymous=anonymous, grace_days=1))

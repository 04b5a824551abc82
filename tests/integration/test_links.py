"""What of personal links the database decides: who is first, and what time it is (promises 4.5)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from time import perf_counter

import pytest

from libs.common.runtime.manifest import Service
from services.survey.service import SERVICE as SURVEY
from tests.unit.common.pages.browsing import Fields, heading
from tests.unit.survey.calls import events_of, get
from tests.unit.survey.links.answering import Answering, a_link, answering, asked, expire
from tests.worlds import World


@pytest.fixture
def at_work() -> list[Service]:
    return [SURVEY]


async def test_fifty_submits_at_once_are_one_response(world: World) -> None:
    await asked(world)
    token = await a_link(world)
    async with answering(world) as person:
        await person.open(token)
        await person.start()
        checked = await person.step("check", fields={"q-knew_learning": "yes"})
        here, headers = checked.url.path, {"Origin": "http://test"}
        fields = Fields(checked.text, here).found | {"step": "send"}
        left, answered = 50, 0
        while left:  # whoever is told that the service is busy sends again, as the page says
            sent = [person.client.post(here, data=fields, headers=headers) for _ in range(left)]
            answers = [one.status_code for one in await asyncio.gather(*sent)]
            assert set(answers) <= {303, 503}
            assert 303 in answers
            answered += answers.count(303)
            left = answers.count(503)
        assert answered == 50
        receipts = {(await person.client.get(here)).text for _ in range(2)}
        assert len(receipts) == 1
        assert heading(await person.open(token)) == "We have your answers"
    assert len((await get(world, "/responses")).json()["items"]) == 1
    assert len(await events_of(world, "ResponseReceived")) == 1


async def test_two_links_of_somebody_sent_at_once_are_one_response(world: World) -> None:
    await asked(world)
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(answering(world)) for _ in range(2)]
        for person in people:
            await person.open(await a_link(world))
            await person.start()
            await person.step("check", fields={"q-knew_learning": "yes"})
        sent = await asyncio.gather(*(person.step("send") for person in people))
    assert sorted(one.status_code for one in sent) == [200, 404]
    assert len((await get(world, "/responses")).json()["items"]) == 1


async def test_a_link_is_good_to_the_second_by_the_databases_clock(world: World) -> None:
    await asked(world)
    token = await a_link(world)
    async with answering(world) as person:
        for seconds, status in ((-1, 404), (0, 404), (30, 200)):
            await expire(world, timedelta(seconds=seconds))
            assert (await person.open(token)).status_code == status


async def test_a_form_that_is_open_is_taken_to_the_second_too(world: World) -> None:
    """One second before it runs out it is, one after it is not."""
    await asked(world, 9)
    for number in range(9):  # where a busy machine takes longer than the second, another tries
        async with answering(world) as person:
            await _filled_in(person, await a_link(world, f"P{number}"))
            began = perf_counter()
            await expire(world, timedelta(seconds=1))
            sent = heading(await person.step("send"))
            if perf_counter() - began < 1:
                assert sent == "We have your answers"
                break
    async with answering(world) as person:
        await _filled_in(person, await a_link(world, "P8"))
        await expire(world, timedelta(seconds=-1))
        assert (await person.step("send")).status_code == 404
    assert len(await events_of(world, "ResponseReceived")) == 1


async def _filled_in(person: Answering, token: str) -> None:
    await person.open(token)
    await person.start()
    await person.step("check", fields={"q-knew_learning": "yes"})

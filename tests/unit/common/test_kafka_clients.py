"""Whatever the Kafka library does while it connects, answers or closes, it does to itself alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from libs.common.messaging.bus.clients import BrokenOff, answered, closed, started

Ends = Callable[[], Awaitable[None]]


class Connections:
    """Stands for what holds a client's connections."""

    open = True

    async def close(self) -> None:
        self.open = False


async def cancels() -> None:
    raise asyncio.CancelledError


async def awaits_what_it_cancelled() -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    await task


async def fails() -> None:
    raise KafkaError


async def hangs() -> None:
    await asyncio.Event().wait()


async def is_done() -> None:
    pass


class Client:
    """A client that starts and stops as it is told to."""

    def __init__(self, start: Ends, stop: Ends) -> None:
        self._start, self._stop = start, stop
        self._client = Connections()
        self._auto_offset_reset, self._enable_auto_commit, self._group_id = "none", False, None

    async def start(self) -> None:
        await self._start()

    async def stop(self) -> None:
        await self._stop()


@pytest.mark.parametrize("stop", [cancels, awaits_what_it_cancelled, fails, hangs])
async def test_a_closing_that_fails_or_hangs_ends_nothing_and_leaves_no_connection_open(
    stop: Ends,
) -> None:
    client: Any = Client(is_done, stop)
    await closed(client, 0.1)
    assert not client._client.open


async def test_whoever_is_asked_to_end_while_closing_lets_it_finish_and_ends() -> None:
    finish = asyncio.Event()

    async def slow() -> None:
        await finish.wait()

    client: Any = Client(is_done, slow)
    closing = asyncio.create_task(closed(client))
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.sleep(0.01)
    assert not closing.done()
    finish.set()
    with pytest.raises(asyncio.CancelledError):
        await closing


@pytest.mark.parametrize(("start", "error"), [(cancels, BrokenOff), (fails, KafkaError)])
async def test_a_start_that_fails_is_a_failure_like_others(
    start: Ends, error: type[Exception]
) -> None:
    client: Any = Client(start, cancels)
    with pytest.raises(error):
        await started(client)
    assert not client._client.open


async def test_an_answer_that_is_broken_off_is_told_from_our_own_end() -> None:
    with pytest.raises(BrokenOff):
        await answered(awaits_what_it_cancelled())
    asking: asyncio.Task[Any] = asyncio.create_task(answered(hangs()))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await answered(hangs())

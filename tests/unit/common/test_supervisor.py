"""Whatever ends a part, it is started again; what a person has to see to waits for one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from aiokafka.errors import KafkaError

from libs.common.core.circuit_breaker import TooMuchPoison
from libs.common.core.clock import SystemClock
from libs.common.core.supervisor import NeedsAPerson, Part, State, Supervisor, Work, Works, ended
from libs.common.messaging.bus.base import PositionLost
from libs.common.messaging.consumer import ConsumerStuck

ENDINGS = [
    asyncio.CancelledError,  # a library awaited a task that it had cancelled itself
    asyncpg.InternalClientError,
    KafkaError,
    OSError,
    TimeoutError,
    ZeroDivisionError,
    BaseException,
]


class Seen:
    """What a supervisor told, and whether it wanted the process to end."""

    def __init__(self) -> None:
        self.states: list[tuple[str, State]] = []
        self.end: BaseException | None = None
        self.supervisor = Supervisor("test", SystemClock().now, self._end, self._changed)

    def _end(self, error: BaseException) -> None:
        self.end = error

    def _changed(self, part: Part) -> None:
        self.states.append((part.name, part.state))


@asynccontextmanager
async def kept(**parts: Work) -> AsyncIterator[Seen]:
    seen = Seen()
    tasks = [asyncio.create_task(seen.supervisor.keep(name, work)) for name, work in parts.items()]
    await asyncio.sleep(0)
    try:
        yield seen
    finally:
        await ended(tasks)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


async def steady(works: Works) -> None:
    works()
    await asyncio.Event().wait()


def failing(times: int, ending: Callable[[], Awaitable[None]]) -> Work:
    """Return a part that ends so the first few times, and then works."""
    left = times

    async def work(works: Works) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            await ending()
        else:
            await steady(works)

    return work


@pytest.mark.parametrize("ending", [*ENDINGS, None])
async def test_a_part_is_started_again_whatever_it_ended_with(
    ending: type[BaseException] | None,
) -> None:
    async def end() -> None:
        if ending is not None:
            raise ending

    async with kept(relay=failing(2, end), sealer=steady) as seen:
        parts = seen.supervisor.parts
        await until(lambda: parts["relay"].tries == 2)
        view = parts["relay"].view()
        assert (view["state"], view["tries"], view["restarts"]) == ("restarting", 2, 2)
        assert view["error"] == (ending.__name__ if ending else "EndedByItself")
        await until(lambda: parts["relay"].state is State.RUNNING)
        assert (parts["relay"].restarts, parts["relay"].tries, parts["relay"].error) == (2, 0, None)
        assert parts["sealer"].restarts == 0
    assert seen.end is None


async def test_pauses_grow_until_the_part_works() -> None:
    async def end() -> None:
        raise OSError

    async with kept(relay=failing(3, end)) as seen:
        part = seen.supervisor.parts["relay"]
        began = asyncio.get_running_loop().time()
        await until(lambda: part.tries == 0 and part.restarts)
        assert asyncio.get_running_loop().time() - began > (0.1 + 0.2 + 0.4) / 2


@pytest.mark.parametrize("lost", [PositionLost, TooMuchPoison])
async def test_what_needs_a_person_waits_for_one(lost: type[NeedsAPerson]) -> None:
    begun = 0

    async def listen(works: Works) -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise lost
        await steady(works)

    async with kept(listener=listen, relay=steady) as seen:
        part = seen.supervisor.parts["listener"]
        for run in (1, 2):
            await until(lambda run=run: begun == run and part.state is State.STOPPED)  # type: ignore[misc]
            assert part.view()["reason"] == lost.reason
            assert "error" not in part.view()
            await asyncio.sleep(0.2)
            assert begun == run  # nobody has started it again
            assert seen.supervisor.parts["relay"].state is State.RUNNING
            seen.supervisor.start("listener")
        await until(lambda: begun == 3)
        seen.supervisor.start("listener")  # one that is at work is left at it
        await asyncio.sleep(0.05)
        assert (begun, part.state, part.reason) == (3, State.RUNNING, None)
    assert seen.end is None


async def test_a_part_that_stands_still_is_ended_and_started_again() -> None:
    begun = 0

    async def stands_still(works: Works) -> None:
        nonlocal begun
        begun += 1
        if begun > 1:
            await steady(works)
        for _ in range(2):  # a library swallows the first cancellations
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async with kept(listener=stands_still) as seen:
        await until(lambda: begun == 1)
        seen.supervisor.fail("listener", ConsumerStuck("listener"))
        await until(lambda: begun == 2)
        assert ("listener", State.RESTARTING) in seen.states


async def test_only_lack_of_memory_ends_the_process() -> None:
    async def end() -> None:
        raise MemoryError

    async with kept(relay=failing(1, end), sealer=steady) as seen:
        await until(lambda: seen.end)
        assert isinstance(seen.end, MemoryError)
        assert seen.supervisor.parts["relay"].view()["reason"] == "out-of-memory"


async def test_a_part_that_swallows_its_end_is_ended_all_the_same() -> None:
    swallowed = 0

    async def stubborn(_: Works) -> None:
        nonlocal swallowed
        while swallowed < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1

    async with kept(listener=stubborn):
        await asyncio.sleep(0.01)
    assert swallowed == 2

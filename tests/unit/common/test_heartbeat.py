"""A heartbeat counts as missed when the database was silent, not when we did not listen."""

import asyncio
import time

import asyncpg
import pytest

from libs.common.persistence.heartbeat import LATE_SECONDS, Heartbeat, heartbeat

WAIT = 0.05


async def _silent() -> None:
    await asyncio.get_running_loop().create_future()


async def _prompt() -> None:
    await asyncio.sleep(0)


async def _refused() -> None:
    raise ConnectionRefusedError


async def test_a_heartbeat_is_answered_or_missed() -> None:
    assert await heartbeat(_prompt, WAIT) is Heartbeat.ANSWERED
    assert await heartbeat(_silent, WAIT) is Heartbeat.MISSED
    assert await heartbeat(_refused, WAIT) is Heartbeat.MISSED


async def test_an_answer_we_did_not_listen_for_is_not_missed() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, WAIT + 2 * LATE_SECONDS)  # the loop itself is busy for so long
    assert await heartbeat(_silent, WAIT) is Heartbeat.NOT_LISTENED


async def test_a_caller_who_gives_up_is_not_taken_for_silence() -> None:
    asking = asyncio.create_task(heartbeat(_silent, 60))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def _confused() -> None:
    raise asyncpg.InternalClientError


async def test_whatever_a_driver_raises_is_no_answer() -> None:
    assert await heartbeat(_confused, WAIT) is Heartbeat.MISSED

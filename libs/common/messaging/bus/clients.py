"""The Kafka library's clients: made with safe settings only, asked, and closed whatever happens."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

log = logging.getLogger(__name__)

GIVEN_UP_AFTER_SECONDS = 10.0

T = TypeVar("T")
Client: TypeAlias = AIOKafkaProducer | AIOKafkaConsumer
C = TypeVar("C", AIOKafkaProducer, AIOKafkaConsumer)


class UnsafeClient(RuntimeError):
    """A client would run with settings that lose or skip events."""


def check_settings(client: Client) -> None:
    """Refuse a client whose effective settings are not the safe ones, whatever it was given.

    There is no public way to ask; a release of the library that moves them fails here, aloud.
    """
    if isinstance(client, AIOKafkaProducer):
        safe = client._txn_manager is not None  # noqa: SLF001 - idempotent, and so acks=all
    else:
        effective = (client._auto_offset_reset, client._enable_auto_commit, client._group_id)  # noqa: SLF001
        safe = effective == ("none", False, None)
    if not safe:
        raise UnsafeClient(type(client).__name__)


async def started(client: C) -> C:
    """Connect; where that fails or is cancelled half way, give back what was taken.

    The library leaves a connection open whose making is cancelled, so it is let finish first.
    """
    check_settings(client)
    try:
        await _finished(client.start())
    except BaseException:
        await closed(client)
        raise
    return client


async def closed(client: Client, within: float = GIVEN_UP_AFTER_SECONDS) -> None:
    """Disconnect. What the library raises at that ends nothing: it is logged, and that was that.

    Its fetcher awaits tasks it has cancelled, and so is cancelled itself, while the broker is
    away; its connections, which it then left open, are closed all the same.
    """
    try:
        await _finished(client.stop(), within)
    except Exception as error:  # noqa: BLE001 - whatever it is, there is nothing left to be saved
        log.warning("client-not-closed", extra={"error": type(error).__name__})
        with suppress(Exception):
            await _finished(_connections(client).close(), within)


def _connections(client: Client) -> Any:
    """Return what holds a client's connections; a consumer keeps it to itself."""
    return client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001


class BrokenOff(ConnectionError):
    """The library cancelled what it was asked to do, and nobody had asked for that."""


async def _finished(work: Coroutine[Any, Any, None], within: float | None = None) -> None:
    """Let the library finish what it began, however often we are cancelled meanwhile.

    Broken off half way, it leaves connections open that nobody can close any more. What takes
    longer than ten seconds after that, or than ``within``, is given up.

    Raises what the library raises, but BrokenOff for a cancellation of its own, and TimeoutError.
    """
    task = asyncio.ensure_future(work)
    task.add_done_callback(has_failed)  # nobody may be left to ask
    now = asyncio.get_running_loop().time
    until = None if within is None else now() + within
    cancelled = False
    while not task.done() and (until is None or now() < until):
        try:
            await asyncio.wait({task}, timeout=None if until is None else until - now())
        except asyncio.CancelledError:
            if not cancelled:
                cancelled, until = True, now() + GIVEN_UP_AFTER_SECONDS
    if cancelled:
        raise asyncio.CancelledError
    if not task.done():
        task.cancel()
        raise TimeoutError
    await answered(task)


async def answered(question: Awaitable[T]) -> T:
    """Return the library's answer; a cancellation that is not ours is a failure like others."""
    try:
        return await question
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise BrokenOff from None


def has_failed(task: "asyncio.Task[Any]") -> bool:
    """Say whether a task is done and came to nothing; what it raised counts as heard."""
    return task.done() and (task.cancelled() or task.exception() is not None)

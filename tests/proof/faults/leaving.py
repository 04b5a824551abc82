"""Trials in which a caller goes away, or its request is cancelled, at any moment."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from sqlalchemy.engine import make_url

from tests.proof.faults.caller import Caller, Sent
from tests.proof.faults.cancelling import HEADER
from tests.proof.faults.checks import check
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process, client
from tests.proof.faults.trial import poison, recover, settle
from tests.proof.hostile.serving import request_bytes

MOST_WAITS = 36
"""A command waits for something 21 times on PostgreSQL, 34 times on SQLite."""
WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Leaving:
    """How much of the request is sent and of the answer read, as shares, before the caller goes."""

    of_request: float
    of_answer: float = 0.0


MOMENTS = [
    *(Leaving(share) for share in (0.01, 0.3, 0.6, 0.95, 0.999)),
    Leaving(1.0),
    *(Leaving(1.0, share) for share in (0.01, 0.5, 0.99)),
]


def every_byte(size: int) -> list[Leaving]:
    """Return every moment of a request and of an answer of so many bytes."""
    return [
        *(Leaving(number / size) for number in range(1, size + 1)),
        *(Leaving(1.0, number / size) for number in range(1, size)),
    ]


async def callers_leave(kind: str, moments: Sequence[Leaving], seed: int, folder: Path) -> None:
    """Have callers leave at the given moments; check that each command was done, or not at all."""
    async with _watched(kind, folder, seed) as (place, caller):
        whole = await _leave(place, caller, Leaving(1.0, 1.0))
        assert whole.startswith(b"HTTP/1.1 201")
        for moment in moments:
            await _leave(place, caller, moment, len(whole))


async def _leave(place: Place, caller: Caller, moment: Leaving, length: int = -1) -> bytes:
    request = _request(caller, caller.draw_next())
    sent = max(1, int(len(request) * moment.of_request))
    reader, writer = await asyncio.open_unix_connection(place.socket("both"))
    try:
        writer.write(request[:sent])
        await writer.drain()
        if moment.of_answer:
            async with asyncio.timeout(WITHIN_SECONDS):
                return await _read(reader, length, moment.of_answer)
        return b""
    finally:
        writer.transport.abort()  # at once, and without a word


async def _read(reader: asyncio.StreamReader, length: int, share: float) -> bytes:
    """Read a share of so many bytes, or all until the server closes; an answer may be shorter."""
    if length < 0:
        return await reader.read()
    try:
        return await reader.readexactly(max(1, int(length * share)))
    except asyncio.IncompleteReadError as short:
        return short.partial


def _request(caller: Caller, sent: Sent) -> bytes:
    """Write the very bytes that are sent when it is tried again."""
    body = httpx.Request("POST", "http://trial", json=sent.body).content
    headers = {"Content-Type": "application/json", "Host": "trial", "Connection": "close"}
    return request_bytes(sent.url, caller.headers(sent.key) | headers, body, method="POST")


async def requests_cancelled(kind: str, count: int, seed: int, folder: Path) -> int:
    """Cancel so many commands at drawn waits; return how many were not answered with success."""
    async with _watched(kind, folder, seed) as (place, caller):
        before = len(caller.journal)
        async with client(place) as http:
            for _ in range(count):
                await caller.send_one(http, {HEADER: _cancels(caller.draw)})
        return sum(not sent.acknowledged for sent in caller.journal[before:])


def _cancels(draw: random.Random) -> str:
    """Draw when to cancel: once, or again while the first is being seen to."""
    nth, seconds = draw.randint(1, MOST_WAITS), draw.choice((0.0, 0.0005, 0.002, 0.005))
    again = f",{nth + draw.randint(1, 4)}+0" if draw.random() < 0.3 else ""
    return f"{nth}+{seconds}{again}"


@asynccontextmanager
async def _watched(kind: str, folder: Path, seed: int) -> AsyncIterator[tuple[Place, Caller]]:
    """Serve at a place; then make sure that nothing is held any more, and check everything."""
    async with place_in(kind, folder) as place:
        await poison(place)
        caller = Caller(place, random.Random(seed))
        async with Process(place) as process:
            await caller.send(3)
            await settle(place)
            threads = _threads(process)
            yield place, caller
            await _nothing_is_held(place)
            await caller.send_again()
            await caller.send(3)
            await settle(place)
            await _nothing_is_held(place)
            assert _threads(process) <= threads + MORE_THREADS
        await recover(place, caller)
        replay = folder / "replay"
        replay.mkdir()
        await check(place, caller, replay)


MORE_THREADS = 8
"""What pools may open that had not been asked before: four readers and a writer a database."""


def _threads(process: Process) -> int:
    return len(list(Path(f"/proc/{process.pid}/task").glob("*")))


async def _nothing_is_held(place: Place) -> None:
    for url in place.database_urls.values():
        if url.startswith("sqlite"):
            await asyncio.to_thread(_writer_is_free, url.removeprefix("sqlite:///"))
        else:
            await _no_transaction_stays(url)


def _writer_is_free(path: str) -> None:
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


async def _no_transaction_stays(url: str) -> None:
    """Wait until no transaction is open of those that were at first: others come and go."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        left = await _open_transactions(connection)
        async with asyncio.timeout(WITHIN_SECONDS):
            while left := left & await _open_transactions(connection):
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _open_transactions(connection: asyncpg.Connection) -> set[tuple[int, object]]:
    rows = await connection.fetch(
        "SELECT pid, xact_start FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL AND backend_type = 'client backend'"
    )
    return {(row["pid"], row["xact_start"]) for row in rows}

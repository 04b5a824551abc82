"""Bodies that no well-meaning client sends, to a real server on a real port."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest

from libs.common.http.bodies import MOST_BODY_BYTES, MOST_IMPORT_BYTES
from libs.common.http.guard import RequestGuard
from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from services.survey.service import SERVICE as SURVEY
from tests.integration.test_commands import COMPLIMENT, count
from tests.proof.hostile.operations import in_one_world
from tests.proof.hostile.serving import (
    BARE_400,
    PATIENCE,
    Heard,
    answers,
    request_bytes,
    said,
    served,
)
from tests.worlds import World, embedded

URL = "/survey/v1/compliments"
IMPORTS = "/survey/v1/imports?kind=compliments&mode=commit"
BODY = json.dumps(COMPLIMENT).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def at_work() -> list[Service]:
    return [SURVEY]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def nothing_stored(world: World) -> None:
    assert await count(world, "survey", tables.event) == 0
    assert await count(world, "survey", tables.idempotency) == 0


LENGTHS: dict[str, tuple[dict[str, str], bytes, int]] = {
    "a negative length": ({"Content-Length": "-1"}, BODY, 400),
    "a length in words": ({"Content-Length": "ten"}, BODY, 400),
    "a length with a sign": ({"Content-Length": f"+{len(BODY)}"}, BODY, 400),
    "a length beyond 64 bits": ({"Content-Length": "9" * 30}, BODY, 400),
    "two lengths in one": ({"Content-Length": f"{len(BODY)}, {len(BODY)}"}, BODY, 400),
    "length and chunks": (
        {"Content-Length": "5", "Transfer-Encoding": "chunked"},
        chunk(BODY) + b"0\r\n\r\n",
        400,
    ),
    "a chunk that lies": ({"Transfer-Encoding": "chunked"}, b"2\r\n" + BODY, 400),
    "a chunk size that is none": ({"Transfer-Encoding": "chunked"}, b"zz\r\n", 400),
    "a chunk size beyond 64 bits": ({"Transfer-Encoding": "chunked"}, b"f" * 17 + b"\r\n", 400),
    "an unknown coding": ({"Transfer-Encoding": "gzip"}, BODY, 400),
    "a length of 20 MB for JSON": ({"Content-Length": str(MOST_IMPORT_BYTES)}, b"{", 413),
    "a length of a terabyte": ({"Content-Length": "1" + "0" * 12}, b"{", 413),
}


@pytest.mark.parametrize("name", LENGTHS)
@in_one_world
async def test_a_body_whose_length_is_unclear_is_refused(one_world: World, name: str) -> None:
    headers, body, status = LENGTHS[name]
    async with served(one_world) as port:
        sent = request_bytes(URL, one_world.as_() | JSON | headers, None, method="POST") + body
        heard = await said(port, sent)
    assert (heard.status, heard.closed) == (status, True)
    assert heard.body == BARE_400 or heard.problem["status"] == status
    await nothing_stored(one_world)


@embedded
async def test_a_body_shorter_than_it_says_is_not_read_as_whole(world: World) -> None:
    headers = world.as_() | JSON
    async with served(world) as port:
        short = headers | {"Content-Length": str(len(BODY) + 1)}
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes(URL, short, BODY, method="POST"))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await answers(port)
        await nothing_stored(world)
        long = headers | {"Content-Length": str(len(BODY) - 1)}
        heard = await said(port, request_bytes(URL, long, BODY, method="POST"))
    assert heard.status == 400  # the byte too many is no request, or the body is no JSON
    await nothing_stored(world)


BIG = b" " * 65_536


@pytest.mark.parametrize(("target", "media"), [(URL, "application/json"), (IMPORTS, "text/csv")])
@embedded
async def test_chunks_without_end_are_cut_off(world: World, target: str, media: str) -> None:
    headers = world.as_() | {"Content-Type": media, "Transfer-Encoding": "chunked"}
    async with served(world) as port:
        sent = request_bytes(target, headers, method="POST")
        heard = await said(port, sent, chunk(BIG), 10_000)
        await answers(port)
    assert (heard.status, heard.closed) == (413, True)
    assert heard.problem["code"] == "too-large"
    await nothing_stored(world)


@pytest.mark.parametrize("target", ["/survey/health/live", "/survey/nothing", "/", "/nothing"])
@in_one_world
async def test_a_body_nobody_asked_for_is_not_read(one_world: World, target: str) -> None:
    async with served(one_world) as port:
        sent = request_bytes(target, {"Transfer-Encoding": "chunked"})
        heard = await said(port, sent, chunk(BIG), 10_000)
    assert heard.closed
    assert heard.status in {200, 404}


@pytest.mark.parametrize("expect", [False, True], ids=["stalled", "100-continue"])
@pytest.mark.parametrize("target", [URL, IMPORTS])
@embedded
async def test_a_body_that_stalls_is_given_up(world: World, target: str, expect: bool) -> None:
    headers = world.as_() | JSON | {"Content-Length": str(len(BODY))}
    begun = b"" if expect else BODY[:-1]
    headers |= {"Expect": "100-continue"} if expect else {}
    async with served(world, RequestGuard(world.system.app, body_seconds=0.2)) as port:
        heard = await said(port, request_bytes(target, headers, method="POST") + begun)
        await answers(port)
    assert (heard.status, heard.closed) == (408, True)
    assert heard.problem["code"] == "body-too-slow"
    await nothing_stored(world)


@in_one_world
async def test_a_body_that_trickles_is_given_up(one_world: World) -> None:
    headers = one_world.as_() | JSON | {"Transfer-Encoding": "chunked"}
    async with served(one_world, RequestGuard(one_world.system.app, body_seconds=0.2)) as port:
        sent = request_bytes(URL, headers, method="POST")
        heard = await said(port, sent, chunk(b" "), 500_000)
    assert (heard.status, heard.closed) == (408, True)


async def sent_in_part(port: int, sent: bytes, listen: int) -> None:
    """Send, hear so many bytes of the answer, and go away without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    if listen:
        with suppress(asyncio.IncompleteReadError):
            await asyncio.wait_for(reader.readexactly(listen), PATIENCE)
    transport: Any = writer.transport
    transport.abort()


async def test_a_request_cut_off_after_any_byte_does_nothing(world: World) -> None:
    sent = request_bytes(URL, world.as_() | JSON, BODY, method="POST")
    async with served(world) as port:
        for length in range(len(sent)):
            await sent_in_part(port, sent[:length], 0)
        await answers(port)
        await nothing_stored(world)
        heard: Heard = await said(port, sent)
    assert heard.status == 201
    assert await count(world, "survey", tables.event) == 1


async def test_an_answer_cut_off_after_any_byte_was_given_once(world: World) -> None:
    async with served(world) as port:
        whole = await said(port, request_bytes(URL, world.as_() | JSON, BODY, method="POST"))
        length = 400 + len(whole.body)
        headers = world.as_() | JSON
        body = json.dumps(COMPLIMENT | {"reference": "CP-2"}).encode()
        sent = request_bytes(URL, headers, body, method="POST")
        for heard in range(0, length, 1 if world.kind == "embedded" else 7):
            await sent_in_part(port, sent, min(heard, len(whole.body) + 300))
        again = await said(port, sent)
    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert await count(world, "survey", tables.event) == 2


@in_one_world
async def test_a_megabyte_of_blanks_is_not_json(one_world: World) -> None:
    async with served(one_world) as port:
        blanks = b" " * MOST_BODY_BYTES
        heard = await said(port, request_bytes(URL, one_world.as_() | JSON, blanks, method="POST"))
    assert heard.problem["code"] == "body-empty"

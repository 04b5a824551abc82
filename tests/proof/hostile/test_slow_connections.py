"""Callers that are silent, slow or very many: none keeps a connection for long, or others out."""

import asyncio
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from deploy.local.processes import free_port
from libs.common.http.limits import Limits
from libs.common.http.wire import most_connections
from libs.common.security import DemoIssuer, Role
from services.survey.service import SERVICE
from tests.integration.test_commands import COMPLIMENT
from tests.proof.hostile.serving import request_bytes, said, served
from tests.worlds import EMBEDDED, GENEROUS, World, world_of

LIVE = "/survey/health/live"
HALF = request_bytes(LIVE)[:-4]
FILES, HALF_SENT, HEADER_SECONDS = 1_024, 1_100, 4


@asynccontextmanager
async def served_with(folder: Path, **limits: int) -> AsyncIterator[tuple[World, int]]:
    chosen = Limits.model_construct(**{**GENEROUS.model_dump(), **limits})
    async with world_of(EMBEDDED, folder, [SERVICE], limits=chosen) as world, served(world) as port:
        yield world, port


async def closed_after(reader: asyncio.StreamReader, within: float = 5) -> float:
    """Return the seconds until the server has closed the connection."""
    began = asyncio.get_running_loop().time()
    with suppress(ConnectionError):
        async with asyncio.timeout(within):
            await reader.read()
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("sent", [b"", b"G", HALF, b"\r\n"], ids=["silent", "a", "half", "blank"])
@pytest.mark.parametrize("first", [False, True], ids=["new", "kept"])
async def test_a_request_that_does_not_come_is_not_waited_for(
    tmp_path: Path, sent: bytes, first: bool
) -> None:
    async with served_with(tmp_path, limit_header_seconds=1, limit_idle_seconds=2) as (world, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if first:
            writer.write(request_bytes(LIVE))
            await reader.readuntil(b"live")
        writer.write(sent)
        seconds = await closed_after(reader)
        writer.close()
        least = 2 if first and not sent else 1  # a kept connection may be unused for longer
        assert least - 0.1 < seconds < least + 0.9
        text = (await world.client.get("/survey/metrics")).text
    reason = "unused" if least == 2 else "no-request"
    assert f'http_connections_ended_total{{reason="{reason}",service="survey"}} 1.0' in text


async def test_a_request_that_trickles_is_not_waited_for(tmp_path: Path) -> None:
    async with served_with(tmp_path, limit_header_seconds=1) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        closing = asyncio.create_task(closed_after(reader))
        for byte in request_bytes(LIVE, {"X-Long": "x" * 100}):
            if closing.done():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(0.1)
        assert 0.9 < await closing < 1.9
        writer.close()


async def test_half_a_request_behind_a_whole_one_is_not_waited_for(tmp_path: Path) -> None:
    async with served_with(tmp_path, limit_header_seconds=1) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes(LIVE) + HALF)
        await reader.readuntil(b"live")
        assert await closed_after(reader) < 1.9
        writer.close()


@pytest.mark.parametrize("closing", [False, True], ids=["kept", "closing"])
async def test_an_answer_that_nobody_reads_is_not_kept(tmp_path: Path, closing: bool) -> None:
    headers = {"Connection": "close"} if closing else {}
    async with served_with(tmp_path, limit_send_seconds=1) as (world, port):
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            silent.connect(("127.0.0.1", port))
            silent.setblocking(False)
            many = request_bytes("/survey/openapi.json") * 60  # more than the machine takes in
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(silent, many + request_bytes("/survey/openapi.json", headers))
            async with asyncio.timeout(10):
                while "http_connections_ended_total{reason=" not in (await _metrics(world)):
                    await asyncio.sleep(0.05)
            assert 'ended_total{reason="unread",service="survey"} 1.0' in await _metrics(world)
        assert (await said(port, request_bytes(LIVE))).status == 200


async def _metrics(world: World) -> str:
    return (await world.client.get("/survey/metrics")).text


async def test_newcomers_take_the_place_of_the_oldest_that_sent_nothing(tmp_path: Path) -> None:
    async with served_with(tmp_path, limit_connections=4) as (_, port):
        kept = await asyncio.open_connection("127.0.0.1", port)
        kept[1].write(request_bytes(LIVE))
        await kept[0].readuntil(b"live")
        silent = []
        for _ in range(4):
            silent.append(await asyncio.open_connection("127.0.0.1", port))
            await asyncio.sleep(0.05)
        assert await closed_after(silent[0][0], 2) < 1
        for _, writer in silent[1:]:
            writer.write(request_bytes(LIVE))
        for reader, _ in silent[1:]:
            await reader.readuntil(b"live")
        late = await said(port, request_bytes(LIVE))
        assert late.status == 200
        assert await closed_after(kept[0], 2) < 1, "no silent one was left, so the oldest unused"
        for _, writer in (kept, *silent):
            writer.close()


async def test_slow_bodies_do_not_take_every_connection(tmp_path: Path) -> None:
    async with served_with(tmp_path, limit_connections=3) as (world, port):
        headers = world.as_() | {"Content-Type": "application/json", "Content-Length": "1000"}
        slow = []
        for _ in range(3):
            slow.append(await asyncio.open_connection("127.0.0.1", port))
            slow[-1][1].write(request_bytes("/survey/v1/compliments", headers, method="POST"))
            await asyncio.sleep(0.1)
        assert (await said(port, request_bytes(LIVE))).status == 200
        assert await closed_after(slow[0][0], 2) < 1
        for _, writer in slow:
            writer.close()


def test_the_connections_leave_files_for_what_else_is_open() -> None:
    assert most_connections(10_000, 1_024) == 640
    assert most_connections(10_000, 256) == 128
    assert most_connections(500, 1_024) == 500
    assert most_connections(10_000, resource.RLIM_INFINITY) == 10_000


@asynccontextmanager
async def few_files(folder: Path) -> AsyncIterator[int]:
    """Start the service as a process that may open 1,024 files; yield its port."""
    port = free_port()
    variables = {"VAR_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    variables |= {"LIMIT_HEADER_SECONDS": str(HEADER_SECONDS)}
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f"ulimit -n {FILES}; exec {sys.executable} -m services.survey",
        env={"PATH": os.environ["PATH"], **variables},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while process.returncode is None:
                with suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{port}{LIVE}")).is_success:
                        break
                await asyncio.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


@pytest.fixture
def _many_files() -> None:
    """Let this process open as many connections as it takes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, most), most))


@pytest.mark.usefixtures("_many_files")
async def test_more_half_sent_requests_than_files_stop_nobody(tmp_path: Path) -> None:
    async with few_files(tmp_path) as port:
        opened = []
        began = asyncio.get_running_loop().time()
        for _ in range(HALF_SENT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HALF)
            opened.append((reader, writer))
        token = DemoIssuer(tmp_path).token(Role.HEAD_OF_SERVICE)
        number = 0
        while asyncio.get_running_loop().time() - began < HEADER_SECONDS - 0.5:
            await _served_as_ever(port, token, number)
            number += 1
        assert number > 0
        async with asyncio.timeout(HEADER_SECONDS + 2):
            await asyncio.gather(*(closed_after(reader, 60) for reader, _ in opened))
        await _served_as_ever(port, token, number)
        for _, writer in opened:
            writer.close()


async def _served_as_ever(port: int, token: str, number: int) -> None:
    """A caller who comes new asks for health, and has a command carried out."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{number}"}
    body = COMPLIMENT | {"reference": f"CP-{number}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        live, ready = [await client.get(f"/survey/health/{name}") for name in ("live", "ready")]
        done = await client.post("/survey/v1/compliments", json=body, headers=headers)
    assert (live.status_code, ready.status_code, done.status_code) == (200, 200, 201)

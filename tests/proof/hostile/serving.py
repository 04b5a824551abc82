"""A real server on a free port, and bytes exchanged with it as they are."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from libs.common.runtime.process import server_of
from tests.worlds import World

PATIENCE = 10.0
BARE_400 = b"Invalid HTTP request received."


@dataclass(frozen=True)
class Heard:
    """An answer as it came over the wire; status 0 is none at all."""

    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool

    @property
    def problem(self) -> Any:
        assert self.headers["content-type"] == "application/problem+json", self
        return json.loads(self.body)


@asynccontextmanager
async def served(world: World, app: ASGIApp | None = None) -> AsyncIterator[int]:
    """Serve a world as it is served in earnest; yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server: uvicorn.Server = server_of(world.system, "127.0.0.1", port)
    server.config.lifespan = "off"
    server.config.app = app or world.system.app
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield port
    finally:
        server.should_exit = True
        await task


def request_bytes(
    target: str,
    headers: Sequence[tuple[str, str]] | dict[str, str] = (),
    body: bytes | None = None,
    *,
    method: str = "GET",
) -> bytes:
    """Write a request as it goes over the wire."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if not any(name.lower() == "host" for name, _ in pairs):
        pairs.append(("Host", "127.0.0.1"))
    if body is not None and not any(name.lower() == "content-length" for name, _ in pairs):
        pairs.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b"")


async def said(port: int, sent: bytes, more: bytes = b"", times: int = 0) -> Heard:
    """Send bytes, and ``more`` up to ``times`` over for as long as the server takes it; listen."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    listening = asyncio.create_task(_heard(reader))
    try:
        with suppress(ConnectionError):
            writer.write(sent)
            for _ in range(times):
                if listening.done():
                    break
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(0)
        return await asyncio.wait_for(listening, PATIENCE)
    finally:
        listening.cancel()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _heard(reader: asyncio.StreamReader) -> Heard:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return Heard(0, {}, b"", closed=True)
    status, *lines = head.strip().split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
    if status.split()[1] == "100":
        return await _heard(reader)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    closed = headers.get("connection", "") == "close"
    if closed:
        with suppress(ConnectionError):
            assert await reader.read() == b""
    return Heard(int(status.split()[1]), headers, body, closed)


async def answers(port: int) -> None:
    """Check that the server still does."""
    assert (await said(port, request_bytes("/survey/health/live"))).status == 200

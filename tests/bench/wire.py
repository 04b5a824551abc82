"""A frugal HTTP/1.1 client: ready-made requests over kept-alive connections, answers counted.

It shares the machine with what it measures, so it does nothing but write, and read the answer.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any


class Refused(RuntimeError):
    """The service answered something else than success: nothing is measured of that."""


def request(method: str, path: str, headers: Mapping[str, str], body: Any) -> bytes:
    """Return a request's bytes."""
    content = json.dumps(body).encode()
    head = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        **headers,
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def throughput(port: int, requests: Sequence[bytes], connections: int) -> float:
    """Send all requests, each connection one after another; return requests a second."""
    waiting = iter(requests)
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for reader, writer in opened:
            group.create_task(_send(reader, writer, waiting))
    seconds = perf_counter() - begun
    for _, writer in opened:
        writer.close()
        await writer.wait_closed()
    return len(requests) / seconds


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Any) -> None:
    for one in waiting:
        writer.write(one)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        if not head.startswith(b"HTTP/1.1 2"):
            raise Refused(f"{head.split(b' ', 2)[1].decode()} {body[:300].decode()}")


def _length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[start : head.index(b"\r\n", start)])

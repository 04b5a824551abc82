"""A TCP proxy that can do to a connection what networks do."""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import StrEnum


class Mode(StrEnum):
    """What becomes of connections, those that are open included."""

    PASS = "everything goes through"
    REFUSE = "connections are closed as soon as they are made"
    RESET = "connections are reset in the middle of whatever they carry"
    DROP = "connections are made, and nothing goes through in either direction"
    HALF_OPEN = "what the client sends arrives, and no answer comes back"
    DELAY = "everything arrives half a second late"


DELAY_SECONDS = 0.5
CHUNK = 65_536


class Proxy:
    """Listens on a loopback port, its own unless one is given, and forwards to another."""

    def __init__(self, target: int, port: int = 0) -> None:
        self._target = target
        self.mode = Mode.PASS
        self._server: asyncio.Server | None = None
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self.port = port

    async def __aenter__(self) -> "Proxy":
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening and close everything."""
        assert self._server is not None
        self._server.close()
        self._end_links(reset=False)
        await self._server.wait_closed()

    def become(self, mode: Mode) -> None:
        """Change the mode; connections that would hold the old one are ended as it demands."""
        self.mode = mode
        if mode in {Mode.REFUSE, Mode.RESET}:
            self._end_links(reset=mode is Mode.RESET)
        if mode is Mode.PASS:
            self._end_links(reset=True)  # what was held back is lost, as after a real cut

    def _end_links(self, *, reset: bool) -> None:
        for link in list(self._links):
            for writer in link:
                if reset:
                    _reset(writer)
                writer.close()
        self._links.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode in {Mode.REFUSE, Mode.RESET}:
            writer.close()
            return
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        link = (writer, forth)
        self._links.add(link)
        await asyncio.gather(
            self._carry(reader, forth, answers=False), self._carry(back, writer, answers=True)
        )
        self._links.discard(link)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.mode is Mode.DELAY:
                    await asyncio.sleep(DELAY_SECONDS)
                if self.mode is Mode.DROP or (self.mode is Mode.HALF_OPEN and answers):
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Have the close send RST: linger on, for no time at all."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

"""The connections of one server: none may be silent, half a request or unread for long.

The server has a limit for kept connections alone. Here are the others: until a request's headers
are there, for an answer that nobody reads, and for how many connections are open.
"""

import asyncio
import resource
from collections import OrderedDict
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from libs.common.http.limits import Limits

RESERVED_FILES: Final = 384
"""Files for databases, logs and bus, and for what the backlog brings in before it is counted."""
BACKLOG: Final = 128
"""Connections that the machine holds until they are accepted: all at once, and then counted."""

MOST_UNREAD_BYTES: Final = 262_144
"""What is taken in of headers that do not end: several times as much as any request may have."""


def most_connections(limit: int, files: int) -> int:
    """Return how many connections may be open where the process may open so many files."""
    if files == resource.RLIM_INFINITY:
        return limit
    return min(limit, max(files - RESERVED_FILES, files // 2))


class Connections:
    """The open connections of one server, in the order in which they are given up for others.

    First those that never sent a request's headers, then those kept unused, then those that still
    send a body; each the oldest first. One on which a request is at work is never given up: a
    newcomer is closed instead.
    """

    def __init__(self, limits: Limits) -> None:
        """Take the limits; whoever is in `ended` is told why a connection was ended."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.limits = limits
        self.most = most_connections(limits.limit_connections, files)
        self.ended: list[Callable[[str], None]] = []
        self._all: set[Connection] = set()
        self._strangers: OrderedDict[Connection, None] = OrderedDict()
        self._kept: OrderedDict[Connection, None] = OrderedDict()
        self._sending: OrderedDict[Connection, None] = OrderedDict()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._all)

    def admit(self, connection: "Connection") -> bool:
        """Count a new connection; say whether there is room, having made some if that is needed."""
        if len(self._all) >= self.most:
            oldest = next(chain(self._strangers, self._kept, self._sending), None)
            if oldest is None:
                self.tell("full")
                return False
            oldest.end("given-up")
            self.forget(oldest)
        self._all.add(connection)
        self._strangers[connection] = None
        return True

    def tell(self, reason: str) -> None:
        """Say why a connection was ended."""
        for each in self.ended:
            each(reason)

    def busy(self, connection: "Connection") -> None:
        """A whole request is at work on it."""
        self._strangers.pop(connection, None)
        self._kept.pop(connection, None)
        self._sending.pop(connection, None)

    def sending(self, connection: "Connection") -> None:
        """It has sent a request's headers, and the body is to come."""
        self.busy(connection)
        if connection in self._all:
            self._sending[connection] = None

    def kept(self, connection: "Connection") -> None:
        """It was answered, and waits for the next request."""
        if connection in self._all:
            self._kept[connection] = None

    def forget(self, connection: "Connection") -> None:
        """It is closed, or about to be."""
        self._all.discard(connection)
        self.busy(connection)


class Connection(HttpToolsProtocol):
    """One connection, and the timers that end it."""

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._connections = connections
        self._limits = connections.limits
        self._for_headers: asyncio.TimerHandle | None = None
        self._for_reading: asyncio.TimerHandle | None = None
        self._begun = False
        self._unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request, or close at once where there is no room."""
        super().connection_made(transport)
        if self._connections.admit(self):
            self._wait_for_headers()
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        self._connections.forget(self)
        self._headers_are_there()
        if self._for_reading is not None:
            self._for_reading.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in; from the first after an answer, the next headers are waited for."""
        begun = self._begun
        super().data_received(data)
        self._unread += len(data) if begun and self._begun else 0
        if self._unread > MOST_UNREAD_BYTES:
            self.end("endless-headers")
        elif self._is_idle and not self.transport.is_closing():
            self._wait_for_headers()
        elif self.transport.is_closing():
            self._watch_reading()

    @property
    def _is_idle(self) -> bool:
        return (self.cycle is None or self.cycle.response_complete) and not self.pipeline

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self._begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop waiting: what the request's body may take is bounded elsewhere."""
        self._begun = False
        self._unread = 0
        self._headers_are_there()
        self._connections.sending(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._connections.busy(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may have begun already, and for this to be read."""
        super().on_response_complete()
        self._watch_reading()
        if self._is_idle:
            self._connections.kept(self)
        if self._is_idle and self._begun and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._wait_for_headers()

    def pause_writing(self) -> None:
        """The caller does not read as fast as it is answered."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        """The caller reads on."""
        super().resume_writing()
        self._watch_reading()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that was kept unused."""
        self.end("unused")

    def end(self, reason: str) -> None:
        """End it without a word: nobody is there to hear one."""
        self._connections.tell(reason)
        self.transport.abort()

    def _wait_for_headers(self) -> None:
        if self._for_headers is None:
            seconds = self._limits.limit_header_seconds
            self._for_headers = self.loop.call_later(seconds, self.end, "no-request")

    def _headers_are_there(self) -> None:
        if self._for_headers is not None:
            self._for_headers.cancel()
            self._for_headers = None

    def _watch_reading(self) -> None:
        """Give the caller time again to read what is not sent yet."""
        if self._for_reading is not None:
            self._for_reading.cancel()
            self._for_reading = None
        if self.transport.get_write_buffer_size():
            seconds = self._limits.limit_send_seconds
            self._for_reading = self.loop.call_later(seconds, self.end, "unread")

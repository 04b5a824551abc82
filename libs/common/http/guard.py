"""Turns away what the server lets through and no route should see, and bounds every body."""

import asyncio
import re
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.core.errors import BadRequest, DomainError, problem_response
from libs.common.core.public_url import HOST_FORM
from libs.common.http.bodies import MOST_FILE_BYTES, MOST_IMPORT_BYTES, too_large
from libs.common.http.limits import PROBES
from libs.common.http.middleware import finish_answer
from libs.common.http.requests import READING

MOST_TARGET_BYTES: Final = 8_192
MOST_HEADER_BYTES: Final = 49_152
"""A token of 32 KB, and 16 KB of all else."""
MOST_HEADERS: Final = 100
BODY_SECONDS: Final = 60.0
"""How long a whole body may take: 20 MB at 3 Mbit/s. One that may be larger has as much longer."""
LINGER_SECONDS: Final = 2.0
QUIET_SECONDS: Final = 0.5
"""How long what is still sent is taken in after an answer, and how long a silence ends that."""
ANY_HOST: Final = "*"
OWN_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Hosts that are always right: supervisors ask for health on the machine itself."""

_HOST: Final = re.compile(rf"({HOST_FORM})(:[0-9]{{1,5}})?".encode())
_ONCE: Final = frozenset({b"host", b"content-length", b"content-type", b"authorization"})


class TargetTooLong(DomainError):
    """414: the path and query are longer than any of ours."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG
    detail = f"The path and query are longer than {MOST_TARGET_BYTES:,} bytes."


class HeadersTooLarge(DomainError):
    """431: more headers, or larger ones, than any caller needs."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    detail = (
        f"The request has more than {MOST_HEADERS} headers, or more than {MOST_HEADER_BYTES:,}"
        " bytes of them."
    )


class BodyTooSlow(DomainError):
    """408: the body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    detail = f"The body did not arrive in time: there are {BODY_SECONDS:.0f} seconds for 20 MB."


class RequestGuard:
    """Middleware around everything; it reads no header that a proxy or a caller could forge."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] = (ANY_HOST,),
        body_seconds: float = BODY_SECONDS,
        services: Collection[str] = (),
        streaming: Collection[str] = (),
    ) -> None:
        """Guard an application that is called by `hosts`; `*` is any.

        The probes of `services` are called by any host: an orchestrator knows only addresses. To
        the paths in `streaming` larger bodies are sent, for longer.
        """
        self._app = app
        self._hosts = None if ANY_HOST in hosts else {host.lower() for host in hosts} | OWN_MACHINE
        # Compared with the bytes that were sent, before anything in them is decoded or joined.
        self._probes = {f"/{name}/{probe}".encode() for name in services for probe in PROBES}
        self._streaming = {path.encode() for path in streaming}
        self._body_seconds = body_seconds
        self._service = next(iter(services), "")  # it answers for what belongs to none of them

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_FILE_BYTES if scope.get("raw_path") in self._streaming else MOST_IMPORT_BYTES
        body = _Body(scope, receive, self._body_seconds * most / MOST_IMPORT_BYTES, most)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                finish_answer(message, scope, closing=body.pending)
            if body.pending and message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                if not message.get("more_body", False):
                    await body.linger()
                    await send({"type": "http.response.body"})
                return
            await send(message)

        try:
            self._check(scope, most)
        except DomainError as refusal:
            await problem_response(refusal, self._service)(scope, receive, answer)
            return
        # HEAD is answered as GET is; the server, which has the scope as it came, sends no body.
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self._app(asked, body.receive, answer)

    def _check(self, scope: Scope, most: int) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_TARGET_BYTES:
            raise TargetTooLong
        size = sum(len(name) + len(value) for name, value in headers)
        if len(headers) > MOST_HEADERS or size > MOST_HEADER_BYTES:
            raise HeadersTooLarge
        counts = Counter(name for name, _ in headers)
        if any(counts[name] > 1 for name in _ONCE):
            raise BadRequest(code="repeated-header", detail="A header is there more than once.")
        probed = scope["method"] in READING and scope.get("raw_path") in self._probes
        self._check_host(dict(headers).get(b"host", b""), any_host=probed)
        _check_framing(dict(headers), most)

    def _check_host(self, host: bytes, *, any_host: bool) -> None:
        found = _HOST.fullmatch(host)
        name = found.group(1).decode().lower().rstrip(".") if found else ""
        ours = self._hosts is None or any_host or name in self._hosts
        if not name or not ours:
            raise BadRequest(code="host-not-valid", detail="This is not called by that Host.")


def _check_framing(headers: dict[bytes, bytes], most: int) -> None:
    length, coding = headers.get(b"content-length"), headers.get(b"transfer-encoding")
    if length is not None and (coding is not None or not length.isdigit()):
        raise BadRequest(code="length-not-valid", detail="How long the body is cannot be told.")
    if length is not None and (len(length) > 18 or int(length) > most):
        raise too_large(most)


class _Body:
    """A request's body on its way in: at most so large, and there in time."""

    def __init__(self, scope: Scope, receive: Receive, seconds: float, most: int) -> None:
        headers = dict(scope["headers"])
        self.pending = (
            b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
        )
        self._receive = receive
        self._size = 0
        self._most = most
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def receive(self) -> Message:
        """Return the next message; once the body is there, wait for as long as it takes."""
        if not self.pending:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            raise too_large(self._most)
        self.pending = message.get("more_body", False)
        return message

    async def linger(self) -> None:
        """Take in for a moment what is still being sent, after the answer and before the end.

        A connection that is closed on a sender is reset, and the answer lost on its way.
        """
        left = MOST_IMPORT_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while self.pending and left > 0:
                    async with asyncio.timeout(QUIET_SECONDS):
                        message = await self._receive()
                    self.pending = message.get("more_body", False)
                    left -= len(message.get("body", b""))

"""Middleware around every answer: request id, trace, headers, counts, and an error boundary."""

import logging
import secrets
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.core.errors import DomainError, problem_response
from libs.common.core.failpoints import failpoint
from libs.common.observability.logs import REQUEST_ID, TRACEPARENT, request_context
from libs.common.observability.metrics import Metrics

log = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action"
    " 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SECURITY_HEADERS = [(k.lower().encode(), v.encode()) for k, v in SECURITY_HEADERS.items()]


class Failure(DomainError):
    """500: a fault of ours; what it was is in the log under the request id."""

    code = "internal-error"
    detail = "Something failed on our side. Quote the request id when you tell us."


class ErrorBoundary:
    """Ends what nobody else handled: one line in the log, and a problem where nothing was answered.

    A framework that answered a failure raises it again; the server would log it with its message.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            log.exception("request-failed", extra={"error": type(error).__name__})
            if not answered:
                await problem_response(Failure(), self._service)(scope, receive, answer)


class RequestMiddleware:
    """Pure ASGI, as the framework's own middleware hides that a client went away."""

    def __init__(self, app: ASGIApp, service: str, metrics: Metrics) -> None:
        self._app = ErrorBoundary(app, service)
        self._service = service
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        state = scope.setdefault("state", {})
        state.update(_ids(Headers(scope=scope)))
        began = perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, state)
            await send(message)
            await failpoint("write.answering")

        try:
            with request_context(state["request_id"], state["traceparent"]):
                await self._app(scope, receive, answer)
        finally:
            self._count(scope, status, perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "unmatched"))
        labels = (self._service, scope["method"][:10], route)
        self._metrics.requests.labels(*labels, str(status)).inc()
        self._metrics.seconds.labels(*labels).observe(seconds)


def _ids(headers: Headers) -> dict[str, Any]:
    request_id = headers.get("x-request-id", "")
    traceparent = headers.get("traceparent", "")
    return {
        "request_id": request_id if REQUEST_ID.fullmatch(request_id) else secrets.token_hex(16),
        "traceparent": traceparent
        if TRACEPARENT.fullmatch(traceparent)
        else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
    }


def finish_answer(message: Message, scope: Scope, *, closing: bool) -> None:
    """Put what every answer has onto one that no service gave; say that the connection closes.

    A connection on which a body is still to come cannot be read any further.
    """
    if not any(name == b"x-request-id" for name, _ in message["headers"]):
        _add_headers(message, _ids(Headers(scope=scope)))
    if closing:
        message["headers"] = [*message["headers"], (b"connection", b"close")]


def _add_headers(message: Message, state: dict[str, Any]) -> None:
    given = {name for name, _ in message["headers"]}
    ours = [(name, value) for name, value in _SECURITY_HEADERS if name not in given]
    request_id = (b"x-request-id", state["request_id"].encode())
    message["headers"] = [*message["headers"], *ours, request_id]

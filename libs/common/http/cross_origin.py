"""Lets pages of named origins call the services from a browser (CORS), and no others."""

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from libs.common.core.clock import RECORDED_AT
from libs.common.core.errors import BadRequest, problem_response

_ASKED: Final = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"),
    *(RECORDED_AT, "X-Request-ID", "traceparent"),
)
_ANSWERED: Final = (
    *("Content-Disposition", "Deprecation", "ETag", "Idempotency-Replayed", "Link", "Location"),
    *("Retry-After", "Sunset", "X-Request-ID"),
)


class CrossOrigin(CORSMiddleware):
    """Starlette's, whose refusal is a problem as all are.

    A page calls with its person's token, never with a cookie of ours: credentials are not allowed.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str], service: str) -> None:
        """Let pages of these origins call; `service` explains the refusal of the others."""
        super().__init__(
            app,
            allow_origins=[*origins],
            allow_methods=("GET", "HEAD", "POST", "PUT"),
            allow_headers=_ASKED,
            expose_headers=_ANSWERED,
        )
        self._service = service

    def preflight_response(self, request_headers: Headers) -> Response:
        """Say what a page may send, or that it may not."""
        allowed = super().preflight_response(request_headers)
        if allowed.status_code < 400:
            return allowed
        detail = (
            "Pages of this origin may not send that. The people who run the service name the"
            " origins in ALLOWED_ORIGINS."
        )
        refusal = BadRequest(code="origin-not-allowed", detail=detail, headers={"Vary": "Origin"})
        return problem_response(refusal, self._service)

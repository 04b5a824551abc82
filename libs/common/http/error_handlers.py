"""How whatever goes wrong in an application is answered: always as a problem document."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from libs.common.core.errors import DomainError, NotFound, problem_response
from libs.common.http.middleware import Failure


class MethodNotAllowed(DomainError):
    """405: the route exists and does not take this method."""

    status = 405
    detail = "This route does not take that method."


def error_handlers(service: str) -> dict[Any, Callable[[Request, Exception], Any]]:
    """Return the handlers of an application whose problems a service says the meaning of."""

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, DomainError)
        return problem_response(error, service)

    async def no_route(_: Request, __: Exception) -> Response:
        missing = NotFound(code="no-such-route", detail="There is nothing here.")
        return problem_response(missing, service)

    async def no_method(_: Request, error: Exception) -> Response:
        allowed = getattr(error, "headers", None) or {}
        return problem_response(MethodNotAllowed(headers=dict(allowed)), service)

    async def failed(_: Request, __: Exception) -> Response:
        """Answer a fault of ours, in place of the framework's own plain text."""
        return problem_response(Failure(), service)

    return {DomainError: refused, 404: no_route, 405: no_method, Exception: failed}

"""How whatever goes wrong in an application is answered: always as a problem document."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from libs.common.core.errors import DomainError, NotFound, problem_response
from libs.common.http.middleware import Failure


class MethodNotAllowed(DomainError):
    """405: the route exists and does not take this method."""

    status = 405
    detail = "This route does not take that method."


Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


def error_handlers(service: str) -> dict[Any, Handler]:
    """Return the handlers of an application whose problems a service says the meaning of."""

    def answered(refusal: Callable[[Any], DomainError]) -> Handler:
        async def handler(_: Request, error: Exception) -> Response:
            return problem_response(refusal(error), service)

        return handler

    missing = NotFound(code="no-such-route", detail="There is nothing here.")
    return {
        DomainError: answered(lambda error: error),
        404: answered(lambda _: missing),
        405: answered(lambda error: MethodNotAllowed(headers=error.headers)),
        Exception: answered(lambda _: Failure()),  # where the framework would send plain text
    }

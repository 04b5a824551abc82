"""What is refused to a person in a browser, put as a page in place of a problem document."""

import json
from collections.abc import Collection
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.core.errors import PROBLEM_MEDIA_TYPE
from libs.common.pages.rendering import Templates, service_of, wants_page

HEADINGS: Final = {
    400: "This request could not be read",
    401: "You need to sign in",
    403: "You cannot open this page",
    404: "There is no such page",
    405: "This page cannot be used that way",
    422: "The address is not right",
    429: "Too many requests",
    503: "The service is busy",
}
ADDRESS_NOT_RIGHT: Final = "query-not-valid"
"""A parameter that no page has is a fault of the address, as one that is not in its form is."""
_BY_CODE: Final = {
    ADDRESS_NOT_RIGHT: HEADINGS[422],
    "form-not-ours": "This form is out of date",
    "form-not-valid": "This form could not be read",
}
_FAILED: Final = "Something went wrong"
_TEMPLATES: Final = Templates()


class ForPeople:
    """Pure ASGI: a browser that asked for a page is told of a refusal by a page."""

    def __init__(self, app: ASGIApp, services: Collection[str]) -> None:
        """Take an application, and the services in it."""
        self._app = app
        self._services = tuple(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["services"] = self._services
        begun: Message | None = None
        body = b""

        async def answer(message: Message) -> None:
            """Pass an answer on as it comes, unless it is a problem document."""
            nonlocal begun, body
            if message["type"] == "http.response.start" and _is_problem(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _page(scope, begun, json.loads(body))(scope, receive, send)

        await self._app(scope, receive, answer if wants_page(scope) else send)


def _page(scope: Scope, begun: Message, problem: dict[str, Any]) -> Response:
    """Return a refusal as a page, with the headers that its answer had."""
    page = _TEMPLATES.page(
        "refusal.html",
        scope,
        status=begun["status"],
        headers={"Referrer-Policy": "no-referrer"},  # an address may have a secret in it
        heading=_BY_CODE.get(problem["code"]) or HEADINGS.get(begun["status"], _FAILED),
        address_not_right=begun["status"] == 422 or problem["code"] == ADDRESS_NOT_RIGHT,
        problem=problem,
        request_id=Headers(raw=begun["headers"]).get("x-request-id", ""),
        sign_in=f"/{service_of(scope)}/sign-in",
    )
    own = {name for name, _ in page.raw_headers}
    kept = [one for one in begun["headers"] if one[0] not in own and one[0] != b"content-type"]
    page.raw_headers.extend(kept)
    return page


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith(PROBLEM_MEDIA_TYPE)

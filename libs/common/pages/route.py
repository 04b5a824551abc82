"""How every page's route works: as every other route, for whoever is signed in."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from libs.common.core.errors import Unauthenticated
from libs.common.http.requests import ServiceRoute
from libs.common.pages.rendering import wants_page


class PageRoute(ServiceRoute):
    """Takes a session's token as if it had been sent: rights, limits and audit are the same."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the way of every request."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(await _signed(request))
            except Unauthenticated:
                if request.method != "GET" or not wants_page(request.scope):
                    raise
                return _to_sign_in(request)

        return handle


async def _signed(request: Request) -> Request:
    """Return the request with the token of the browser's session; a token that was sent wins."""
    if "authorization" in request.headers:
        return request
    signed = await request.app.state.sign_in.signed(request)
    if signed is None:
        return request
    request.state.viewer = signed.viewer
    bearer = (b"authorization", f"Bearer {signed.tokens.access}".encode())
    request.scope["headers"] = [*request.scope["headers"], bearer]
    return Request(request.scope, request.receive)


def _to_sign_in(request: Request) -> Response:
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    wanted = f"{path}?{query}" if query else path
    place = f"{request.scope.get('root_path', '')}/sign-in?{urlencode({'to': wanted})}"
    return RedirectResponse(place, 303, {"Cache-Control": "no-store", "Vary": "Accept, Cookie"})


def page_router() -> APIRouter:
    """Return a router whose routes are pages."""
    return APIRouter(route_class=PageRoute, redirect_slashes=False)

"""Routes that were renamed: each answers under its old path too, and every answer says so."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from libs.common.http.requests import ServiceRoute
from libs.common.observability.deprecated import deprecation_headers

SUCCESSOR = "x-successor"


def keep_old_path(routes: APIRouter, new: str, old: str) -> None:
    """Have what answers at one path answer at its old path as well."""
    for route in [one for one in routes.routes if isinstance(one, APIRoute) and one.path == new]:
        routes.add_api_route(
            old,
            route.endpoint,
            methods=list(route.methods or ()),
            response_model=route.response_model,
            tags=route.tags,
            openapi_extra={**(route.openapi_extra or {}), SUCCESSOR: new},
            deprecated=True,
            route_class_override=_OldRoute,
        )


class _OldRoute(ServiceRoute):
    """A route under its old path: refusals too say which path takes its place, and until when."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the new route does."""
        given = {name: quote(str(value), safe="") for name, value in scope["path_params"].items()}
        successor = (self.openapi_extra or {})[SUCCESSOR].format(**given)
        said = deprecation_headers(scope.get("root_path", "") + successor)

        async def saying_so(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(said)
            await send(message)

        await super().handle(scope, receive, saying_so)

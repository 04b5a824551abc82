"""Every route declares what it needs, or that anybody may call it."""

from collections.abc import Sequence

from fastapi import APIRouter

from libs.common.http.requests import ServiceRoute


class UndeclaredPermission(TypeError):
    """A route neither declares what it needs nor says that it is public."""


def check_permissions(routers: Sequence[APIRouter]) -> None:
    """Refuse to start with a route whose permission nobody thought of."""
    undeclared = [
        str(getattr(route, "path", route))
        for router in routers
        for route in router.routes
        if not isinstance(route, ServiceRoute) or "x-permission" not in (route.openapi_extra or {})
    ]
    if undeclared:
        raise UndeclaredPermission(", ".join(undeclared))

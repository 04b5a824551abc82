"""Which methods an address takes."""

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.types import Scope


def methods_at(scope: Scope) -> list[str]:
    """Return the methods that an address takes, over all its routes."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    contexts = [c for c in iter_route_contexts(scope["app"].routes) if c.path_regex.match(path)]
    # `…/searches` is no id, though the path of one thing would match it too.
    fewest = min(str(c.path_format).count("{") for c in contexts)
    own = (c for c in contexts if str(c.path_format).count("{") == fewest)
    found = {m for c in own for m in c.methods or ()}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def check_method(request: Request, error: RequestValidationError) -> None:
    """Say which methods an address takes that is no id of the path it was read as.

    `…/searches` takes a POST alone, and looks like one thing's address to a GET.
    """
    if any(one["loc"][:1] == ("path",) for one in error.errors()):
        taken = methods_at(request.scope)
        if request.method not in taken:
            raise HTTPException(405, headers={"Allow": ", ".join(taken)}) from None

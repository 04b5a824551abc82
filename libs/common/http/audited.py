"""What the audit says a request is about: its route, and the ids in it."""

import json
from collections.abc import Iterable
from typing import Any, Final

from starlette.requests import Request

from libs.common.core.fields import IDENTIFIER
from libs.common.persistence.stored_responses import StoredResponse

MOST_OBJECT: Final = 200
ID_AND_COMMA: Final = 37


def template(request: Request) -> str:
    """Return the route's path with its parameters' names in place of their values."""
    route = request.scope.get("route")
    return str(getattr(route, "path", ""))


def about(request: Request, more: Iterable[str] = ()) -> str:
    """Return the route and the ids in path and query, as many as the audit's column holds.

    Anything else there might be somebody's name.
    """
    route = template(request)
    given = (*request.path_params.items(), *request.query_params.multi_items())
    ids = list(dict.fromkeys((*_ids(given), *more)))
    return f"{route} {','.join(ids[: (MOST_OBJECT - len(route)) // ID_AND_COMMA])}".strip()


def _ids(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    return [
        value
        for name, value in pairs
        if name.endswith("id") and isinstance(value, str) and IDENTIFIER.fullmatch(value)
    ]


def ids_in(stored: StoredResponse) -> list[str]:
    """Return the ids that a stored answer shows."""
    found = json.loads(stored.body) if stored.body else None
    return _ids(found.items()) if isinstance(found, dict) else []

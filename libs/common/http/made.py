"""What is answered to what was made: 201 with where it is read, 200 where it was there already."""

import json
import re
from collections.abc import Collection, Iterator
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response

from libs.common.persistence.uow import UnitOfWork

_KEY: Final = re.compile(r"{(\w+)}")
_FOUND: dict[tuple[str, str], str] = {}
"""Where it is read, by the service and the path at which it is made: looked for once."""


def say_what_was_made(uow: UnitOfWork, request: Request, response: Response) -> None:
    """Turn 201 into 200 where a repeat made nothing; give a Location to what was made."""
    if response.status_code != HTTPStatus.CREATED:
        return
    if not uow.made:
        response.status_code = HTTPStatus.OK
        return
    shown = json.loads(bytes(response.body))
    path = _read_at(request.app, request.scope["route"].path_format, [*shown])
    # What has no field of its own name, as a result's id has not, is the first of what is shown.
    given = dict.fromkeys(_KEY.findall(path), next(iter(shown.values())))
    given |= request.path_params | shown
    location = path.format_map({name: quote(str(one), safe="") for name, one in given.items()})
    response.headers["Location"] = request.scope.get("root_path", "") + location


def _read_at(app: FastAPI, made_at: str, shown: Collection[str]) -> str:
    if (app.title, made_at) not in _FOUND:
        contexts = iter_route_contexts(app.routes)
        reads = {one.path_format for one in contexts if "GET" in (one.methods or ())}
        _FOUND[app.title, made_at] = where_it_is_read(made_at, reads, shown)
    return _FOUND[app.title, made_at]


def where_it_is_read(made_at: str, reads: Collection[str | None], shown: Collection[str]) -> str:
    """Return which of the paths of reads shows what is made at a path.

    It is the path itself, or with a key behind it, or that of the list of its name (a review of a
    case is among the reviews); what has no address of its own is read with what it is part of.
    Raises LookupError where there is none.
    """
    known = {*shown, *_KEY.findall(made_at)}
    found = [path for form in _forms(made_at) for path in reads if path and form.fullmatch(path)]
    certain = [path for path in found if known.issuperset(_KEY.findall(path))]
    for path in [*certain, *found]:
        return path
    raise LookupError(made_at)


def _forms(made_at: str) -> Iterator[re.Pattern[str]]:
    at = made_at
    while at.count("/") > 1:
        begin, _, last = at.rpartition("/")
        if last.startswith("{"):
            yield re.compile(re.escape(at))
        else:
            yield re.compile(re.escape(at) + r"/{\w+}")
            yield re.compile(rf"/v1/{re.escape(last)}/{{\w+}}")
        at = begin

"""Declares the routes by which a record is put right: corrected, or taken out of every count."""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, TypeVar, get_type_hints
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import IfMatch, Work, etag
from libs.common.persistence.uow import UnitOfWork

V = TypeVar("V", bound=BaseModel)
Command = Callable[..., Awaitable[Any]]
Shown = Callable[[UnitOfWork, Any, Response], Awaitable[V]]
"""Sets the ETag that a record has, and returns its view."""


@dataclass(frozen=True)
class PutRight:
    """What is declared of a correction or withdrawal: record's path, step, command, permission."""

    record: str
    step: str
    command: Command
    action: str


_IN_PATH: Final[dict[Any, Any]] = {UUID: Identifier, date: Annotated[Day, Path()]}


def put_right(
    routes: APIRouter,
    record: str,
    needs: dict[str, Any],
    answer: type[V] | Shown[V],
    *,
    tag: str,
    **commands: Command,
) -> None:
    """Declare a POST under a record's path for each command: ``corrections``, ``void``.

    A command takes the unit of work, what the path names in its order, the body (``command``) and
    the ``version`` that the caller read. It returns the record, or the record first. ``needs`` is
    the `permission`; ``answer`` is the record's view, which then has an ETag of its own, or shows
    it otherwise. The operation's name and words are the command's.
    """
    shown: Shown[V] = _shown_as(answer) if isinstance(answer, type) else answer
    for word, command in commands.items():
        routes.add_api_route(
            f"{record}/{word}",
            _endpoint(PutRight(record, word, command, needs["x-permission"]), shown),
            methods=["POST"],
            response_model=answer if isinstance(answer, type) else get_type_hints(answer)["return"],
            tags=[tag],
            openapi_extra=needs,
        )


def _shown_as(view: Any) -> Shown[Any]:
    async def shown(work: UnitOfWork, record: Any, response: Response) -> Any:
        etag(response, work, record)
        return view.of(record)

    return shown


def declared(routers: Iterable[APIRouter]) -> Iterator[PutRight]:
    """Yield what was declared to be put right by the routes of these."""
    for route in (one for routes in routers for one in routes.routes):
        found = vars(getattr(route, "endpoint", None) or object).get("puts_right")
        if found is not None:
            yield found


def named_in(put: PutRight) -> tuple[Mapping[str, inspect.Parameter], Any]:
    """Return what the path names, as the command takes it, and the model of the body."""
    _, *ids, body, _ = inspect.signature(put.command, eval_str=True).parameters.values()
    which = re.findall(r"{(\w+)", put.record)
    return dict(zip(which, ids, strict=True)), body.annotation


def _endpoint(put: PutRight, shown: Shown[V]) -> Callable[..., Awaitable[V]]:
    """Return a route's function, which FastAPI reads as if it were written out."""
    which, body = named_in(put)
    command = put.command

    async def endpoint(work: UnitOfWork, response: Response, **given: Any) -> V:
        done = await command(work, *(given[name] for name in (*which, "command", "version")))
        return await shown(work, done[0] if isinstance(done, tuple) else done, response)

    asked = {name: _IN_PATH[id_.annotation] for name, id_ in which.items()}
    asked |= {"command": body, "version": IfMatch, "work": Work, "response": Response}
    parameter = partial(inspect.Parameter, kind=inspect.Parameter.KEYWORD_ONLY)
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [parameter(name, annotation=annotation) for name, annotation in asked.items()]
    )
    vars(endpoint)["puts_right"] = put
    endpoint.__name__, endpoint.__doc__ = command.__name__, command.__doc__
    return endpoint

"""How every route works: who asks, strict reading, one transaction, committed before the answer."""

import json
import re
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from libs.common.core.clock import Clock, local_day
from libs.common.core.errors import (
    BadRequest,
    Conflict,
    DomainError,
    NotAllowed,
    PreconditionFailed,
    PreconditionRequired,
    Rejected,
    Unauthenticated,
    Unavailable,
)
from libs.common.core.validation_errors import validation_errors
from libs.common.http.audited import about, ids_in, template
from libs.common.http.availability import available
from libs.common.http.backdating import recorded_as_told
from libs.common.http.beforehand import beforehand_of
from libs.common.http.bodies import StrictRequest, read_body
from libs.common.http.callers import Callers, Guesses, unlimited
from libs.common.http.conflicts import say_what_was_met, say_where_it_lies
from libs.common.http.limits import HEALTH
from libs.common.http.made import say_what_was_made
from libs.common.http.methods import check_method, methods_at
from libs.common.http.own_keys import by_own_keys
from libs.common.http.parameters import check_query
from libs.common.http.preconditions import ANY, ETAG, is_known, precondition
from libs.common.persistence.db import Aggregate
from libs.common.persistence.stored_responses import StoredResponse, fingerprint, stored_response
from libs.common.persistence.uow import (
    ANY_VERSION,
    Access,
    ReadTransaction,
    RequestContext,
    UnitOfWork,
    Units,
)
from libs.common.security import Grants, TokenChecker, reaches

KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
CREATING: Final = frozenset({"POST"})
WRITING: Final = frozenset({"POST", "PUT"})
READING: Final = frozenset({"GET", "HEAD"})


def permission(
    action: str,
    *,
    own_transactions: bool = False,
    long: bool | None = None,
    reads: bool = False,
    streams: bool = False,
) -> dict[str, Any]:
    """Declare what a route needs: ``openapi_extra=permission("review.record")``.

    The grants of the service say which roles have the action and how far it reaches. A route with
    ``own_transactions`` opens its transactions itself. It is ``long``, as is one that says so,
    unless it says otherwise: it has more time than others, and few are carried out at once. A POST
    that ``reads`` is a question with something in it that may stand in no address: it needs no key.
    A route that ``streams`` reads its body itself, which may be as large as `MOST_FILE_BYTES`.
    """
    declared = {"x-permission": action, "x-own-transactions": own_transactions}
    is_long = own_transactions if long is None else long
    flags = {"x-long": is_long, "x-reads": reads, "x-streams": streams}
    return declared | {name: True for name, said in flags.items() if said}


PUBLIC: Final[dict[str, Any]] = {"x-permission": None}
"""Declares a route that anybody may call."""
BY_SECRET: Final = PUBLIC | {"x-by-secret": True}
"""Declares one for whoever has a secret, which counts by itself: by address, wrong ones alone."""


@dataclass(frozen=True)
class Guard:
    """What a service's routes check against, and where they work."""

    grants: Grants
    tokens: TokenChecker
    clock: Clock
    units: Units
    callers: Callers = field(default_factory=unlimited)
    strangers: Callers = field(default_factory=unlimited)
    """Whose token is not accepted, or not asked for: by the address they call from."""
    guesses: Guesses = field(default_factory=Guesses)
    """Whose link or code is none of ours."""
    forms: Callers = field(default_factory=unlimited)
    """Who sends forms that anybody may send: by the address they come from."""
    backdating: bool = False
    """Whether who reaches the whole county may say when something was recorded."""


class ServiceRoute(APIRoute):
    """Every request's way: permission, strict reading, transaction, stored response, commit."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        """Let the command be sent with the county's own keys."""
        super().__init__(path, by_own_keys(endpoint), **how)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's own handler, which validates, calls the endpoint and serialises."""
        call = super().get_route_handler()
        known = {
            p.alias for p in get_flat_params(self.dependant) if isinstance(p.field_info, Query)
        }
        extra = self.openapi_extra or {}
        reads_json = self.body_field is not None
        versioned = any(p.alias == "if-match" for p in get_flat_params(self.dependant))
        way = _way(self.methods or (), extra)
        act = beforehand_of(self.endpoint)

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            guard: Guard = strict.app.state.guard
            if extra.get("x-permission") is None:
                if not extra.get("x-any-query"):
                    check_query(strict, known)
                if template(strict) not in HEALTH and not extra.get("x-by-secret"):
                    guard.strangers.take(address_of(strict))
                return await _translated(call, strict)
            context = await _context(strict, guard, extra["x-permission"])
            try:
                now, taken = guard.clock.now(), guard.backdating
                context = recorded_as_told(context, strict, now, taken=taken)
                if strict.method in WRITING and not versioned:
                    asked = precondition(strict.headers, strict.method)
                    context = replace(context, precondition=asked)
                strict.state.context = context
                check_query(strict, known)
                await read_body(strict, reads_json=reads_json, streams="x-streams" in extra)
                await act(strict)
                return await way(guard, context, strict, call)
            except DomainError as refusal:
                if isinstance(refusal, Conflict):
                    say_where_it_lies(refusal, strict)
                await _note_refusal(guard, context, strict, refusal)
                raise

        return handle

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or say which methods the path takes, over all its routes."""
        if scope["method"] not in (self.methods or ()):
            raise HTTPException(405, headers={"Allow": ", ".join(methods_at(scope))})
        await super().handle(scope, receive, send)


Call = Callable[[Request], Coroutine[Any, Any, Response]]
Way = Callable[[Guard, RequestContext, StrictRequest, Call], Coroutine[Any, Any, Response]]


def _way(methods: Collection[str], declared: Mapping[str, Any]) -> Way:
    own = declared.get("x-own-transactions")
    if READING & set(methods) or declared.get("x-reads"):
        return _read_by_itself if own else _read
    return _by_itself if own else _command


async def _by_itself(_: Guard, __: RequestContext, request: Request, call: Call) -> Response:
    return await _translated(call, request)


async def _read_by_itself(
    guard: Guard, context: RequestContext, request: Request, call: Call
) -> Response:
    async with available():
        return await _told(guard, context, request, await _translated(call, request))


async def _context(request: Request, guard: Guard, action: str) -> RequestContext:
    now = guard.clock.now()
    try:
        actor = await guard.tokens.actor(request.headers.get("authorization"), now)
    except Unauthenticated:
        guard.strangers.take(address_of(request))
        raise
    guard.callers.take(actor.subject)
    async with available():
        actor = await guard.units.resolved(actor)
    allowed = reaches(guard.grants, actor, action)
    context = RequestContext(
        Access(actor, action, allowed, local_day(now), guard.grants),
        getattr(request.state, "request_id", ""),
        getattr(request.state, "traceparent", ""),
    )
    if not allowed:
        async with available():
            await guard.units.note(context, template(request), "not-allowed")
        raise NotAllowed.lacking(action)
    return context


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


async def _read(guard: Guard, context: RequestContext, request: Request, call: Call) -> Response:
    async with available(), guard.units.read(context) as reading:
        request.state.reading = reading
        response = await _translated(call, request)
    async with available():
        return await _told(guard, context, request, response)


async def _told(
    guard: Guard, context: RequestContext, request: Request, response: Response
) -> Response:
    """Have the audit tell of what was read, and send it unless the reader has it already."""
    said = about(request, getattr(request.state, "about", ()))
    await guard.units.note(context, said, getattr(request.state, "outcome", "read"))
    version = response.headers.get("etag")
    if version is not None and is_known(request.headers, version):
        return Response(status_code=304, headers={"ETag": version})
    return response


async def _command(
    guard: Guard, context: RequestContext, request: StrictRequest, call: Call
) -> Response:
    key = _idempotency_key(request)
    if key is None:
        async with available(), guard.units.work(context) as uow:
            return await _carried_out(uow, request, call)
    caller, print_ = context.access.actor.subject, await _fingerprint(request)
    try:
        async with available(), guard.units.work(context) as uow:
            response = await _carried_out(uow, request, call)
            headers = {k: v for k, v in response.headers.items() if k in {"etag", "location"}}
            answer = StoredResponse(print_, response.status_code, headers, bytes(response.body))
            uow.store(answer.row(caller, key, guard.clock.now()))
            return response
    except Unavailable:
        raise
    except DomainError:
        # The same command may have been carried out before: what it was answered is answered.
        async with available(), guard.units.work(context) as uow:
            if (stored := await stored_response(uow.connection, caller, key)) is None:
                raise
            return _again(uow, request, stored, print_)


async def _carried_out(uow: UnitOfWork, request: StrictRequest, call: Call) -> Response:
    request.state.uow = request.state.reading = uow
    uow.about = about(request)
    try:
        response = await _translated(call, request)
        uow.faults.refuse()
    except Conflict as conflict:
        say_what_was_met(conflict, uow)
        raise
    say_what_was_made(uow, request, response)
    return response


async def _translated(call: Call, request: Request) -> Response:
    try:
        return await call(request)
    except RequestValidationError as error:
        check_method(request, error)
        body = request.scope["route"].body_field
        model = body and body.field_info.annotation
        raise Rejected(code="not-valid", errors=validation_errors(error.errors(), model)) from None


async def _note_refusal(
    guard: Guard, context: RequestContext, request: Request, refusal: DomainError
) -> None:
    if not isinstance(refusal, Unavailable):
        async with available():
            await guard.units.note(context, about(request), refusal.code)


def _idempotency_key(request: Request) -> str | None:
    if request.method not in CREATING:
        return None
    keys = request.headers.getlist("idempotency-key")
    if len(keys) != 1 or not KEY.fullmatch(keys[0].strip('"')):
        raise BadRequest(
            code="idempotency-key-required",
            detail="Send one Idempotency-Key header: 1 to 200 printable characters, a new one"
            " for each command, and the same one when you try again.",
        )
    return keys[0].strip('"')


async def _fingerprint(request: StrictRequest) -> str:
    """Return by what a command is known again: the same JSON in another order is the same."""
    if_match = request.headers.get("if-match", "")
    parts = [request.method, request.url.path, if_match]
    body = await request.body()
    if request.parsed is not None:
        body = json.dumps(request.parsed, sort_keys=True, separators=(",", ":")).encode()
    elif body:  # of a file, what it says depends on what it is said to be
        parts += [request.url.query, request.headers.get("content-type", "")]
    return fingerprint((*(part.encode() for part in parts), body))


def _again(uow: UnitOfWork, request: Request, stored: StoredResponse, print_: str) -> Response:
    uow.concerns(about(request, ids_in(stored)))
    if stored.fingerprint != print_:
        raise Rejected(
            code="idempotency-key-reused",
            detail="This Idempotency-Key was used for another command.",
        )
    headers = {**stored.headers, "Idempotency-Replayed": "true"}
    return Response(stored.body, stored.status, headers, media_type="application/json")


# Coroutines, though they wait for nothing: a plain function would be run in another thread.
async def _current_work(request: Request) -> UnitOfWork:
    work: UnitOfWork = request.state.uow
    return work


async def _current_reading(request: Request) -> ReadTransaction:
    reading: ReadTransaction = request.state.reading
    return reading


async def _public_reading(request: Request) -> AsyncIterator[AsyncConnection]:
    """Open a read of what is public; nobody asks, so no caller's condition holds."""
    guard: Guard = request.app.state.guard
    async with available(), guard.units.database.reading() as connection:
        yield connection


async def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise PreconditionRequired
    if if_match.strip() == ANY:
        return ANY_VERSION
    found = ETAG.fullmatch(if_match)
    if found is None:
        raise PreconditionFailed(
            code="version-not-valid", detail="If-Match takes one ETag of ours, or *."
        )
    return int(found.group(1))


Work = Annotated[UnitOfWork, Depends(_current_work)]
"""A command's unit of work; it is committed before the first byte of the answer."""

Read = Annotated[ReadTransaction, Depends(_current_reading)]
"""A read's view of the database."""

PublicRead = Annotated[AsyncConnection, Depends(_public_reading, scope="function")]
"""A public route's view of the database: it shows nothing but what was published."""

IfMatch = Annotated[int, Depends(_expected_version)]
"""The version the caller read, which must still be the current one, or `ANY_VERSION`."""


def etag(
    response: Response, reading: ReadTransaction, aggregate: Aggregate, *, new: bool = False
) -> None:
    """Set the ETag: the version that a change of this thing must name in If-Match.

    A part of an aggregate may be ``new`` where that is not. Raises PreconditionFailed where a
    command asked for another than the version it replaces.
    """
    if isinstance(reading, UnitOfWork) and reading.context.precondition is not None:
        version = reading.replaced(aggregate)
        reading.context.precondition(version, version is not None and not new)
    response.headers["ETag"] = f'"{reading.version(aggregate)}"'


def router() -> APIRouter:
    """Return a router whose routes all go the one way."""
    return APIRouter(route_class=ServiceRoute, redirect_slashes=False)

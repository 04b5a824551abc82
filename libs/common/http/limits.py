"""How much is taken on at once, and for how long: the settings, and the requests at work.

What is beyond a limit is refused at once, with when to try again: a queue would only make those
who wait for it give up, and do the work for nobody.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.core.errors import DomainError, Unavailable, problem_response
from libs.common.http.preferences import preferred_wait


def _limit(default: int, least: int, most: int, words: str, more: str = "") -> Any:
    """Return the field of a whole number that says its bounds in its description."""
    described = f"{words}, {least} to {most}{more}"
    return Field(default=default, ge=least, le=most, description=described)


class Limits(BaseModel):
    """What callers together, and each of them, may ask of one process."""

    limit_at_work: int = _limit(
        16,
        1,
        1_000,
        "requests at work in each service at once",
        "; a service has 20 database connections",
    )
    limit_long_at_work: int = _limit(
        3, 1, 100, "imports and reports at work in each service at once"
    )
    limit_seconds: int = _limit(8, 1, 60, "seconds that a request may take")
    limit_long_seconds: int = _limit(600, 10, 7_200, "seconds that an import or a report may take")
    limit_caller_rate: int = _limit(
        100, 1, 100_000, "requests a second that one caller may make in the long run"
    )
    limit_caller_burst: int = _limit(
        200, 1, 100_000, "requests that one caller may make at once after a rest"
    )
    limit_forms_a_minute: int = _limit(
        30, 1, 100_000, "forms by open links that one address may send a minute in the long run"
    )
    limit_forms_burst: int = _limit(
        100, 1, 100_000, "forms by open links that one address may send at once after a rest"
    )
    limit_connections: int = _limit(
        10_000,
        10,
        100_000,
        "open connections",
        "; fewer where the process may open fewer files",
    )
    limit_header_seconds: int = _limit(10, 1, 60, "seconds until a request's headers are there")
    limit_idle_seconds: int = _limit(75, 1, 3_600, "seconds a connection is kept unused")
    limit_send_seconds: int = _limit(60, 1, 600, "seconds a caller may take to read on")


class Overloaded(Unavailable):
    """503: as much is at work as may be; nothing was done of this request."""

    detail = "The service has as much to do as it can take on. Try again shortly."


class NotInTime(Unavailable):
    """503: the time for a request ran out.

    It was undone, but for a commit that was already under way: the same Idempotency-Key tells.
    """

    detail = "This could not be done in time. Try it again as it is, under the same key."


MOST_PATIENT: Final = 32
"""Who prefer to wait for a place in a lane; more are refused as others are."""


@dataclass
class Lane:
    """Places for requests of one kind, and how many seconds each may take."""

    name: str
    places: float
    seconds: float
    at_work: int = 0
    patient: int = 0
    """How many who prefer to wait do so for a place."""
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a place is given back while somebody waits; then another is in its place."""

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.at_work >= self.places

    def enter(self, refused: Callable[[str], None]) -> None:
        """Take a place, or raise Overloaded."""
        if self.is_full:
            refused(Overloaded.code)
            raise Overloaded
        self.at_work += 1

    def leave(self) -> None:
        """Give a place back."""
        self.at_work -= 1
        if self.patient:
            self.freed.set()
            self.freed = asyncio.Event()

    @asynccontextmanager
    async def held(self, refused: Callable[[str], None]) -> AsyncIterator[None]:
        """Hold a place, for as long as one may be; raises Overloaded or NotInTime.

        For a route that is declared with ``x-own-place``: it answers these refusals itself.
        """
        self.enter(refused)
        deadline = asyncio.timeout(self.seconds)
        try:
            async with deadline:
                yield
        except TimeoutError:
            if not deadline.expired():
                raise  # one of the application's own
            refused(NotInTime.code)
            raise NotInTime from None
        finally:
            self.leave()


class AtWork:
    """Middleware around one service: so many requests at work, each for so long.

    A request is at work from its headers until its answer begins, but for the time in which its
    body is waited for: who sends slowly takes nobody's place.
    """

    def __init__(
        self, app: ASGIApp, lanes: "Lanes", refused: Callable[[str], None] = lambda _: None
    ) -> None:
        """Limit an application; `refused` is told each time, and why."""
        self._app = app
        self._lanes = lanes
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        lane = self._lanes.of(scope["path"])
        work = _Work(lane, receive, send, self._refused)
        try:
            try:
                await work.carry_out(self._app, scope)
            finally:
                work.leave()
        except (Overloaded, NotInTime) as refusal:
            await _take_in(scope, receive)
            await problem_response(refusal, self._lanes.service)(scope, receive, send)


class _Work:
    """One request and its place."""

    def __init__(
        self, lane: Lane, receive: Receive, send: Send, refused: Callable[[str], None]
    ) -> None:
        self._lane = lane
        self._receive = receive
        self._send = send
        self._refused = refused
        self._held = False
        self._body_is_in = False
        self._deadline = asyncio.timeout(None)

    async def carry_out(self, app: ASGIApp, scope: Scope) -> None:
        """Have the application answer, in time."""
        if self._lane.is_full:
            await self._wait_for_a_place(scope)
        self._enter()
        try:
            async with self._deadline:
                self._restart()
                await app(scope, self.receive, self.send)
        except TimeoutError:
            if not self._deadline.expired():
                raise  # one of the application's own
            self._refused(NotInTime.code)
            raise NotInTime from None

    async def receive(self) -> Message:
        """Wait for a part of the body, and for no place or deadline of ours meanwhile."""
        if self._body_is_in or not self._held:
            return await self._receive()
        self.leave()
        self._wait_until(None)
        message = await self._receive()
        self._body_is_in = not message.get("more_body", False)
        self._enter()
        self._restart()
        return message

    async def send(self, message: Message) -> None:
        """Answer: the work is done, and how fast it is read is the connection's to bound."""
        self.leave()
        self._wait_until(None)
        await self._send(message)

    def leave(self) -> None:
        """Give the place back, if it is held."""
        if self._held:
            self._held = False
            self._lane.leave()

    async def _wait_for_a_place(self, scope: Scope) -> None:
        """Have a reader who prefers to wait do so, rather than be refused; so many at most."""
        lane, headers = self._lane, Headers(scope=scope)
        seconds = preferred_wait(headers.get("prefer")) if scope["method"] == "GET" else None
        if seconds is None or lane.patient >= MOST_PATIENT:
            return
        lane.patient += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while lane.is_full:
                        await lane.freed.wait()
        finally:
            lane.patient -= 1

    def _enter(self) -> None:
        self._lane.enter(self._refused)
        self._held = True

    def _restart(self) -> None:
        self._wait_until(asyncio.get_running_loop().time() + self._lane.seconds)

    def _wait_until(self, when: float | None) -> None:
        if not self._deadline.expired():  # else the application answers that it was broken off
            self._deadline.reschedule(when)


async def _take_in(scope: Scope, receive: Receive) -> None:
    """Take in a body that is there already, so that the connection need not be closed for it."""
    if any(name == b"expect" for name, _ in scope["headers"]):
        return
    try:
        async with asyncio.timeout(0):
            await receive()
    except (TimeoutError, DomainError):
        return


PROBES: Final = ("health/live", "health/ready", "metrics")
"""What supervisors and monitors ask of each service, above all when there is too much to do."""
HEALTH: Final = frozenset(f"/{probe}" for probe in PROBES)


class Lanes:
    """A service's places: those of its long requests apart, so that they do not take all.

    Who holds a place itself, once it has read what it was sent, is let in without one.
    """

    def __init__(
        self,
        name: str,
        long: Collection[re.Pattern[str]],
        limits: Limits,
        own: Collection[re.Pattern[str]] = (),
    ) -> None:
        """Take the service's name, its long routes, how much it takes on, and who sees to that."""
        self.service = name
        self._prefix = f"/{name}"
        self._long = tuple(long)
        self._own = tuple(own)
        self.quick = Lane("quick", limits.limit_at_work, limits.limit_seconds)
        self.long = Lane("long", limits.limit_long_at_work, limits.limit_long_seconds)
        self.own = Lane("own", inf, 2 * limits.limit_seconds)
        self.health = Lane("health", inf, limits.limit_seconds)

    @property
    def all(self) -> Sequence[Lane]:
        """Every lane."""
        return (self.quick, self.long, self.own, self.health)

    def of(self, path: str) -> Lane:
        """Return the lane of a request."""
        inside = path.removeprefix(self._prefix)
        if inside in HEALTH:
            return self.health
        if any(one.match(inside) for one in self._own):
            return self.own
        return self.long if any(one.match(inside) for one in self._long) else self.quick


def long_routes(routers: Sequence[APIRouter]) -> list[re.Pattern[str]]:
    """Return the paths of the routes that may take long."""
    return [route.path_regex for route in _declared(routers, "x-long")]


def lanes_of(name: str, routers: Sequence[APIRouter], limits: Limits) -> Lanes:
    """Return a service's places, as its routes declare them."""
    return Lanes(name, long_routes(routers), limits, own_places(routers))


def own_places(routers: Sequence[APIRouter]) -> list[re.Pattern[str]]:
    """Return the paths of the routes that hold a place of the quick lane themselves."""
    return [route.path_regex for route in _declared(routers, "x-own-place")]


def streaming_routes(routers: Sequence[APIRouter]) -> list[str]:
    """Return the paths of the routes that read their body themselves."""
    return [route.path for route in _declared(routers, "x-streams")]


def _declared(routers: Sequence[APIRouter], what: str) -> list[APIRoute]:
    return [
        route
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and (route.openapi_extra or {}).get(what)
    ]

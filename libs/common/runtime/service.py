"""How any list of services is started, served and stopped in one process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from libs.common.audit.chain import secret_of
from libs.common.audit.sealer import Sealer
from libs.common.core.backoff import Backoff
from libs.common.core.supervisor import Supervisor, Work, Works, ended
from libs.common.core.transient import is_transient
from libs.common.http import (
    change_feed_api,
    change_log_api,
    described,
    health,
    listener_api,
    me_api,
)
from libs.common.http.callers import Callers, Guesses
from libs.common.http.cross_origin import CrossOrigin
from libs.common.http.declared import check_permissions
from libs.common.http.error_handlers import error_handlers
from libs.common.http.guard import RequestGuard
from libs.common.http.health import show_part
from libs.common.http.limits import AtWork, lanes_of, streaming_routes
from libs.common.http.listener_api import LISTENER
from libs.common.http.middleware import ErrorBoundary, RequestMiddleware
from libs.common.http.openapi import Api
from libs.common.http.requests import Guard
from libs.common.imports import ImportWorker, forget_imports
from libs.common.messages import Sender
from libs.common.messaging.consumer import Consumer, ConsumerStuck
from libs.common.messaging.own_topic import TopicAhead
from libs.common.messaging.relay import Relay
from libs.common.observability.metrics import Metrics
from libs.common.pages.index import index_page
from libs.common.pages.refusals import ForPeople
from libs.common.pages.rendering import wants_page
from libs.common.pages.routes import files_routes, sign_in_routes
from libs.common.pages.sessions import Sessions
from libs.common.pages.signing_in import SignIn
from libs.common.persistence.db import Database
from libs.common.persistence.heartbeat import HeartbeatMonitor
from libs.common.persistence.migrations import schema_is_current, upgrade
from libs.common.persistence.pruning import Pruner
from libs.common.persistence.uow import Units
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.routines import Routines

log = logging.getLogger(__name__)


LOOK_SECONDS = 3.0
"""How long a start waits for the topic to be compared with the table; a bus may be away."""


class SchemaNotCurrent(RuntimeError):
    """The database's schema is not the one of this version: it is migrated before it is served."""


class Running:
    """One service at work: its application, and its parts, which a supervisor keeps at work."""

    def __init__(self, service: Service, around: Surroundings) -> None:
        self.service = service
        self.public_url = around.public_url
        self.development = around.development
        self._around = around
        self.database = Database(around.database_urls[service.name])
        self.bus = around.bus
        self.metrics = Metrics(service.name)
        self.relay = Relay(service.name, self.database, around.bus) if service.publishes else None
        self.consumer = (
            Consumer(self.database, around.bus, service.subscriptions, around.reading)
            if service.subscriptions
            else None
        )
        files = around.audit_files.get(service.name)
        self.sealer = Sealer(service.name, self.database, files) if files else None
        self.secret = secret_of(files)
        self.clock = around.clock
        self.units = Units(
            self.database,
            around.clock,
            service.visible,
            self._committed,
            self._admit,
            service.on_record,
        )
        self.failure: BaseException | None = None
        self.supervisor = Supervisor(
            service.name,
            around.clock.now,
            self._end,
            lambda part: show_part(self.metrics, service.name, part),
        )
        self.sign_in: SignIn | None = None
        self.api = self._api()
        kinds = [*service.kinds, *service.own_kinds]
        self.imports = ImportWorker(service.name, self.api.state.guard, kinds)
        self.lanes = lanes_of(service.name, service.routers, around.limits)
        for lane in self.lanes.all:
            gauge = self.metrics.at_work.labels(service.name, lane.name)
            gauge.set_function(partial(getattr, lane, "at_work"))
        limited = AtWork(self.api, self.lanes, self.metrics.refuse)
        self.app: ASGIApp = RequestMiddleware(limited, service.name, self.metrics)

    def _committed(self) -> None:
        if self.relay is not None:
            self.relay.wake()

    def _admit(self) -> None:
        """Refuse commands while the topic holds events without one: see `reconcile`."""
        if self.relay is not None and self.relay.topic.ahead:
            raise TopicAhead(retry_after=60)

    async def _may_send(self) -> None:
        """Hold messages up as commands: what a restore took away may have left already."""
        if self.relay is not None:
            await self.relay.topic.looked(LOOK_SECONDS)
        self._admit()

    def _api(self) -> FastAPI:
        service = self.service
        app = Api(
            title=f"SSSEN {service.name}",
            summary=service.summary,
            version="1",
            servers=[{"url": f"/{service.name}"}],
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            telemetry={"tracing": False},
            separate_input_output_schemas=False,
        )
        around = self._around
        limits, refuse = around.limits, self.metrics.refuse
        rate, burst = limits.limit_caller_rate, limits.limit_caller_burst
        guard = app.state.guard = Guard(
            service.grants,
            around.tokens,
            around.clock,
            self.units,
            Callers(rate, burst, refuse),
            Callers(rate, burst, refuse),
            Guesses(refuse),
            Callers(limits.limit_forms_a_minute / 60, limits.limit_forms_burst, refuse),
            backdating=around.backdating,
        )
        app.state.running = self
        if service.front:
            sessions = Sessions(self.database)
            self.sign_in = SignIn(service.name, around.sign_in, sessions, guard)
            app.state.sign_in = self.sign_in
        for kind, handler in error_handlers(service.name).items():
            app.add_exception_handler(kind, handler)
        routers = [*service.routers, described.problem_routes, health.routes, files_routes]
        routers += [me_api.routes]
        routers += [sign_in_routes] if service.front else []
        if service.publishes:
            routers += [described.schema_routes, change_log_api.routes, change_feed_api.routes]
        routers += [listener_api.routes] if service.subscriptions is not None else []
        check_permissions(routers)
        self.routers = routers
        for router in routers:  # to include one would build each of its routes once more
            app.router.routes.extend(router.routes)
        return app

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Start the parts, and stop them cleanly."""
        await self._prepare()
        keep = self.supervisor.keep
        kept = [asyncio.create_task(keep(name, work)) for name, work in self._parts().items()]
        try:
            if self.relay is not None:
                await self.relay.topic.looked(LOOK_SECONDS)
            yield
        finally:
            await ended(kept)
            if self.sealer is not None:
                await self.sealer.finish()
            await self.database.close()

    async def _prepare(self) -> None:
        """Make sure of the database; one that is starting itself, with everything else, is awaited.

        The server keeps to itself what made a start fail.
        """
        about, backoff = {"database": self.service.name}, Backoff()
        until = asyncio.get_running_loop().time() + self._around.start_seconds
        while True:
            try:
                await self.database.check()
                await self._check_schema()
                if self.relay is not None:
                    await self.relay.topic.begin()
            except Exception as error:
                late = asyncio.get_running_loop().time() >= until
                if late or self.database.is_sqlite or not is_transient(error):
                    log.critical("start-failed", extra=about, exc_info=error)
                    await self.database.close()
                    raise
                log.warning("start-waits", extra=about, exc_info=error)
                await backoff.wait()
            else:
                return

    async def _check_schema(self) -> None:
        if self._around.upgrade:
            await upgrade(self.database, self.service.migrations)
        elif not await schema_is_current(self.database, self.service.migrations):
            raise SchemaNotCurrent

    def _parts(self) -> Mapping[str, Work]:
        """Return the parts by name; each fails, and is started again, by itself."""
        parts: dict[str, Work] = {}
        if not self.database.is_sqlite:
            parts["heartbeat"] = HeartbeatMonitor(self.database).run
        if self.relay is not None:
            parts["relay"] = self.relay.run
        if self.sealer is not None:
            parts["sealer"] = self.sealer.run
        forgets = self.service.forgets
        if self.service.kinds:
            parts["imports"] = self.imports.run
            forgets = (*forgets, forget_imports)
        parts["pruner"] = Pruner(self.database, self.clock, forgets).run
        if self.service.routines:
            parts["routines"] = Routines(self.units, self.service.routines).run
        messages, transport = self.service.messages, self._around.transport
        if messages is not None and transport is not None:
            told = self.public_url, self._may_send, self._around.alerted
            parts["messages"] = Sender(self.database, messages, transport, *told).run
        if self.consumer is not None:
            parts[LISTENER] = self.consumer.run
            parts["watchdog"] = self._watch
        return parts

    async def _watch(self, works: Works) -> None:
        """Have a listener that stands still started again."""
        assert self.consumer is not None
        while True:
            try:
                await self.consumer.watch(works)
            except ConsumerStuck as stuck:
                self.supervisor.fail(LISTENER, stuck)

    def _end(self, error: BaseException) -> None:
        """End the process, for all to see: nothing in it can mend this."""
        self.failure = error
        self._around.stop()


class System:
    """Any list of services in one process, each serving everything under its own name."""

    def __init__(self, services: Sequence[Service], around: Surroundings) -> None:
        self._bus = around.bus
        self.limits = around.limits
        self.running = {service.name: Running(service, around) for service in services}
        mounts = [Mount(f"/{name}", app=one.app) for name, one in self.running.items()]
        first = next(iter(self.running))  # it answers for what belongs to none of them
        app = Starlette(
            routes=[Route("/", self._index), *mounts],
            exception_handlers=error_handlers(first),
            lifespan=lambda _: self.lifespan(),
        )
        app.router.redirect_slashes = False
        served: ASGIApp = ForPeople(ErrorBoundary(app, first), self.running)
        if around.origins:
            served = CrossOrigin(served, around.origins, first)
        self.app: ASGIApp = RequestGuard(
            served,
            around.hosts,
            services=self.running,
            streaming=[
                f"/{one.name}{path}" for one in services for path in streaming_routes(one.routers)
            ],
        )

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Enter every service's lifespan: a mounted application's own would never be entered."""
        async with AsyncExitStack() as stack:
            await self._bus.start()
            stack.push_async_callback(self._bus.stop)
            for running in self.running.values():
                await stack.enter_async_context(running.lifespan())
            yield

    @property
    def failure(self) -> BaseException | None:
        """What the process has to end for: lack of memory."""
        return next((one.failure for one in self.running.values() if one.failure), None)

    async def _index(self, request: Request) -> Response:
        """Say what there is: to a person what they can open, to a program where it is described."""
        services = {
            name: {
                "summary": one.service.summary,
                "openapi": f"/{name}/openapi.json",
                "ready": f"/{name}/health/ready",
                "metrics": f"/{name}/metrics",
            }
            for name, one in self.running.items()
        }
        if wants_page(request.scope):
            fronts = {
                one.sign_in: one.service.front for one in self.running.values() if one.sign_in
            }
            return await index_page(request, services, fronts)
        index = {"services": services, "events": "/reporting/asyncapi.json"}
        return JSONResponse(index, headers={"Vary": "Accept, Cookie"})

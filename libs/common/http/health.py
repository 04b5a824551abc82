"""Whether a service is alive and ready, and its metrics: for supervisors and monitors."""

from typing import Any, Final

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from libs.common.core.errors import DomainError
from libs.common.core.supervisor import Part, State
from libs.common.http.availability import available
from libs.common.http.requests import PUBLIC, router
from libs.common.observability.metrics import Metrics

CATCHING_UP: Final = "catching-up"
NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {
        "description": "The database is away, or the earlier events of a newly subscribed type"
        " are still being read; requests cannot be served.",
        "model": dict[str, Any],
    }
}


routes = router()


@routes.get("/health/live", openapi_extra=PUBLIC, tags=["health"])
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@routes.get("/health/ready", openapi_extra=PUBLIC, tags=["health"], responses=NOT_READY)
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Say whether requests can be served, and what each part of the service is doing.

    What waits on the bus, or fails in the background, does not keep requests from it; a type
    that the listener newly subscribes to does, until its earlier events have been read.
    """
    running = request.app.state.running
    parts = {"parts": {name: part.view() for name, part in running.supervisor.parts.items()}}
    try:
        async with available():
            state = await _state(running)
            if state["status"] == CATCHING_UP:
                response.status_code = 503
            return state | parts
    except DomainError:
        response.status_code = 503
        away = {"status": "database-away", "service": running.service.name}
        trouble = running.database.trouble
        return away | ({"reason": trouble} if trouble else {}) | parts


@routes.get("/metrics", openapi_extra=PUBLIC, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Give the metrics in Prometheus's text form; without a database, those it is not in."""
    running = request.app.state.running
    try:
        async with available():
            _set_gauges(running, await _state(running))
            await _count_waiting(running)
    except DomainError:
        running.metrics.forget_database()
    return Response(generate_latest(running.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _count_waiting(running: Any) -> None:
    if running.service.waiting is None:
        return
    async with running.database.reading() as connection:
        for kind, number in (await running.service.waiting(connection)).items():
            running.metrics.waiting.labels(running.service.name, kind).set(number)


def show_part(metrics: Metrics, service: str, part: Part) -> None:
    """Have the metrics show what a part is doing, and how often it was started again."""
    for state in State:
        metrics.part_state.labels(service, part.name, state.value).set(part.state is state)
    metrics.part_restarts.labels(service, part.name).set(part.restarts)


async def _state(running: Any) -> dict[str, Any]:
    state: dict[str, Any] = {"status": "ready", "service": running.service.name}
    if running.bus.trouble:
        state["bus"] = {"status": "away", "reason": running.bus.trouble}
    async with running.database.reading() as connection:
        if running.relay is not None:
            backlog = await running.relay.backlog(connection)
            state["relay"] = {
                "pending": backlog.pending,
                "horizon_age_seconds": round(backlog.horizon_age_seconds, 3),
                "topic_ahead": backlog.topic_ahead,
                "topic_behind": backlog.topic_behind,
            }
            if backlog.topic_ahead:  # reads are served, and commands refused
                state["status"] = "topic-ahead"
            elif backlog.topic_behind:  # all is served, and nothing published
                state["status"] = "topic-behind"
        if running.consumer is not None:
            if await running.consumer.catching_up(connection):
                state["status"] = CATCHING_UP
            letters = await running.consumer.count_dead_letters(connection)
            state["consumer"] = {
                "lag": await running.consumer.current_lag(connection),
                "applied": running.consumer.applied,
                "dead_letters": letters,
                "parked": letters,  # the old name, until `deprecated.SUNSET`
            }
        if running.sealer is not None:
            unsealed = await running.sealer.unsealed(connection)
            state["audit"] = {
                "unsealed": unsealed.rows,
                "oldest_unsealed_seconds": round(unsealed.age(running.clock.now()), 3),
            }
    return state


def _set_gauges(running: Any, state: dict[str, Any]) -> None:
    name, metrics = running.service.name, running.metrics
    if relay := state.get("relay"):
        metrics.relay_pending.labels(name).set(relay["pending"])
        metrics.relay_horizon.labels(name).set(relay["horizon_age_seconds"])
        metrics.topic_ahead.labels(name).set(relay["topic_ahead"])
        metrics.topic_behind.labels(name).set(relay["topic_behind"])
    if audit := state.get("audit"):
        metrics.unsealed.labels(name).set(audit["unsealed"])
        metrics.unsealed_age.labels(name).set(audit["oldest_unsealed_seconds"])
    if consumer := state.get("consumer"):
        metrics.dead_letters.labels(name).set(consumer["dead_letters"])
        metrics.poison.labels(name).set(running.consumer.poison_share)
        metrics.lag.clear()  # of a partition that another process reads, or while it is not known
        for partition, lag in running.consumer.lag.items():
            metrics.lag.labels(name, partition.topic, str(partition.number)).set(lag)
        for partition, position in running.consumer.positions.items():
            metrics.position.labels(name, partition.topic, str(partition.number)).set(position)

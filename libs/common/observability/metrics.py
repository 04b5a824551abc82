"""What a service counts and measures of itself, in Prometheus's form."""

from collections.abc import Awaitable, Callable, Mapping, Sized
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.observability.deprecated import OldMetric

M = TypeVar("M", Counter, Gauge, Histogram)
CountWaiting = Callable[[AsyncConnection], Awaitable[Mapping[str, int]]]
"""Returns, by kind, how many records of a service wait for a person to read them."""


class Metrics:
    """One service's metrics. Labels are route templates and codes, never values."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self.requests = self._new(
            Counter, "http_requests_total", "Requests answered.", "method", "route", "status"
        )
        self.seconds = self._new(
            Histogram, "http_request_seconds", "Time to answer.", "method", "route"
        )
        self.refused = self._new(
            Counter,
            "http_refused_total",
            "Requests refused because of too many, by one caller or by all, or for lack of time.",
            "reason",
        )
        self.at_work = self._new(Gauge, "http_requests_at_work", "Requests at work.", "lane")
        self.connections = self._gauge("http_connections_open", "Open connections of the process.")
        self.connections_ended = self._new(
            Counter,
            "http_connections_ended_total",
            "Connections of the process that it ended for a limit.",
            "reason",
        )
        self.relay_pending = self._gauge("relay_pending_events", "Events not yet published.")
        self.relay_horizon = self._gauge(
            "relay_horizon_age_seconds", "Age of the oldest open transaction."
        )
        self.topic_ahead = self._gauge(
            "relay_topic_ahead_events", "Events on the topic that the table lacks."
        )
        self.topic_behind = self._gauge(
            "relay_topic_behind_events", "Published events that the topic lacks."
        )
        self.dead_letters = self._gauge(
            "consumer_dead_letters", "Events that could not be applied, or wait."
        )
        self.registry.register(OldMetric(self.dead_letters, "consumer_parked_events"))
        self.unsealed = self._gauge("audit_unsealed_rows", "Audit rows without a seal.")
        self.unsealed_age = self._gauge(
            "audit_oldest_unsealed_seconds", "Age of the oldest audit row without a seal."
        )
        self.poison = self._gauge(
            "consumer_poison_share", "Share of the last records that cannot be applied."
        )
        self.lag = self._new(
            Gauge,
            "consumer_lag_events",
            "Positions on the bus not yet passed: events on Kafka, and others' too on a local log.",
            "topic",
            "partition",
        )
        self.position = self._new(
            Gauge, "consumer_position", "Position reached on the bus.", "topic", "partition"
        )
        self.waiting = self._new(
            Gauge, "records_waiting", "Records that wait for a person to read them.", "kind"
        )
        self.part_state = self._new(
            Gauge,
            "part_state",
            "1 for the state a part of the service is in, 0 for the others.",
            "part",
            "state",
        )
        self.part_restarts = self._new(
            Gauge,
            "part_restarts",
            "How often a part of the service was started again since the process began.",
            "part",
        )

    def forget_database(self) -> None:
        """Show nothing that only the database could tell: it is away."""
        for gauge in (
            self.relay_pending,
            self.relay_horizon,
            self.dead_letters,
            self.unsealed,
            self.unsealed_age,
            self.lag,
            self.position,
            self.waiting,
        ):
            gauge.clear()

    def refuse(self, reason: str) -> None:
        """Count a request that a limit refused."""
        self.refused.labels(self.service, reason).inc()

    def watch(self, connections: Sized, ended: list[Callable[[str], None]]) -> None:
        """Count the connections of the process, and those that a limit ended."""
        self.connections.labels(self.service).set_function(connections.__len__)
        ended.append(lambda reason: self.connections_ended.labels(self.service, reason).inc())

    def _new(self, kind: type[M], name: str, words: str, *labels: str) -> M:
        return kind(name, words, ["service", *labels], registry=self.registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        """Return a gauge of the service as a whole, which is there from the start."""
        gauge = self._new(Gauge, name, words)
        gauge.labels(self.service)
        return gauge

"""What a service counts and measures of itself, in Prometheus's form."""

from collections.abc import Callable
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from libs.common.observability.deprecated import OldMetric


class Watched(Protocol):
    """The open connections of a server: how many, and who is told why one was ended."""

    ended: list[Callable[[str], None]]

    def __len__(self) -> int:
        """How many are open."""


class Metrics:
    """One service's metrics. Labels are route templates and codes, never values."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        labels = {"service": service}
        self.requests = Counter(
            "http_requests_total",
            "Requests answered.",
            ["service", "method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_seconds",
            "Time to answer.",
            ["service", "method", "route"],
            registry=self.registry,
        )
        self.refused = Counter(
            "http_refused_total",
            "Requests refused because of too many, by one caller or by all, or for lack of time.",
            ["service", "reason"],
            registry=self.registry,
        )
        self.at_work = Gauge(
            "http_requests_at_work",
            "Requests at work.",
            ["service", "lane"],
            registry=self.registry,
        )
        self.connections = self._gauge(
            "http_connections_open", "Open connections of the process.", labels
        )
        self.connections_ended = Counter(
            "http_connections_ended_total",
            "Connections of the process that it ended for a limit.",
            ["service", "reason"],
            registry=self.registry,
        )
        self.relay_pending = self._gauge(
            "relay_pending_events", "Events not yet published.", labels
        )
        self.relay_horizon = self._gauge(
            "relay_horizon_age_seconds", "Age of the oldest open transaction.", labels
        )
        self.topic_ahead = self._gauge(
            "relay_topic_ahead_events", "Events on the topic that the table lacks.", labels
        )
        self.topic_behind = self._gauge(
            "relay_topic_behind_events", "Published events that the topic lacks.", labels
        )
        self.dead_letters = self._gauge(
            "consumer_dead_letters", "Events that could not be applied, or wait.", labels
        )
        self.registry.register(OldMetric(self.dead_letters, "consumer_parked_events"))
        self.unsealed = self._gauge("audit_unsealed_rows", "Audit rows without a seal.", labels)
        self.unsealed_age = self._gauge(
            "audit_oldest_unsealed_seconds", "Age of the oldest audit row without a seal.", labels
        )
        self.poison = self._gauge(
            "consumer_poison_share",
            "Share of the last records that cannot be applied.",
            labels,
        )
        self.lag = Gauge(
            "consumer_lag_events",
            "Positions on the bus not yet passed: events on Kafka, and others' too on a local log.",
            ["service", "topic", "partition"],
            registry=self.registry,
        )
        self.position = Gauge(
            "consumer_position",
            "Position reached on the bus.",
            ["service", "topic", "partition"],
            registry=self.registry,
        )

        self.part_state = Gauge(
            "part_state",
            "1 for the state a part of the service is in, 0 for the others.",
            ["service", "part", "state"],
            registry=self.registry,
        )
        self.part_restarts = Gauge(
            "part_restarts",
            "How often a part of the service was started again since the process began.",
            ["service", "part"],
            registry=self.registry,
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
        ):
            gauge.clear()

    def refuse(self, reason: str) -> None:
        """Count a request that a limit refused."""
        self.refused.labels(self.service, reason).inc()

    def watch(self, connections: Watched) -> None:
        """Count the connections of the process, and those that a limit ended."""
        self.connections.labels(self.service).set_function(connections.__len__)
        connections.ended.append(
            lambda reason: self.connections_ended.labels(self.service, reason).inc()
        )

    def _gauge(self, name: str, words: str, labels: dict[str, str]) -> Gauge:
        gauge = Gauge(name, words, list(labels), registry=self.registry)
        gauge.labels(**labels)
        return gauge

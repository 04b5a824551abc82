"""A Kafka that speaks TLS only, and the ways to come to it."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from deploy import topics
from deploy.local import secured_kafka
from deploy.local.processes import Nursery
from deploy.services import SERVICES
from libs.common.contracts.base import Envelope
from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus_security import BusSecurity
from tests.secured.papers import Paper, Papers

OUTSIDERS = ("county-send", "dashboard", "newcomer")
APART = "apart."
NAMES = (
    "admin",
    *(one.name for one in SERVICES),
    *(APART + one.name for one in SERVICES),
    *OUTSIDERS,
)


@dataclass(frozen=True)
class Cluster:
    """The broker's listeners, the authority that all believe, and one that nobody does."""

    listeners: dict[str, str]
    papers: Papers
    stranger: Papers

    def by_password(self, name: str, mechanism: str = "SCRAM-SHA-512") -> BusSecurity:
        """Return what somebody is given who comes with a password, as right as it can be."""
        return BusSecurity(
            bus_tls_ca_file=self.papers.authority,
            bus_sasl_mechanism=mechanism,
            bus_username=name,
            bus_password_file=self.papers.password(f"{name}-{uuid4().hex[:6]}", f"word-of-{name}"),
        )

    def by_certificate(self, paper: Paper | None) -> BusSecurity:
        """Return what somebody is given who comes with a certificate, or with none."""
        return BusSecurity(
            bus_tls_ca_file=self.papers.authority,
            bus_tls_cert_file=paper.certificate if paper else None,
            bus_tls_key_file=paper.key if paper else None,
        )

    def bus(
        self, security: BusSecurity | None, listener: str = "SASL", prefix: str = ""
    ) -> KafkaBus:
        """Return the bus at a listener."""
        return KafkaBus(self.listeners[listener], prefix, security)

    def as_(self, name: str) -> KafkaBus:
        """Return the bus as somebody reaches it whose password is right."""
        return self.bus(self.by_password(name))

    def environment(self, name: str) -> dict[str, str]:
        """Return the variables that say the same."""
        security = self.by_password(name)
        return {
            "PROFILE": "production",
            "BUS_URL": f"kafkas://{self.listeners['SASL']}",
            "BUS_TLS_CA_FILE": str(security.bus_tls_ca_file),
            "BUS_USERNAME": name,
            "BUS_PASSWORD_FILE": str(security.bus_password_file),
        }

    def may_read(self, name: str, topic: str) -> bool:
        """Say whether the broker gives somebody the topic's first record, asked by librdkafka."""
        group = {"group.id": name, "auto.offset.reset": "earliest", "enable.auto.commit": False}
        consumer = Consumer({**self._as_librdkafka(name), **group})
        try:
            told = consumer.list_topics(topic, timeout=20).topics[topic].error
            if told is not None and told.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                return False
            consumer.assign([TopicPartition(topic, number, 0) for number in range(4)])
            return _first(consumer)
        finally:
            consumer.close()

    def may_write(self, name: str, topic: str) -> bool:
        """Say whether the broker takes a record from somebody."""
        failed: list[KafkaError] = []
        producer = Producer({**self._as_librdkafka(name), "acks": "all"})
        for number in range(4):  # so that whoever reads finds one, whichever partition is asked

            def told(error: KafkaError | None, _: object) -> None:
                failed.extend([error] if error else [])

            producer.produce(topic, b"x", partition=number, on_delivery=told)
        assert producer.flush(20) == 0
        assert {one.code() for one in failed} <= {KafkaError.TOPIC_AUTHORIZATION_FAILED}, failed
        return not failed

    def _as_librdkafka(self, name: str) -> dict[str, Any]:
        return {
            "bootstrap.servers": self.listeners["SASL"],
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.papers.authority),
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": name,
            "sasl.password": f"word-of-{name}",
            "log_level": 0,
        }

    def topics(self, **more: str) -> "Done":
        """Run the tool that makes topics and grants, as its command does."""
        out, err = io.StringIO(), io.StringIO()
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            ThreadPoolExecutor() as apart,  # where no event loop runs yet
        ):
            code = apart.submit(topics.main, {**self.environment("admin"), **more}).result(60)
        return Done(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def _first(consumer: Consumer) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        record = consumer.poll(0.5)
        if record is None:
            continue
        if (error := record.error()) is None:
            return True
        if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            return False
    raise AssertionError("the broker neither gave a record nor refused one")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start it in a folder, and stop it."""
    papers, stranger = Papers(folder / "papers"), Papers(folder / "stranger")
    stores = secured_kafka.Stores(
        keystore=papers.for_server().keystore,
        authority=papers.authority,
        others={
            "EXPIRED": papers.expired().keystore,
            "MISNAMED": papers.for_server("kafka.elsewhere.example", name="elsewhere").keystore,
        },
    )
    with Nursery(folder) as nursery:
        words = {name: f"word-of-{name}" for name in NAMES}
        yield Cluster(secured_kafka.start(nursery, stores, words), papers, stranger)


def envelope(source: str) -> Envelope:
    """Return an event that nobody handles."""
    return Envelope(
        id=uuid4(),
        source=source,
        type=f"uk.sssen.{source}.Nothing.v1",
        subject=uuid4(),
        sequence=1,
        time=SystemClock().now(),
        data=b"{}",
    )

"""The broker of deploy/compose.yaml, started for real: who is let in, and to what."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from confluent_kafka.cimpl import NewTopic

from deploy.local import kafka
from deploy.local.processes import Nursery, free_port, scratch, wait_for
from tests.mutants.planted import ROOT

pytestmark = [pytest.mark.real, pytest.mark.true_broker]
PORTS = ("9093", "9094", "9095", "9096")
TOOLS = {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "kafka.Kafka"}


@dataclass(frozen=True)
class Started:
    """The broker's two listeners for others, and the folder of the secrets."""

    services: int
    outside: int
    secrets: Path

    def client(self, name: str, word: str = "") -> dict[str, Any]:
        password = word or (self.secrets / f"{name}.kafka").read_text().strip()
        return {
            "bootstrap.servers": f"localhost:{self.outside}",
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.secrets / "ca.pem"),
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": name,
            "sasl.password": password,
            "log_level": 0,
        }

    def answers(self) -> bool:
        try:
            return bool(AdminClient(self.client("admin")).list_topics(timeout=2).brokers)
        except KafkaException:
            return False


@pytest.fixture(scope="module")
def started(secrets: Path) -> Iterator[Started]:
    """Start it by deploy/kafka/start.sh, on ports and in a folder of the test's own."""
    with scratch("broker-") as nursery:
        yield _start(nursery, secrets)


def _start(nursery: Nursery, secrets: Path) -> Started:
    folder = nursery.folder
    ports = {port: free_port() for port in PORTS}
    properties = (ROOT / "deploy/kafka/server.properties").read_text()
    for port, own in ports.items():
        assert f":{port}" in properties
        properties = properties.replace(f":{port}", f":{own}")
    properties = properties.replace("/run/secrets", str(secrets))
    properties = properties.replace("/var/lib/kafka/data", str(folder / "data"))
    (folder / "server.properties").write_text(properties)
    _tools(folder, kafka.resolve(nursery))
    broker = Started(ports["9093"], ports["9094"], secrets)
    server = nursery.start(
        [ROOT / "deploy/kafka/start.sh", folder / "server.properties"],
        "broker",
        env={
            "KAFKA_BIN": str(folder),
            "SECRETS_DIR": str(secrets),
            "KAFKA_OUTSIDE": f"localhost:{broker.outside}",
        },
    )
    wait_for(server, broker.answers, "the broker")
    return broker


def _tools(folder: Path, jars: Path) -> None:
    """Write the two commands of the image that the script calls, for the jars that are here."""
    for name, main in TOOLS.items():
        command = " ".join(f"'{part}'" for part in kafka.java(jars, main))
        (folder / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (folder / name).chmod(0o700)


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("localhost", port), timeout=10)


def sent(broker: Started, name: str, topic: str) -> KafkaError | None:
    """Send a record as somebody, and return what it was refused with."""
    outcomes: list[KafkaError | None] = []
    producer = Producer({**broker.client(name), "message.timeout.ms": 20_000})
    producer.produce(topic, b"{}", on_delivery=lambda error, _: outcomes.append(error))
    producer.flush(20)
    (outcome,) = outcomes
    return outcome


def test_each_may_do_what_is_granted_and_nothing_else(started: Started) -> None:
    admin = AdminClient(started.client("admin"))
    admin.create_topics([NewTopic("survey", 1, 1)])["survey"].result(20)
    grant = AclBinding(
        ResourceType.TOPIC,
        "survey",
        ResourcePatternType.LITERAL,
        "User:survey",
        "*",
        AclOperation.WRITE,
        AclPermissionType.ALLOW,
    )
    admin.create_acls([grant])[grant].result(20)
    assert sent(started, "survey", "survey") is None
    refused = sent(started, "referral", "survey")
    assert refused is not None
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


@pytest.mark.parametrize("other", ["survey", "admin"])
def test_nobody_is_let_in_by_anothers_password(started: Started, other: str) -> None:
    word = (started.secrets / f"{other}.kafka").read_text().strip()
    with pytest.raises(KafkaException):
        AdminClient(started.client("referral", word)).list_topics(timeout=3)


def test_nobody_is_let_in_in_the_clear(started: Started) -> None:
    for port in (started.services, started.outside):
        plain: dict[str, Any] = {"bootstrap.servers": f"localhost:{port}", "log_level": 0}
        with pytest.raises(KafkaException):
            AdminClient(plain).list_topics(timeout=3)


@pytest.mark.parametrize("name", ["kafka", "localhost", "kafka.county.example"])
def test_the_certificate_bears_the_names_it_is_called_by(started: Started, name: str) -> None:
    believed = ssl.create_default_context(cafile=started.secrets / "ca.pem")
    for port in (started.services, started.outside):
        with believed.wrap_socket(_connected(port), server_hostname=name) as tls:
            assert tls.version() in {"TLSv1.2", "TLSv1.3"}
    with pytest.raises(ssl.SSLCertVerificationError):
        believed.wrap_socket(_connected(started.services), server_hostname="evil.example")

"""Starts the broker: Apache Kafka on this machine's Java, or librdkafka's mock cluster."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.processes import Command, Nursery, ServerError, free_port, wait_for, wait_until
from libs.common.messaging.bus_address import BusAddress

_POM: Final = Path(__file__).with_name("kafka-pom.xml")
_ROOT: Final = Path(__file__).resolve().parents[2]
_OLDEST_JAVA: Final = 17
_RESOLVE_SECONDS: Final = 120
# Serial collector and one compiler: it starts in half the time, and shares two cores with tests.
_JAVA: Final = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

_OPEN: Final = """\
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
"""
_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
"""


@dataclass(frozen=True)
class Broker:
    """A broker that answers: its address as BUS_URL, and which one it is."""

    url: str
    name: str
    kind: Literal["kafka", "mock"]


def start(nursery: Nursery) -> Broker:
    """Return the broker that BUS_URL names, or start one."""
    given = os.environ.get("BUS_URL")
    if given:
        return _given(given)
    if os.environ.get("KAFKA") == "mock":
        return start_mock(nursery)
    try:
        jars = resolve(nursery)
    except ServerError as error:
        print(f"Apache Kafka cannot be had, so a mock cluster stands in: {error}", file=sys.stderr)
        return start_mock(nursery)
    return _start_apache(nursery, jars, None)


def start_own(nursery: Nursery, broker: int, advertised: int) -> Broker:
    """Start Apache Kafka at a port, telling clients another: that of a proxy before it."""
    return _start_apache(nursery, resolve(nursery), (broker, advertised))


def _given(url: str) -> Broker:
    if not url.startswith("kafka://"):
        raise ServerError("BUS_URL is not kafka://HOST:PORT")
    address = BusAddress.parse(url)
    servers = ",".join(address.servers)
    wait_until(lambda: answers(servers), "the broker BUS_URL names", 30)
    kind: Literal["kafka", "mock"] = (
        "mock" if os.environ.get("WORLD_BROKER_KIND") == "mock" else "kafka"
    )
    return Broker(url, "the one BUS_URL names", kind)


def start_mock(nursery: Nursery) -> Broker:
    """Start librdkafka's mock cluster."""
    address = nursery.folder / "mock-kafka.address"
    address.unlink(missing_ok=True)
    command: Command = [sys.executable, "-m", "deploy.local.mock_kafka", address.resolve()]
    server = nursery.start(command, "kafka")
    wait_for(server, address.exists, "the mock cluster")
    url = f"kafka://{address.read_text()}"
    return Broker(url, "librdkafka mock cluster", "mock")


def _start_apache(nursery: Nursery, jars: Path, ports: tuple[int, int] | None) -> Broker:
    properties = nursery.folder / "kafka.properties"
    if not properties.exists():
        broker, advertised = ports or (port := free_port(), port)
        controller = free_port()
        listeners = _OPEN.format(broker=broker, advertised=advertised, controller=controller)
        format_log(nursery, jars, listeners, controller)
    server = nursery.start(java(jars, "kafka.Kafka", properties), "kafka")
    address = _broker_address(properties)
    wait_for(server, lambda: answers(address), "Apache Kafka")
    return Broker(f"kafka://{address}", f"Apache Kafka {jars.name}", "kafka")


def format_log(
    nursery: Nursery, jars: Path, listeners: str, controller: int, *accounts: str
) -> None:
    """Write the settings and an empty log; the settings last, as they say that it is there.

    The quorum remembers its port, so a log that is kept is served again with the same settings.
    ``accounts`` are as the format tool takes them, `SCRAM-SHA-512=[name=…,password=…]`.
    """
    properties = nursery.folder / "kafka.properties"
    draft = properties.with_suffix(".part")
    data = (nursery.folder / "kafka").resolve()
    draft.write_text(listeners + _PROPERTIES.format(controller=controller, data=data))
    cluster = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=").replace("-", "A")
    scram = [part for account in accounts for part in ("--add-scram", account)]
    tool: Command = ["format", "--standalone", "--cluster-id", cluster, "--config", draft, *scram]
    nursery.run(java(jars, "kafka.tools.StorageTool", *tool), "kafka-format")
    draft.replace(properties)


def _broker_address(properties: Path) -> str:
    match = re.search(r"^listeners=PLAINTEXT://([^,]+),", properties.read_text(), re.MULTILINE)
    if match is None:
        raise ServerError(f"{properties} is not what `up` wrote")
    return match[1]


def java(jars: Path, main: str, *arguments: str | Path) -> Command:
    """Return the command that runs one of Kafka's programs."""
    return [*_JAVA, "-Dlog4j2.level=WARN", "-cp", f"{jars}/*", main, *arguments]


def resolve(nursery: Nursery) -> Path:
    """Return the folder of Kafka's jars, fetched once; raises ServerError if it cannot be."""
    _check_java()
    version = _version()
    target = _ROOT / ".cache" / "kafka" / version
    if target.is_dir():
        return target
    if shutil.which("mvn") is None:
        raise ServerError("there is no mvn to fetch it with")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and then moved there: a folder by the version's name is complete.
    part = target.with_name(f"{version}.{os.getpid()}.part")
    try:
        nursery.run(_fetch(part), "mvn", seconds=_RESOLVE_SECONDS)
        if not target.is_dir():
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _fetch(target: Path) -> Command:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={target}"]
    return ["mvn", "-q", "-B", "-f", _POM, *goal]


def _version() -> str:
    match = re.search(r"<kafka\.version>([\d.]+)</kafka\.version>", _POM.read_text())
    if match is None:
        raise ServerError(f"{_POM.name} names no version of Kafka")
    return match[1]


def _check_java() -> None:
    if shutil.which("java") is None:
        raise ServerError("there is no java")
    asked = subprocess.run(
        ["java", "-version"], capture_output=True, text=True, check=False, timeout=30
    )
    match = re.search(r'version "(\d+)', asked.stderr)
    if match is None or int(match[1]) < _OLDEST_JAVA:
        raise ServerError(f"Java {_OLDEST_JAVA} or newer is needed")


def answers(servers: str, **options: str) -> bool:
    """Whether the brokers at `host:port[,host:port]` answer a request for metadata.

    ``options`` are librdkafka's, with an underscore for each dot.
    """
    named = {name.replace("_", "."): value for name, value in options.items()}
    client = AdminClient({**named, "bootstrap.servers": servers, "log_level": 0})
    try:
        return bool(client.list_topics(timeout=2).brokers)
    except KafkaException:
        return False

"""Brokers over TLS: who is let in, and that what is refused says why."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka.errors import KafkaError

from libs.common.messaging.bus.base import Partition
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus_security import BusSecurity
from tests.secured.kafka import Cluster, envelope

pytestmark = [pytest.mark.real, pytest.mark.true_broker]


@pytest.fixture(scope="module", autouse=True)
def _topics(kafka: Cluster) -> None:
    done = kafka.topics()
    assert done.returncode == 0, done.stderr


async def sent_and_read(bus: KafkaBus) -> bool:
    """Publish something as referral, and read it again."""
    event = envelope("referral")
    await bus.publish("referral", [event])
    positions = dict.fromkeys(await bus.partitions("referral"), 0)
    reader = await bus.reader(positions)
    try:
        async with asyncio.timeout(20):
            while True:
                for one in await reader.fetch(100, 1.0):
                    if one.headers.get("ce_id") == str(event.id):
                        return True
    finally:
        await reader.close()


WAYS: dict[str, Callable[[Cluster], KafkaBus]] = {
    "SCRAM-SHA-512": lambda kafka: kafka.bus(kafka.by_password("referral")),
    "PLAIN": lambda kafka: kafka.bus(kafka.by_password("referral", "PLAIN")),
    "certificate": lambda kafka: kafka.bus(
        kafka.by_certificate(kafka.papers.for_client("referral")), "MTLS"
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_who_is_known_is_let_in(kafka: Cluster, way: str) -> None:
    bus = WAYS[way](kafka)
    try:
        assert await sent_and_read(bus)
        assert bus.trouble is None
    finally:
        await bus.stop()


def wrong_password(kafka: Cluster) -> BusSecurity:
    wrong = {"bus_password_file": kafka.papers.password("wrong", "a guess")}
    return kafka.by_password("referral").model_copy(update=wrong)


def strange_authority(kafka: Cluster) -> BusSecurity:
    strange = {"bus_tls_ca_file": kafka.stranger.authority}
    return kafka.by_password("referral").model_copy(update=strange)


def strange_certificate(kafka: Cluster) -> BusSecurity:
    return kafka.by_certificate(kafka.stranger.for_client("referral"))


REFUSED: dict[str, tuple[str, Callable[[Cluster], BusSecurity | None], str]] = {
    "an authority we do not believe": ("SASL", strange_authority, "server-certificate-not-trusted"),
    "another's name": ("MISNAMED", lambda k: k.by_password("x"), "server-name-differs"),
    "expired": ("EXPIRED", lambda k: k.by_password("x"), "server-certificate-expired"),
    "a wrong password": ("SASL", wrong_password, "credentials-refused"),
    "no certificate of ours": (
        "MTLS",
        lambda k: k.by_certificate(None),
        "client-certificate-refused",
    ),
    "a certificate nobody knows": ("MTLS", strange_certificate, "client-certificate-refused"),
    "in the clear": ("SASL", lambda _: None, "no-answer"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_wrong_is_refused_and_says_why(kafka: Cluster, case: str) -> None:
    listener, security, reason = REFUSED[case]
    bus = kafka.bus(security(kafka), listener)
    with pytest.raises((KafkaError, OSError)):
        await bus.publish("referral", [envelope("referral")])
    assert bus.trouble == reason
    with pytest.raises((KafkaError, OSError)):
        await bus.reader({Partition("referral", 0): 0})
    assert bus.trouble == reason
    await bus.stop()

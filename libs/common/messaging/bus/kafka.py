"""Apache Kafka as the bus: a topic a publisher, keyed by aggregate, kept for ever."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, TopicAlreadyExistsError

from libs.common.contracts.base import Envelope
from libs.common.core.failpoints import failpoint
from libs.common.core.public_url import HERE
from libs.common.messaging.bus.base import (
    Bus,
    Delivered,
    Partition,
    PositionLost,
    Reader,
    to_headers,
)
from libs.common.messaging.bus.clients import answered, closed, has_failed, started
from libs.common.messaging.bus.kafka_clients import Clients
from libs.common.messaging.bus_security import BusSecurity
from libs.common.observability.refusal import reason_of

# The library's own defaults lose or skip events; these are what we run with, checked at start.
PRODUCER = {"acks": "all", "enable_idempotence": True, "linger_ms": 0, "request_timeout_ms": 10_000}
CONSUMER = {
    "group_id": None,
    "enable_auto_commit": False,
    "auto_offset_reset": "none",
    "isolation_level": "read_committed",
    "max_partition_fetch_bytes": 4 * 1024 * 1024,
}
FAILURES = (KafkaError, OSError)
"""What a bus of either kind raises while it does not answer."""


class BrokerRefused(ConnectionError):
    """No broker was reached, or it refused an administrator; the text says why, in a word."""


def topic_settings(copies: int) -> dict[str, str]:
    """Return how a topic is kept: for ever, and acknowledged by two brokers if there are copies."""
    return {
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "cleanup.policy": "delete",
        "min.insync.replicas": "2" if copies > 1 else "1",
    }


class KafkaBus(Bus):
    """Publishes with an idempotent producer and reads without a consumer group.

    ``prefix`` goes before every topic's name, so that several systems can share one cluster.
    Without ``security`` it speaks in the clear. Schemas are named as served under ``public_url``.
    """

    def __init__(
        self,
        servers: str,
        prefix: str = "",
        security: BusSecurity | None = None,
        public_url: str = HERE,
    ) -> None:
        self.clients = Clients(servers, security)
        self._servers = servers
        self._prefix = prefix
        self._public_url = public_url
        self._producer: AIOKafkaProducer | None = None
        self._asker: asyncio.Task[AIOKafkaConsumer] | None = None
        self._connecting = asyncio.Lock()  # several services of one process share the bus

    @property
    def trouble(self) -> str | None:
        """Why a broker was not reached, or did not let us write or read."""
        return self.clients.trouble

    async def start(self) -> None:
        """Nothing yet: a broker that is away at start must not keep a service from writing."""

    async def stop(self) -> None:
        """Send what is still to be acknowledged, and disconnect."""
        await self._discard(self._producer)
        asker, self._asker = self._asker, None
        if asker is not None:
            asker.cancel()  # one that still connects; what is connected already stays as it is
            await asyncio.wait({asker})
            if not has_failed(asker):
                await closed(asker.result())

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Send all and await all; whatever is in doubt makes the whole batch be sent again.

        A send that timed out may still arrive, and after a failure an idempotent producer may
        refuse for ever: so it is thrown away, and the next try has a new one.
        """
        producer = await self._running_producer()
        try:
            sent = [await self._send(producer, topic, envelope) for envelope in envelopes]
            await failpoint("relay.sent")
            for acknowledged in sent:
                await acknowledged
        except BaseException as error:
            self.clients.note("writing", reason_of(error))
            await self._discard(producer)
            raise
        self.clients.note("writing", None)

    async def _send(self, producer: AIOKafkaProducer, topic: str, envelope: Envelope):  # type: ignore[no-untyped-def]  # the library's future
        headers = to_headers(envelope, self._public_url)
        return await producer.send(
            self._prefix + topic,
            value=envelope.data,
            key=str(envelope.subject).encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )

    async def _running_producer(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                producer = self.clients.make(AIOKafkaProducer, **PRODUCER)
                self._producer = await self.clients.noted(started(producer))
            return self._producer

    async def _discard(self, producer: AIOKafkaProducer | None) -> None:
        """Stop a producer; another that has taken its place meanwhile goes on."""
        if producer is self._producer:
            self._producer = None
        if producer is not None:
            await closed(producer)

    async def partitions(self, topic: str) -> Sequence[Partition]:
        """Return the topic's partitions as the cluster knows them now."""
        asking = await self._running_asker()
        client = asking._client  # noqa: SLF001 - there is no public way to ask again
        await client.add_topic(self._prefix + topic)
        await answered(client.force_metadata_update())
        numbers = asking.partitions_for_topic(self._prefix + topic)
        refused = self._prefix + topic in client.cluster.unauthorized_topics
        self.clients.note_topic(topic, refused=refused)
        return [Partition(topic, number) for number in sorted(numbers or ())]

    async def ends(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offsets after the last records, asked for beside those who read.

        On a reader's own connection the question would wait behind its next fetch, which the
        broker holds for half a second; and not be answered at all by a reader that is stuck.
        """
        asking = await self._running_asker()
        ends: Mapping[TopicPartition, int] = await answered(asking.end_offsets(partitions))
        return ends

    async def spans(self, topic: str) -> Mapping[Partition, tuple[int, int]]:
        """Return the first offset and the one after the last record of each partition."""
        theirs = {
            TopicPartition(self._prefix + topic, partition.number): partition
            for partition in await self.partitions(topic)
        }
        if not theirs:
            return {}
        asking = await self._running_asker()
        first = await asking.beginning_offsets(list(theirs))
        last = await asking.end_offsets(list(theirs))
        return {ours: (first[one], last[one]) for one, ours in theirs.items()}

    async def _running_asker(self) -> AIOKafkaConsumer:
        """Return the client that asks; whoever gives up waiting leaves it to connect for others."""
        self.clients.refresh()
        if self._asker is None or has_failed(self._asker):
            asking = self.clients.make(AIOKafkaConsumer, **CONSUMER)
            self._asker = asyncio.create_task(self.clients.noted(started(asking)))
        return await answered(asyncio.shield(self._asker))

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        """Read onward from the positions, each of which must still be on the broker."""
        reader = KafkaReader(self, self._prefix)
        try:
            await reader.start(positions)
        except BaseException:
            await reader.close()
            raise
        return reader

    async def create_topics(self, topics: Sequence[str], partitions: int, copies: int) -> None:
        """Create the topics that are missing, kept for ever. Services never do this themselves."""
        async with self.administering() as admin:
            for topic in topics:
                new = NewTopic(
                    self._prefix + topic, partitions, copies, topic_configs=topic_settings(copies)
                )
                try:
                    await admin.create_topics([new])
                except TopicAlreadyExistsError:
                    continue

    async def delete_topics(self, topics: Sequence[str]) -> None:
        """Delete topics and all that is in them: for what was set up to be thrown away."""
        async with self.administering() as admin:
            await admin.delete_topics([self._prefix + topic for topic in topics])

    @asynccontextmanager
    async def administering(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """Connect as an administrator, for as long as the block lasts."""
        admin = self.clients.make(AIOKafkaAdminClient)
        try:
            await admin.start()
            yield admin
        except KafkaError as error:
            raise BrokerRefused(await self.clients.why(error)) from error
        finally:
            await admin.close()


class KafkaReader(Reader):
    """Reads partitions it was told to; it joins no group and commits nothing to the broker."""

    def __init__(self, bus: KafkaBus, prefix: str) -> None:
        self._bus = bus
        self._prefix = prefix
        self._consumer = bus.clients.make(AIOKafkaConsumer, **CONSUMER)
        self.positions: dict[Partition, int] = {}

    async def start(self, positions: Mapping[Partition, int]) -> None:
        """Connect and go to the positions; raises PositionLost where one is not to be had."""
        await self._bus.clients.noted(started(self._consumer))
        wanted = {self._theirs(partition): offset for partition, offset in positions.items()}
        self._consumer.assign(list(wanted))
        if not wanted:
            return
        first = await self._consumer.beginning_offsets(list(wanted))
        last = await self._consumer.end_offsets(list(wanted))
        for partition, offset in wanted.items():
            if not first[partition] <= offset <= last[partition]:
                raise PositionLost(f"{partition.topic}: position outside what the broker holds")
            self._consumer.seek(partition, offset)
        self.positions.update(positions)

    async def fetch(self, most: int, wait: float) -> Sequence[Delivered]:
        """Return the next records."""
        try:
            found = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=most)
        except OffsetOutOfRangeError as error:
            raise PositionLost("the broker no longer holds the position") from error
        delivered: list[Delivered] = []
        for partition, records in found.items():
            ours = self._ours(partition)
            self.positions[ours] = records[-1].offset + 1
            delivered += [_delivered(ours, record) for record in records]
        return delivered

    async def ends(self) -> Mapping[Partition, int]:
        """Return the positions after each partition's last record."""
        ends = await self._bus.ends(list(map(self._theirs, self.positions)))
        return {self._ours(partition): end for partition, end in ends.items()}

    async def close(self) -> None:
        """Disconnect, also when whoever closes is told again to make an end."""
        await closed(self._consumer)

    def _theirs(self, partition: Partition) -> TopicPartition:
        return TopicPartition(self._prefix + partition.topic, partition.number)

    def _ours(self, partition: TopicPartition) -> Partition:
        return Partition(partition.topic.removeprefix(self._prefix), partition.partition)


def _delivered(partition: Partition, record) -> Delivered:  # type: ignore[no-untyped-def]  # the library's record
    sent = dict(record.headers)
    return Delivered(
        partition.topic, partition.number, record.offset, record.key, sent, record.value
    )

"""What the relay and the consumer need of a bus, and how an event looks on it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select

from libs.common.contracts.base import Envelope
from libs.common.core.public_url import HERE, schema_url
from libs.common.core.supervisor import NeedsAPerson
from libs.common.persistence.db import Database

SPEC_VERSION = "1.0"

SEQUENCE_DIGITS: Final = 9
"""The width of a sequence on the wire, which has it order as text: as wide as readers ever read."""
_SEQUENCE: Final = re.compile(r"(?!0+$)[0-9]{9}|[1-9][0-9]{0,7}")


class NotAnEvent(ValueError):
    """A record's attributes are not those of a CloudEvent of ours."""


class ForeignSource(NotAnEvent):
    """A record's source or type is not the topic's publisher: somebody else wrote it there."""


class PositionLost(NeedsAPerson):
    """The bus no longer holds what the listener has to read next, or holds something else.

    Nothing may be skipped or applied again by guess: a person looks, and rebuilds.
    """

    reason = "position-lost"


class Delivered(Struct, frozen=True, gc=False):
    """A record as read from the bus, not looked into yet; ``sent`` are its headers as they came."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    sent: Mapping[str, str | bytes | None]
    value: bytes | None

    @property
    def headers(self) -> dict[str, str]:
        """The headers as text, whatever they hold: to decode them all costs more than to read."""
        return {name: _as_text(value) for name, value in self.sent.items()}

    @property
    def place(self) -> tuple[str, int, int]:
        """Where on the bus it stands: topic, partition and offset."""
        return self.topic, self.partition, self.offset


def _as_text(value: str | bytes | None) -> str:
    return value if isinstance(value, str) else (value or b"").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Partition:
    """One ordered part of a topic: everything of one aggregate is in one partition."""

    topic: str
    number: int


Spans = Mapping[Partition, tuple[int, int]]
"""For each partition, the first position held and the one after the last record."""


class Reader(Protocol):
    """Reads a set of partitions onward from given positions, remembering nothing."""

    positions: Mapping[Partition, int]
    """Where the next fetch goes on."""

    async def fetch(self, most: int, wait: float) -> Sequence[Delivered]:
        """Return up to ``most`` records, waiting up to ``wait`` seconds for the first."""

    async def ends(self) -> Mapping[Partition, int]:
        """Return, for each partition, the position after its last record.

        Raises something, whatever it is, while the bus does not answer.
        """

    async def close(self) -> None:
        """Give everything back; what fails at that is only logged."""


class Bus(Protocol):
    """Carries events from the relay of their publisher to whoever listens."""

    copies: bool = False
    """Whether it takes events out of a publisher's SQLite file by itself."""

    @property
    def trouble(self) -> str | None:
        """Why the bus was not reached when that was last tried, in a word; none if it was."""
        return None

    async def start(self) -> None:
        """Get ready; a bus that is away keeps nobody from starting."""

    async def stop(self) -> None:
        """Disconnect, losing nothing that was acknowledged."""

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Return once all are durable, in order per aggregate; on any doubt, raise."""

    async def copy(self, topic: str, outbox: Database, chosen: Select[Any]) -> None:
        """Return once the events that a query of `event` chooses are durable; on doubt, raise."""
        message = "this bus copies nothing"
        raise NotImplementedError(message)

    async def partitions(self, topic: str) -> Sequence[Partition]:
        """Return the topic's partitions; none while it does not exist."""

    async def spans(self, topic: str) -> Spans:
        """Return the positions held of each partition.

        None while the topic does not exist.
        """

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        """Read each partition from its position on; raises PositionLost."""


def to_headers(envelope: Envelope, public_url: str = HERE) -> dict[str, str]:
    """Return the CloudEvents attributes as the headers of a binary-mode record.

    The schema of the data is served under ``public_url``.
    """
    headers = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": str(envelope.id),
        "ce_source": envelope.source,
        "ce_type": envelope.type,
        "ce_subject": str(envelope.subject),
        "ce_sequence": f"{envelope.sequence:0{SEQUENCE_DIGITS}}",
        "ce_partitionkey": str(envelope.subject),
        "ce_time": envelope.time.isoformat(),
        "ce_dataschema": schema_url(public_url, envelope.type),
        "content-type": "application/json",
    }
    if envelope.traceparent:
        headers["ce_traceparent"] = envelope.traceparent
    return headers


def to_envelope(record: Delivered) -> Envelope:
    """Read a record's attributes; raises NotAnEvent naming the attribute at fault."""
    headers = record.headers
    if headers.get("ce_specversion") != SPEC_VERSION:
        raise NotAnEvent("specversion")
    if not record.value:
        raise NotAnEvent("data")
    subject = _uuid(headers, "ce_subject")
    if record.key != str(subject).encode():
        raise NotAnEvent("key")
    return Envelope(
        id=_uuid(headers, "ce_id"),
        source=_source(headers, record.topic),
        type=headers.get("ce_type", ""),
        subject=subject,
        sequence=_sequence(headers),
        time=_time(headers),
        data=record.value,
        traceparent=headers.get("ce_traceparent", ""),
    )


def _source(headers: Mapping[str, str], topic: str) -> str:
    source = headers.get("ce_source", "")
    owned = headers.get("ce_type", "").split(".")[2:3] == [source]
    if source != topic or not owned:
        raise ForeignSource("source")
    return source


def _uuid(headers: Mapping[str, str], name: str) -> UUID:
    try:
        return UUID(headers.get(name, ""))
    except ValueError:
        raise NotAnEvent(name) from None


def _sequence(headers: Mapping[str, str]) -> int:
    """Read a sequence as it is written, or as it was before it was padded."""
    text = headers.get("ce_sequence", "")
    if _SEQUENCE.fullmatch(text) is None:
        raise NotAnEvent("ce_sequence")
    return int(text)


def _time(headers: Mapping[str, str]) -> datetime:
    try:
        time = datetime.fromisoformat(headers.get("ce_time", ""))
        in_utc = time.astimezone(UTC)  # what is of the year 1 in its own zone may be of none in UTC
    except (ValueError, OverflowError):
        raise NotAnEvent("ce_time") from None
    if time.tzinfo is None:
        raise NotAnEvent("ce_time")
    return in_utc

"""The tables every service has beside its own: events, relay, idempotency, audit, listening."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from libs.common.persistence.db import Position, Timestamp, tables

metadata = tables()


# Insert only: the outbox, and for its owner the history to publish again from. A change without an
# event stands here too, for the change feed alone: its number is the row's version below nought.
event = Table(
    "event",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("xid", BigInteger, nullable=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", String(100), nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("time", Timestamp, nullable=False),
    Column("traceparent", String(55), nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("subject", "sequence"),
    Index("ix_event_xid_position", "xid", "position"),
)

CHANGED: Final = "changed:"
"""How the type of a change without an event begins; the field that names the record follows."""
PUBLISHED: Final = event.c.sequence > 0
"""The condition for what is an event, and goes to the bus."""

# One row: how far the relay has published, moved only after the bus acknowledged; whose numbers
# these are (see `cursor`); and what the comparison with the topic found last.
relay_position = Table(
    "relay_position",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("xid", BigInteger, nullable=False, default=0),
    Column("position", BigInteger, nullable=False, default=0),
    Column("settled_position", BigInteger, nullable=False, default=0),
    Column("system_identifier", String(20)),
    Column("timeline", BigInteger),
    Column("topic_ahead", BigInteger, nullable=False, default=0),
    Column("topic_behind", BigInteger, nullable=False, default=0),
)

# What was answered to a command, so that the same command again gets the same answer.
idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# Who did or read what, when, and what came of it. Codes and ids only.
audit = Table(
    "audit",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=True),
    Column("at", Timestamp, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("action", String(100), nullable=False),
    Column("object", String(200), nullable=False),
    Column("outcome", String(100), nullable=False),
    Column("request_id", String(64), nullable=False),
)

# Insert only: which field of which row was what before (JSON), what it became, by whom and why. The
# record is what the row's key begins with: of a case's visits, the case. It holds what the rows
# hold, people's names too: it stays in the service and goes with the row.
change_log = Table(
    "change_log",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=True),
    Column("at", Timestamp, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("action", String(100), nullable=False),
    Column("table", String(63), nullable=False),
    Column("record", String(200), nullable=False),
    Column("row", String(200), nullable=False),
    Column("field", String(63), nullable=False),
    Column("was", Text, nullable=False),
    Column("became", Text, nullable=False),
    Column("reason", String(40)),
    Column("note", Text),
    Column("request_id", String(64), nullable=False),
    Index("ix_change_log_record_number", "record", "number"),
)

# Insert only: each seal follows the one before it without a gap; the order of sealing, which is
# not the order of the rows' numbers, is the order of the chain. No foreign key: a seal has to
# outlive its row for the loss of that row to be seen.
audit_seal = Table(
    "audit_seal",
    metadata,
    Column("seal", Position, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("mac", LargeBinary(32), nullable=False),
)

# A listener's own: where it is, what it last applied of each aggregate and from when that is known
# (in microseconds since 1970), and its dead letters. A migration that changes what it keeps has it
# read from the beginning again, up to ``reread_until``, where it was before.
consumer_position = Table(
    "consumer_position",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("last_offset", BigInteger),
    Column("last_id", String(64)),
    Column("last_time", String(40)),
    Column("reread_until", BigInteger),
)

aggregate_version = Table(
    "aggregate_version",
    metadata,
    Column("source", String(50), primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("known", BigInteger, nullable=False, server_default="0"),
)

# Up to which position of a partition a listener handled a type that it subscribes to; where there
# is none, of all that it read: see `backfill`.
subscribed_type = Table(
    "subscribed_type",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("type", String(100), primary_key=True),
    Column("position", BigInteger),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("source", String(50)),
    Column("subject", Uuid),
    Column("sequence", BigInteger),
    Column("reason", String(50), nullable=False),
    Column("headers", JSON, nullable=False),
    Column("value", LargeBinary),
    Index("ix_dead_letter_source_subject", "source", "subject", "sequence"),
)

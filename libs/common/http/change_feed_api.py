"""The change feed over HTTP: which records changed, for who keeps a copy and hears no events."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from libs.common.contracts.base import REGISTRY, Event, Tombstone, declared
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Instant
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.parameters import Flag
from libs.common.http.requests import Read, permission, router
from libs.common.messaging.feed import Change, Mark, Only, changes, digest, latest, resume
from libs.common.persistence.tables import CHANGED
from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {
    "change.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.COUNTY_SEND_OFFICER: Reach.COUNTY,
    },
}
"""Who may do so, in every service that publishes: all is shown or nothing, so that it adds up.

An administrator reads no records, and so has no use for their links.
"""

Records = Mapping[str, str]
"""Where a service shows each record it publishes: a path by the field that is an event's key."""


def _check(text: str | None) -> str | None:
    try:
        _mark(text)
    except ValueError:
        raise PydanticCustomError("wrong-form", "must be a cursor as an answer gave it") from None
    return text


def _mark(text: str | None) -> Mark | None:
    return None if text is None else Mark.parse(text)


FeedCursor = Annotated[str | None, AfterValidator(_check), Query()]
"""A place in the feed, as an answer gave it."""
Since = Annotated[
    Instant | None,
    Query(
        description="Only what was recorded from this instant on: for who has no cursor yet.",
        examples=["2019-03-01T00:00:00Z"],
    ),
]
Kinds = Annotated[
    str | None,
    Query(
        max_length=400,
        description="Only records of these kinds, with commas: `cases,plans`.",
        examples=["cases"],
    ),
]


class RecordChange(BaseModel):
    """One change of a record: ids and codes alone, and where the record itself is read.

    ``kind`` is the list in the record's address, ``ids`` are all that the change names. ``type``
    and ``version``, which counts a record's events from 1 without a gap, are the event's on the
    bus, and null of a change that no event tells: of a contact, a name, a draft. ``tombstone``
    says that the record was withdrawn, merged into another or has ended; ``new_keys`` which of the
    county's own keys are new, not what they are. ``cursor`` is the place behind this change.
    """

    cursor: str
    event_id: UUID
    type: str | None
    kind: str
    record_id: UUID
    version: int | None
    ids: dict[str, UUID]
    link: str
    at: datetime
    tombstone: Tombstone | None
    new_keys: list[str]

    @classmethod
    def of(cls, change: Change, service: str, records: Records) -> "RecordChange":
        """Show a change."""
        row, said = change.row, json.loads(change.row.data)
        event = None if row.type.startswith(CHANGED) else declared(row.type)
        path = records[event.key if event else row.type.removeprefix(CHANGED)]
        return cls(
            cursor=str(change.mark),
            event_id=row.id,
            type=row.type if event else None,
            kind=kind_of(path),
            record_id=row.subject,
            version=row.sequence if event else None,
            ids=_ids(said),
            link=f"/{service}{path.format_map(said)}",
            at=row.time,
            tombstone=event.tombstone if event else None,
            new_keys=said.get("changed_keys", event.new_keys) if event else [],
        )


class RecordChanges(BaseModel):
    """Some changes in their order. Ask after ``next`` for those behind them, now or at any time."""

    items: list[RecordChange]
    next: str
    more: bool


class Snapshot(BaseModel):
    """A cursor to go on from once everything was loaded from the lists, beginning now."""

    cursor: str
    at: datetime


class ChangesDigest(BaseModel):
    """How many changes there are behind one cursor and up to another, and a hash of their ids.

    SHA-256, in hexadecimal, over the event ids in ascending order, each with a line feed after it.
    """

    until: str
    count: int
    sha256: str


routes = router()
_READ: Final = permission("change.read")


@routes.get("/v1/changes", openapi_extra=_READ, tags=["changes"])
async def get_changes(
    request: Request,
    read: Read,
    after: FeedCursor = None,
    since: Since = None,
    kinds: Kinds = None,
    limit: PageSize = PAGE_DEFAULT,
) -> RecordChanges:
    """List changes of all records in the order in which they were committed.

    Without ``after`` it begins with the very first change or, where ``since`` is given, with the
    first that was recorded since then.
    """
    service = request.app.state.running.service
    only = Only(_types(service.name, service.records, kinds), since)
    cursor = await resume(read.connection, _mark(after))
    found = await changes(read.connection, cursor, limit + 1, only)
    more = len(found) > limit
    end = found[limit - 1].mark if more else await latest(read.connection)
    items = [RecordChange.of(one, service.name, service.records) for one in found[:limit]]
    return RecordChanges(items=items, next=str(end), more=more)


@routes.get("/v1/changes/snapshot", openapi_extra=_READ, tags=["changes"])
async def get_snapshot(read: Read) -> Snapshot:
    """Give the cursor for a first full load: take it, read the lists, then ask what changed."""
    return Snapshot(cursor=str(await latest(read.connection)), at=read.recorded_at)


@routes.get(
    "/v1/changes/digest", openapi_extra=permission("change.read", long=True), tags=["changes"]
)
async def get_digest(
    read: Read,
    after: FeedCursor = None,
    until: FeedCursor = None,
    since: Since = None,
    published: Annotated[Flag, Query(description="Of changes with an event alone.")] = False,
) -> ChangesDigest:
    """Count a range of changes, and hash their ids, to be compared with what was received.

    Without ``after`` from the very first, without ``until`` up to now; ``since`` as it was given
    when they were listed. Where it differs, halve the range to find what is missing. Who hears
    events from Kafka has those that are ``published``.
    """
    end = _mark(until) or await latest(read.connection)
    begin = await resume(read.connection, _mark(after))
    only = Only(since=since, published=published)
    found = await digest(read.connection, begin, await resume(read.connection, end), only)
    return ChangesDigest(until=str(end), count=found.count, sha256=found.sha256)


def kind_of(path: str) -> str:
    """Return the kind of the records that are shown at a path: the list in it."""
    return path.split("/")[2]


def _types(publisher: str, records: Records, kinds: str | None) -> list[str] | None:
    """Return the types of events of some kinds, None for all; raises Rejected for unknown ones."""
    if kinds is None:
        return None
    known = {kind_of(path) for path in records.values()}
    asked = {*kinds.split(",")}
    if asked - known:
        detail = f"must be of {', '.join(sorted(known))}, with commas between them"
        raise Rejected(errors=[ValidationError("unknown-code", detail, parameter="kinds")])
    wanted = {key for key, path in records.items() if kind_of(path) in asked}
    events = [one.type() for one in published_by(publisher) if one.key in wanted]
    return [*events, *(f"{CHANGED}{key}" for key in wanted)]


def published_by(publisher: str) -> list[type[Event]]:
    """Return the events that a service publishes."""
    return [event for event in REGISTRY.values() if event.publisher == publisher]


def _ids(said: Mapping[str, Any]) -> dict[str, UUID]:
    return {name: UUID(id_) for name, id_ in said.items() if name.endswith("_id") and id_}

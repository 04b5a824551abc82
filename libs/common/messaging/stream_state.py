"""What a listener has of one aggregate, and how that decides about the aggregate's next event.

Nothing here asks a database: `applying` loads a state, and records what it decided.
"""

import hashlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from libs.common.contracts.base import (
    RETIRED,
    Envelope,
    Event,
    Recorded,
    UnknownEvent,
    UnreadableEvent,
    declared,
)
from libs.common.core.clock import micros
from libs.common.messaging.bus.base import Delivered, ForeignSource, NotAnEvent, to_envelope

GAP = "gap"
FORK = "fork"
BEHIND = "behind-another"
NOT_AN_EVENT = "not-an-event"
FOREIGN = "foreign-source"
# A dead letter for one of these reasons does not block its aggregate: a gap fills by itself, of a
# fork the first stands, and what is no event has no version that anything could wait for.
NOT_BLOCKING = (GAP, FORK, NOT_AN_EVENT, FOREIGN)
Name = tuple[str, UUID]
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """A record of the bus that is an event of ours; ``fault`` says why it cannot be applied.

    ``event`` is None where there is a fault, and where the listener does not handle its type.
    """

    record: Delivered
    envelope: Envelope
    event: Event | None
    fault: str = ""

    @property
    def place(self) -> Place:
        """Where on the bus it stands."""
        return self.record.place

    @property
    def name(self) -> Name:
        """The aggregate it is of."""
        return self.envelope.source, self.envelope.subject

    @property
    def digest(self) -> str:
        """The hash by which a repetition is told from a fork."""
        return hashlib.sha256(self.envelope.data).hexdigest()

    def hanging(self, places: Set[Place]) -> "Read":
        """Return the event, not to be tried if it stands at one of the places."""
        hangs = bool(places) and not self.fault and self.place in places
        return replace(self, fault="hangs") if hangs else self

    def handled(self, known: int) -> list[Recorded[Any]]:
        """Return the event as its handler is given it; nothing where its type is not handled.

        ``known`` is from when the aggregate's events up to this one are known.
        """
        if self.event is None:
            return []
        envelope = self.envelope
        return [Recorded(self.event, envelope.id, envelope.sequence, envelope.time, known)]


@dataclass(frozen=True, slots=True)
class NoEvent:
    """A record that is not an event of ours, and why."""

    record: Delivered
    reason: str


def read(record: Delivered, handled: Set[type[Event]]) -> Read | NoEvent:
    """Look into a record, and into its data if the listener handles such events.

    Of the others it needs to know only their place in their aggregate's order.
    """
    try:
        envelope = to_envelope(record)
    except ForeignSource:
        return NoEvent(record, FOREIGN)
    except NotAnEvent:
        return NoEvent(record, NOT_AN_EVENT)
    try:
        event = envelope.event() if declared(envelope.type) in handled else None
    except UnknownEvent:
        return Read(record, envelope, None, "" if envelope.type in RETIRED else "unknown-type")
    except (UnreadableEvent, RecursionError):
        return Read(record, envelope, None, "unreadable")
    if event is not None and event.aggregate_id != envelope.subject:
        return Read(record, envelope, event, "wrong-subject")
    return Read(record, envelope, event)


@dataclass(slots=True)
class StreamState:
    """What a listener has applied of one aggregate, and what it does with the next events.

    The next version is applied, an earlier one dropped, a later one waits for the gap to fill.
    An event that cannot be applied blocks its aggregate until it is redriven; ``blockers`` are
    those found earlier, with the reason for each.
    """

    sequence: int = 0
    digest: str = ""
    known: int = 0
    blocked: bool = False
    blockers: dict[Place, str] = field(default_factory=dict)
    waiting: dict[int, Read] = field(default_factory=dict)
    ready: list[Read] = field(default_factory=list)
    dead_letters: dict[Place, tuple[Read, str]] = field(default_factory=dict)
    recalled: bool = False
    _began: tuple[str, int] = ("", 0)

    def begin(self, sequence: int, digest: str, known: int) -> None:
        """Go on from the version applied last."""
        self.sequence, self.digest, self.known = sequence, digest, known
        self._began = (digest, known)

    def handled(self) -> Iterator[tuple[Read, list[Recorded[Any]]]]:
        """Yield what is ready, each as its handlers are given it, and note when it was known."""
        for event in self.ready:
            self.known = max(self.known, micros(event.envelope.time))
            yield event, event.handled(self.known)

    def recall(self, event: Read) -> None:
        """Add an earlier dead letter that waits for a gap to fill."""
        self.recalled = True
        first = self.waiting.setdefault(event.envelope.sequence, event)
        if first.digest != event.digest:
            self._dead_letter(event, FORK)

    def take(self, event: Read) -> None:
        """Decide about one event, and about those that waited for it."""
        following: Read | None = event
        while following is not None:
            self._take_one(following)
            following = None if self.blocked else self.waiting.pop(self.sequence + 1, None)

    def _take_one(self, event: Read) -> None:
        sequence = event.envelope.sequence
        if sequence <= self.sequence:
            if sequence == self.sequence and event.digest != self.digest:
                self._dead_letter(event, FORK)
        elif self.blocked:
            self._dead_letter(event, self.blockers.get(event.place) or event.fault or BEHIND)
        elif sequence > self.sequence + 1:
            self._wait(event)
        elif event.fault:
            self.block(event, event.fault)
        else:
            self._apply(event)

    def _wait(self, event: Read) -> None:
        first = self.waiting.setdefault(event.envelope.sequence, event)
        if first is event:
            self._dead_letter(event, GAP)
        elif first.digest != event.digest:
            self._dead_letter(event, FORK)

    def _apply(self, event: Read) -> None:
        self.sequence = event.envelope.sequence
        self.digest = event.digest
        self.ready.append(event)
        self.dead_letters.pop(event.place, None)

    def _dead_letter(self, event: Read, reason: str) -> None:
        self.dead_letters[event.place] = (event, reason)

    def block(self, event: Read, reason: str) -> None:
        """Make the event a dead letter, and all that comes after it."""
        self.blocked = True
        self._dead_letter(event, reason)

    def undo(self, failed: Read) -> None:
        """Take back from ``ready`` the event whose handler failed and those after it."""
        index = self.ready.index(failed)
        for event in self.ready[index + 1 :]:
            self._dead_letter(event, BEHIND)
        del self.ready[index:]
        self.sequence = failed.envelope.sequence - 1
        digest, known = self._began
        self.digest = self.ready[-1].digest if self.ready else digest
        self.known = max([known, *(micros(one.envelope.time) for one in self.ready)])
        self.block(failed, "failed")


States = Mapping[Name, StreamState]

"""A campaign: waves, one an audience, with how long their links last and how often they remind."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages.outbox import Channel, Queued
from services.survey import tables
from services.survey.campaigns.codes import NOT_KNOWN, By, Kind, LeftOut
from services.survey.tables import Owned, Referenced

message: Final = tables.message
"""The outbox; of a campaign's messages ``about`` is a recipient and ``batch`` the campaign."""


class Campaign(Referenced, Owned, kw_only=True):
    """Waves that are sent together, under a reference of the county's."""

    told_as = "campaign_id"
    __tablename__ = "campaign"

    waves: Mapped[list[str]] = mapped_column(JSON)
    """The references of its waves."""
    link_days: Mapped[int]
    gap_days: Mapped[int]
    most_reminders: Mapped[int]
    contact: Mapped[str] = mapped_column(String(200))
    drafted_by: Mapped[str] = mapped_column(String(200))

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows: it may be sent as long as it is there."""
        return ("correct", "send", "fetch-letters", "post-letters", "return")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody on an issued wave's list as they stand: what was sent to them, what came of it."""

    recipient_id: UUID
    address: str | None
    cancelled: bool
    answered: bool
    declined: bool
    started: bool
    whose: Mapping[By, str]
    """Their team, area and kind of school on the day of issue."""
    anonymous: bool
    sent: Mapping[str, tuple[str, datetime | None]]
    """By reason, the state of each message and when it left; none that never did."""

    @property
    def invited(self) -> bool:
        """Whether they were invited."""
        return "invitation" in self.sent

    @property
    def reminded(self) -> int:
        """How often they were, or are about to be, reminded."""
        return sum(reason.startswith("reminder") for reason in self.sent)

    @property
    def delivered(self) -> bool:
        """Whether a message reached them, as far as is known."""
        return any(state in {"sent", "delivered"} for state, _ in self.sent.values())

    @property
    def undeliverable(self) -> bool:
        """Whether messages came back and none arrived; they stay among those issued."""
        return not self.delivered and any(state == "bounced" for state, _ in self.sent.values())

    @property
    def last(self) -> datetime | None:
        """When a message left last."""
        return max((at for _, at in self.sent.values() if at is not None), default=None)


_WORD: Final = r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+"
_EMAIL: Final = re.compile(rf"{_WORD}(\.{_WORD})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""One address and nothing else; ``=?`` would begin an encoded word (RFC 2047)."""


def channel_of(address: str | None) -> Channel | None:
    """Return how an address is written to: without an @ by letter; None if it is none to us."""
    if address is None:
        return None
    if "@" not in address:
        return "letter"
    return "email" if _EMAIL.fullmatch(address) else None


def why_not(one: Asked, kind: Kind, campaign: Campaign, now: datetime) -> LeftOut | None:
    """Return why somebody is sent no message of a kind now; None where they are.

    In an anonymous wave all else comes before what they did: that nobody counts as cancelled would
    say of the one who is that they have answered.
    """
    did, other = _what_they_did(one), _why_none(one, kind, campaign, now)
    return other or did if one.anonymous else did or other


def _what_they_did(one: Asked) -> LeftOut | None:
    if one.answered:
        return "answered"
    return "declined" if one.declined else None


def _why_none(one: Asked, kind: Kind, campaign: Campaign, now: datetime) -> LeftOut | None:
    if one.cancelled:
        return "cancelled"
    if channel_of(one.address) is None:
        return "no-address"
    if kind == "invitation":
        return "invited-already" if one.invited else None
    if one.anonymous and channel_of(one.address) == "letter":
        return "by-letter"  # whoever posts letters would see who has answered
    return _why_not_reminded(one, campaign, now)


def _why_not_reminded(one: Asked, campaign: Campaign, now: datetime) -> LeftOut | None:
    if not one.invited:
        return "not-invited"
    if one.undeliverable:
        return "undeliverable"
    if any(state == "waiting" for state, _ in one.sent.values()) or one.last is None:
        return "not-sent-yet"
    if one.reminded >= campaign.most_reminders:
        return "most-reached"
    if now < one.last + timedelta(days=campaign.gap_days):
        return "too-soon"
    return None


def queued(one: Asked, kind: Kind) -> Queued:
    """Return the message to somebody: one a person and reason, each reminder of its own number."""
    channel = channel_of(one.address)
    assert channel, "who has no address is left out"
    reason = "invitation" if kind == "invitation" else f"reminder-{one.reminded + 1}"
    return Queued(one.recipient_id, reason, channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far a wave has got: how many were issued, and of how many each other thing is so."""

    issued: int
    delivered: int
    undeliverable: int
    started: int
    completed: int
    declined: int


def parted(asked: Sequence[Asked], by: By) -> Mapping[str, Sequence[Asked]]:
    """Return who was asked by their team, area or kind of school; those not known come last."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        groups[one.whose[by]].append(one)
    return dict(sorted(groups.items(), key=lambda group: (group[0] == NOT_KNOWN, group[0])))


def counts_of(issued: int, asked: Sequence[Asked]) -> Counts:
    """Count each apart; what was issued stays, whatever became of a recipient (trap 48)."""

    def number(what: Any) -> int:
        return sum(bool(what(one)) for one in asked)

    return Counts(
        issued=issued,
        delivered=number(lambda one: one.delivered),
        undeliverable=number(lambda one: one.undeliverable),
        started=number(lambda one: one.started or one.answered),
        completed=number(lambda one: one.answered),
        declined=number(lambda one: one.declined and not one.answered),
    )

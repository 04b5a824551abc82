"""What reporting listens to, and what it does not; the modules beside this one fill the first."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from libs.common.contracts import referral, reporting
from libs.common.contracts.base import Event, Recorded
from libs.common.messaging.subscriptions import Subscriptions
from services.reporting.facts.versions import remember, stamp

subscriptions = Subscriptions("reporting", write=remember, stamp=stamp)
fills = subscriptions.fills
learn = subscriptions.learn


def withdraws(event: type[Event], table: Table, **fields: str) -> None:
    """Register that an event's fact stands no more; ``fields`` are as those of `learn`."""
    fills(event, table)(lambda recorded: ({**_said(recorded, fields), "stands": False},))


def moves(event: type[Event], table: Table, day: str = "from_on", **fields: str) -> None:
    """Register a correction: its fact stands, and no longer where it was moved from.

    ``day`` is the column of the fact's key that may have been wrong, ``fields`` are as those of
    `learn`, and of a list its codes parted by spaces. The event's ``formerly_on`` is that day as it
    was recorded, null or the same where it was right.
    """

    def rows(recorded: Recorded[Any]) -> Iterable[dict[str, Any]]:
        now = {day: getattr(recorded.event, fields.get(day, day)), **_said(recorded, fields)}
        yield {**now, "stands": True}
        if recorded.event.formerly_on not in {None, now[day]}:
            yield {**now, day: recorded.event.formerly_on, "stands": False}

    fills(event, table)(rows)


def _said(recorded: Recorded[Any], fields: Mapping[str, str]) -> dict[str, Any]:
    said = {column: getattr(recorded.event, field) for column, field in fields.items()}
    return {k: " ".join(v) if isinstance(v, tuple | list) else v for k, v in said.items()}


NOT_HANDLED: frozenset[type[Event]] = frozenset(
    {
        # What reporting publishes itself.
        reporting.EditionPublished,
        reporting.FigurePublished,
        reporting.FigureRestated,
        referral.StaffReferenceRecorded,  # by which callers name staff: nothing is counted by it
        # Who a child is: nothing is counted by it.
        referral.ChildParticularsChanged,
        # What was recorded under a record counts; of whom it was is not known here.
        referral.ChildRecordClosed,
        # Who is whose parent, and who is asked: survey hears it; returns say nothing of whose.
        referral.RelationshipRecorded,
        referral.RelationshipEnded,
        referral.RelationshipCorrected,
        referral.RelationshipVoided,
        referral.RecipientWithdrawn,
        referral.RecipientWithdrawalVoided,
        referral.PeopleMerged,
        referral.PeopleUnmerged,
    }
)

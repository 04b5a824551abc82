"""What reporting listens to, and what it does not; the modules beside this one fill the first."""

from sqlalchemy import Table

from libs.common.contracts import referral
from libs.common.contracts.base import Event
from libs.common.messaging.subscriptions import Subscriptions
from services.reporting.facts.versions import remember, stamp

subscriptions = Subscriptions("reporting", write=remember, stamp=stamp)
fills = subscriptions.fills
learn = subscriptions.learn


def withdraws(event: type[Event], table: Table) -> None:
    """Register that of an event's fact nothing stands any more."""
    fills(event, table)(lambda _: ({"stands": False},))


NOT_HANDLED: frozenset[type[Event]] = frozenset(
    {
        referral.StaffReferenceRecorded,  # by which callers name staff: nothing is counted by it
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

"""Facts of referrals: what was asked, checked and decided."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Date, String, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

referral = fact(
    "referral",
    Column("referral_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("school_id", Uuid),
    Column("submitted_on", Date),
    Column("agreed_on", Date),
    Column("refused_on", Date),
    Column("reason", Text),
    Column("withdrawn_on", Date),
)
learn(events.ReferralSubmitted, referral)
learn(events.SupportAgreed, referral)
learn(events.SupportRefused, referral)
learn(events.ReferralCorrected, referral, "referral_id", "child_id", "school_id", "submitted_on")
learn(events.ReferralWithdrawn, referral, "referral_id", "child_id", "withdrawn_on")

UNDECIDED = {"agreed_on": None, "refused_on": None, "reason": None}


@fills(events.ReferralVoided, referral)
def referral_voided(_: Recorded[events.ReferralVoided]) -> Rows:
    """A referral that nobody made; should it be submitted again, nothing came of it so far."""
    yield {**UNDECIDED, "withdrawn_on": None, "stands": False}


@fills(events.ReferralDecisionCorrected, referral)
def referral_decision_corrected(e: Recorded[events.ReferralDecisionCorrected]) -> Rows:
    """Another decision, with its reason where support is refused."""
    if e.event.decision == "agree":
        yield {**UNDECIDED, "agreed_on": e.event.decided_on}
    else:
        yield {**UNDECIDED, "refused_on": e.event.decided_on, "reason": e.event.decided_for}


@fills(events.ReferralDecisionVoided, referral)
def referral_decision_voided(_: Recorded[events.ReferralDecisionVoided]) -> Rows:
    """A referral that waits for a decision again."""
    yield UNDECIDED


eligibility = fact(
    "eligibility",
    Column("referral_id", Uuid, primary_key=True),
    Column("checked_on", Date, primary_key=True),
    Column("rule_set", Text, nullable=False),
    Column("answer", String(CODE), nullable=False),
)
learn(events.EligibilityChecked, eligibility)

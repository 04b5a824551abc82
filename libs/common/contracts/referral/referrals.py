"""What referral publishes of referrals: their checks and the decision of the Head of Service."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event

Answer = Literal["yes", "no", "more-facts-needed"]
ReferralDecision = Literal["agree", "refuse"]


class ReferralSubmitted(Event, publisher="referral", key="referral_id"):
    """A school or the county asked the service to support a child."""

    referral_id: UUID
    child_id: UUID
    school_id: UUID
    submitted_on: date


class RuleAnswer(Coded):
    """One rule's answer in an eligibility check, by the rule's code."""

    rule: str
    answer: Answer


class EligibilityChecked(Event, publisher="referral", key="referral_id"):
    """A referral was checked against the rules of a day. A check decides nothing."""

    referral_id: UUID
    child_id: UUID
    rule_set: str
    answer: Answer
    rules: tuple[RuleAnswer, ...]
    checked_on: date


class SupportAgreed(Event, publisher="referral", key="referral_id"):
    """The Head of Service agreed to support the child."""

    referral_id: UUID
    child_id: UUID
    agreed_on: date


class SupportRefused(Event, publisher="referral", key="referral_id"):
    """The Head of Service refused support, with a coded reason."""

    referral_id: UUID
    child_id: UUID
    refused_on: date
    reason: str


class ReferralCorrected(ReferralSubmitted, publisher="referral", key="referral_id"):
    """The school, the day or the evidence of a referral was put right."""

    reason: str


class ReferralVoided(Event, publisher="referral", key="referral_id", tombstone="withdrawn"):
    """A referral was recorded by mistake."""

    referral_id: UUID
    child_id: UUID
    reason: str


class ReferralWithdrawn(Event, publisher="referral", key="referral_id", tombstone="withdrawn"):
    """Who asked for support no longer asks for it; a new request is a new referral."""

    referral_id: UUID
    child_id: UUID
    withdrawn_on: date
    ground: str


class ReferralDecisionCorrected(Event, publisher="referral", key="referral_id"):
    """The Head of Service's decision on a referral was put right."""

    referral_id: UUID
    child_id: UUID
    decision: ReferralDecision
    decided_on: date
    decided_for: str
    """The coded reason of the decision itself."""
    reason: str


class ReferralDecisionVoided(Event, publisher="referral", key="referral_id"):
    """A decision on a referral was recorded by mistake: the referral waits for one again."""

    referral_id: UUID
    child_id: UUID
    reason: str

"""Referrals, their checks and decisions over HTTP."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.referral import Answer
from libs.common.core.fields import Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.reading import with_steps
from services.referral.referrals.access import STEPS
from services.referral.referrals.codes import DecisionReason, ReferralState
from services.referral.referrals.commands import (
    CheckEligibility,
    DecideReferral,
    SubmitReferral,
    WithdrawReferral,
    check_eligibility,
    correct_decision,
    correct_referral,
    decide_referral,
    submit_referral,
    void_decision,
    void_referral,
    withdraw_referral,
)
from services.referral.referrals.domain import Referral
from services.referral.rules import rule_sets

routes = router()


class ReferralView(BaseModel):
    """A referral, and what may be done with it now."""

    referral_id: UUID
    reference: Annotated[str, of_form(Reference)]
    child_id: UUID
    school_id: UUID
    submitted_on: date
    evidence: dict[str, Any]
    state: Annotated[str, of_codes(ReferralState)]
    answer: Annotated[str, of_codes(Answer)] | None
    checked_on: date | None
    decided_on: date | None
    reason: Annotated[str, of_codes(DecisionReason)] | None
    grounds: dict[str, Any] | None
    withdrawn_on: date | None
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, referral: Referral, may: list[str]) -> "ReferralView":
        """Show a referral, and what the caller may do with it."""
        return cls(
            referral_id=referral.id,
            reference=referral.reference,
            child_id=referral.child_id,
            school_id=referral.school_id,
            submitted_on=referral.submitted_on,
            evidence=referral.evidence,
            state=referral.state,
            answer=referral.answer,
            checked_on=referral.checked_on,
            decided_on=referral.decided_on,
            reason=referral.reason,
            grounds=referral.grounds,
            withdrawn_on=referral.withdrawn_on,
            void=referral.void,
            allowed=may,
        )


REFERRAL: Final = with_steps(ReferralView, Referral, STEPS)


class RuleView(BaseModel):
    """One rule's answer, with the facts it used and the facts that were missing."""

    rule: str
    text: str
    answer: Annotated[str, of_codes(Answer)]
    facts_used: dict[str, Any]
    facts_missing: list[str]


class CheckView(BaseModel):
    """A check, rule by rule. The Head of Service decides whether to give support.

    ``snapshot_on`` is the day of the extract that says what the school was on the day of the
    check, and ``snapshot_age_days`` how old it was then: below 0, it was taken since.
    """

    check_id: UUID
    referral_id: UUID
    rule_set: str
    answer: Annotated[str, of_codes(Answer)]
    checked_on: date
    snapshot_on: date
    snapshot_age_days: int
    rules: list[RuleView]
    for_the_head_of_service: dict[str, Any]


@routes.post(
    "/v1/referrals",
    status_code=201,
    openapi_extra=permission("referral.submit"),
    tags=["referrals"],
)
async def post_referral(command: SubmitReferral, work: Work, response: Response) -> ReferralView:
    """Ask the service to support a child."""
    referral, _ = await submit_referral(work, command)
    return await REFERRAL.shown(work, referral, response)


@routes.post(
    "/v1/referrals/{referral_id}/eligibility-checks",
    status_code=201,
    openapi_extra=permission("referral.check"),
    tags=["referrals"],
)
async def post_check(referral_id: Identifier, command: CheckEligibility, work: Work) -> CheckView:
    """Check a referral against the rules of a day. A check decides nothing."""
    check, tested, _ = await check_eligibility(work, referral_id, command)
    referral = await work.get(Referral, referral_id)
    texts = next(one.texts for one in rule_sets() if one.rule_set == check.rule_set)
    return CheckView(
        check_id=check.id,
        referral_id=referral_id,
        rule_set=check.rule_set,
        answer=check.answer,
        checked_on=check.checked_on,
        snapshot_on=check.snapshot_on,
        snapshot_age_days=(check.checked_on - check.snapshot_on).days,
        rules=[
            RuleView(
                rule=one.rule,
                text=texts[one.rule],
                answer=one.answer,
                facts_used=one.facts_used,
                facts_missing=list(one.facts_missing),
            )
            for one in tested
        ],
        for_the_head_of_service={"rule": texts["head-agrees"], **referral.evidence},
    )


@routes.post(
    "/v1/referrals/{referral_id}/decision",
    openapi_extra=permission("referral.decide"),
    tags=["referrals"],
)
async def post_decision(
    referral_id: Identifier, command: DecideReferral, work: Work, response: Response
) -> ReferralView:
    """Agree or refuse support. Only the Head of Service may."""
    referral, _ = await decide_referral(work, referral_id, command)
    return await REFERRAL.shown(work, referral, response)


CORRECT = permission("referral.correct")
DECIDE = permission("referral.decide")
REFERRALS: list[Any] = ["referrals"]


put_right(
    routes,
    "/v1/referrals/{referral_id}",
    CORRECT,
    REFERRAL.shown,
    tag="referrals",
    corrections=correct_referral,
    void=void_referral,
)


@routes.post(
    "/v1/referrals/{referral_id}/withdrawal",
    openapi_extra=permission("referral.submit"),
    tags=REFERRALS,
)
async def post_withdrawal(
    referral_id: Identifier,
    command: WithdrawReferral,
    version: IfMatch,
    work: Work,
    response: Response,
) -> ReferralView:
    """Withdraw a referral before it is decided. A new request is a new referral."""
    referral = await withdraw_referral(work, referral_id, command, version)
    return await REFERRAL.shown(work, referral, response)


put_right(
    routes,
    "/v1/referrals/{referral_id}/decision",
    DECIDE,
    REFERRAL.shown,
    tag="referrals",
    corrections=correct_decision,
    void=void_decision,
)

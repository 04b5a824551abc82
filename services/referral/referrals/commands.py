"""Referrals: submitted, checked against the rules in force, decided by the Head of Service."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from libs.common.contracts.referral import RuleAnswer
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.core.fields import Day, Identifier, Reference, Strict, StrictBool, StrictInt64
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead, refuse_other, under_reference
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child, Plan
from services.referral.referrals.codes import Decision, DecisionReason
from services.referral.referrals.domain import EligibilityCheck, Referral, ReferralDecided
from services.referral.referrals.eligibility import (
    PlanFacts,
    SchoolFacts,
    Tested,
    answer_rules,
    overall,
)
from services.referral.rules import rules_on
from services.referral.schools.domain import School


class AlreadySubmitted(Conflict):
    """A referral stands as it was submitted: the Head of Service decides on what was put."""

    detail = "This reference belongs to another referral. Submit what differs as a new referral."


class Evidence(Strict):
    """What the school tells the Head of Service; no rule decides on it."""

    significant_barriers: StrictBool | None = None
    complex_needs: StrictBool | None = None
    delay_months: StrictInt64 | None = None


class SubmitReferral(Strict):
    """A request that the service support a child, under the referrer's reference."""

    reference: Reference
    child_id: Identifier
    submitted_on: Day
    evidence: Evidence


class CheckEligibility(Strict):
    """Put the rules in force on a day to the facts."""

    checked_on: PlannedDay


class CheckRow(CheckEligibility):
    """A check as one row of an import."""

    referral_id: Identifier


class DecideReferral(Strict):
    """The Head of Service's decision and its coded reason."""

    decision: Decision
    decided_on: Day
    reason: DecisionReason


class DecisionRow(DecideReferral):
    """A decision as one row of an import."""

    referral_id: Identifier


async def submit_referral(
    uow: UnitOfWork, command: SubmitReferral
) -> tuple[Referral, CommandOutcome]:
    """Submit a referral; the same again changes nothing."""
    refuse_ahead(uow, command)
    child = await uow.get(Child, command.child_id)
    known = await uow.all(Referral, reference=command.reference)
    referral = under_reference(known, child_id=child.id)
    if referral is not None:
        _check_same(referral, command)
        return referral, CommandOutcome("unchanged", referral.id)
    if command.submitted_on < child.born_on:
        raise Rejected(
            errors=[
                ValidationError(
                    "before-birth",
                    "A referral cannot be submitted before the child was born.",
                    "/submitted_on",
                )
            ]
        )
    referral = uow.add(
        Referral(
            id=uuid4(),
            reference=command.reference,
            child_id=child.id,
            school_id=child.school_id,
            submitted_on=command.submitted_on,
            evidence=command.evidence.model_dump(),
        )
    )
    uow.emit(referral, referral.submit())
    return referral, CommandOutcome("created", referral.id)


def _check_same(referral: Referral, command: SubmitReferral) -> None:
    fields = {
        "child_id": (referral.child_id, command.child_id),
        "submitted_on": (referral.submitted_on, command.submitted_on),
        "evidence": (referral.evidence, command.evidence.model_dump()),
    }
    refuse_other(AlreadySubmitted, fields)


async def check_eligibility(
    uow: UnitOfWork, referral_id: UUID, command: CheckEligibility
) -> tuple[EligibilityCheck, list[Tested], CommandOutcome]:
    """Check a referral against the rules in force and keep what was seen.

    The school is the one the child goes to now, where support would be given (domain brief 3.4).
    """
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, referral_id)
    rules = rules_on(command.checked_on)
    if rules is None:
        raise Rejected(
            errors=[
                ValidationError("no-rules", "No rules were in force on that day.", "/checked_on")
            ]
        )
    [child] = await uow.all(Child, id=referral.child_id, unseen=True)
    [school] = await uow.all(School, id=child.school_id, unseen=True)
    plans = await uow.all(Plan, child_id=child.id, unseen=True)
    tested = answer_rules(rules, command.checked_on, _school_facts(school), _plan_facts(plans))
    answer = overall(tested)
    check = EligibilityCheck(
        id=uuid4(),
        referral_id=referral.id,
        rule_set=rules.rule_set,
        answer=answer,
        checked_on=command.checked_on,
        snapshot_on=school.snapshot_on,
        rules=[_row(one) for one in tested],
    )
    if await _is_on_record(uow, referral, check):
        return check, tested, CommandOutcome("unchanged", referral.id)
    answers = tuple(RuleAnswer(rule=one.rule, answer=one.answer) for one in tested)
    event = referral.check(rules.rule_set, answer, answers, command.checked_on)
    uow.add(check)
    uow.emit(referral, event)
    return check, tested, CommandOutcome("created", referral.id)


async def _is_on_record(uow: UnitOfWork, referral: Referral, check: EligibilityCheck) -> bool:
    """Say whether the rules gave this answer on that day before; of the last day, at last."""
    if referral.checked_on == check.checked_on:
        return referral.answer == check.answer
    checks = await uow.all(EligibilityCheck, referral_id=referral.id)
    same_day = [one for one in checks if one.checked_on == check.checked_on]
    return any(one.answer == check.answer for one in same_day)


def _row(tested: Tested) -> dict[str, object]:
    return {
        "rule": tested.rule,
        "answer": tested.answer,
        "facts_used": tested.facts_used,
        "facts_missing": list(tested.facts_missing),
    }


def _school_facts(school: School) -> SchoolFacts:
    return SchoolFacts(
        school.la_code,
        school.establishment_type,
        school.phase,
        school.status,
        school.opened_on,
        school.closed_on,
    )


def _plan_facts(plans: Sequence[Plan]) -> list[PlanFacts]:
    return [
        PlanFacts(plan.plan_type, plan.names_service, plan.starts_on, plan.ends_on)
        for plan in plans
    ]


async def decide_referral(
    uow: UnitOfWork, referral_id: UUID, command: DecideReferral
) -> tuple[Referral, CommandOutcome]:
    """Record the Head of Service's decision; the same again changes nothing."""
    refuse_ahead(uow, command)
    referral = await uow.get(Referral, referral_id)
    if referral.state != "submitted":
        _check_same_decision(referral, command)
        return referral, CommandOutcome("unchanged", referral.id)
    by = uow.actor.subject
    if command.decision == "agree":
        uow.emit(referral, referral.agree(command.decided_on, command.reason, by))
    else:
        uow.emit(referral, referral.refuse(command.decided_on, command.reason, by))
    return referral, CommandOutcome("updated", referral.id)


def _check_same_decision(referral: Referral, command: DecideReferral) -> None:
    state = "agreed" if command.decision == "agree" else "refused"
    fields = {
        "decision": (referral.state, state),
        "decided_on": (referral.decided_on, command.decided_on),
        "reason": (referral.reason, command.reason),
    }
    refuse_other(ReferralDecided, fields)

"""Referrals checked: the rules in force on a day are put to the facts of that day."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from libs.common.contracts.referral import RuleAnswer
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.children.queries import PlanThen, plans_on, school_on
from services.referral.referrals.domain import EligibilityCheck, Referral
from services.referral.referrals.eligibility import (
    PlanFacts,
    SchoolFacts,
    Tested,
    answer_rules,
    overall,
)
from services.referral.referrals.keys import ReferralId
from services.referral.rules import rules_on
from services.referral.schools.domain import School, SchoolOnDay
from services.referral.schools.queries import school_of_day


class CheckEligibility(Strict):
    """Put the rules in force on a day to the facts."""

    checked_on: PlannedDay


class CheckRow(CheckEligibility):
    """A check as one row of an import."""

    referral_id: ReferralId


async def check_eligibility(
    uow: UnitOfWork, referral_id: UUID, command: CheckEligibility
) -> tuple[EligibilityCheck, list[Tested], CommandOutcome]:
    """Check a referral against the rules in force and keep what was seen.

    School and plans are those of the day of the check, each as it was then.
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
    attended = await school_on(uow, child.id, command.checked_on)
    [school] = await uow.all(School, id=attended, unseen=True)
    plans = await plans_on(uow, child.id, command.checked_on)
    said = await school_of_day(uow, school, command.checked_on)
    tested = answer_rules(rules, command.checked_on, _school_facts(said), _plan_facts(plans))
    answer = overall(tested)
    check = EligibilityCheck(
        id=uuid4(),
        referral_id=referral.id,
        rule_set=rules.rule_set,
        answer=answer,
        checked_on=command.checked_on,
        snapshot_on=said.snapshot_on,
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


def _school_facts(school: SchoolOnDay) -> SchoolFacts:
    return SchoolFacts(
        school.la_code,
        school.establishment_type,
        school.phase,
        school.status,
        school.opened_on,
        school.closed_on,
    )


def _plan_facts(plans: Sequence[PlanThen]) -> list[PlanFacts]:
    return [
        PlanFacts(
            one.terms.plan_type, one.terms.names_service, one.plan.starts_on, one.plan.ends_on
        )
        for one in plans
    ]

"""Putting the rules to a referral's facts. It answers; it never decides (domain brief 1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from libs.common.contracts.referral import Answer
from services.referral.rules import RuleSet
from services.referral.schools.domain import PROPOSED


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What the register says of the school, as far as the rules ask."""

    la_code: int
    establishment_type: str
    phase: int
    status: int
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What is known of a plan, as far as the rules ask."""

    plan_type: str
    names_service: bool
    starts_on: date
    ends_on: date | None

    def active_on(self, day: date) -> bool:
        """Say whether the plan is in force on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Tested:
    """One rule's answer, the facts it used, and those it missed."""

    rule: str
    answer: Answer
    facts_used: dict[str, Any] = field(default_factory=dict)
    facts_missing: tuple[str, ...] = ()


def answer_rules(
    rules: RuleSet, day: date, school: SchoolFacts, plans: Sequence[PlanFacts]
) -> list[Tested]:
    """Answer every rule that facts can answer, on a day."""
    return [
        _school_covered(rules, school),
        _school_open(rules, day, school),
        _plan_active(rules, day, plans),
        _plan_names(rules, day, plans),
    ]


def overall(tested: Sequence[Tested]) -> Answer:
    """Return no if any rule says no, else what is missing, else yes."""
    answers = {one.answer for one in tested}
    if "no" in answers:
        return "no"
    return "more-facts-needed" if "more-facts-needed" in answers else "yes"


def _yes_or_no(rule: str, *, met: bool, **facts: Any) -> Tested:
    return Tested(rule, "yes" if met else "no", facts)


def _school_covered(rules: RuleSet, school: SchoolFacts) -> Tested:
    met = school.la_code in rules.school.la_codes and any(
        school.establishment_type in covered.types and school.phase in covered.phases
        for covered in rules.school.covered
    )
    return _yes_or_no(
        "school-covered",
        met=met,
        la_code=school.la_code,
        establishment_type=school.establishment_type,
        phase=school.phase,
    )


def _school_open(rules: RuleSet, day: date, school: SchoolFacts) -> Tested:
    """Test the day: a school proposed to close is open, and many open dates are empty.

    Of one that is only proposed the answer waits until it opens (trap 19).
    """
    if school.status == PROPOSED:
        return Tested("school-open", "more-facts-needed", {"status": school.status}, ("opening",))
    met = (
        school.status in rules.school.statuses
        and (school.opened_on is None or school.opened_on <= day)
        and (school.closed_on is None or school.closed_on >= day)
    )
    return _yes_or_no("school-open", met=met, status=school.status, day=day.isoformat())


def _active(rules: RuleSet, day: date, plans: Sequence[PlanFacts]) -> list[PlanFacts]:
    return [p for p in plans if p.plan_type in rules.plan_types and p.active_on(day)]


def _plan_active(rules: RuleSet, day: date, plans: Sequence[PlanFacts]) -> Tested:
    if not plans:
        return Tested("plan-active", "more-facts-needed", {}, ("plan",))
    active = _active(rules, day, plans)
    return _yes_or_no(
        "plan-active", met=bool(active), plan_types=sorted({p.plan_type for p in active})
    )


def _plan_names(rules: RuleSet, day: date, plans: Sequence[PlanFacts]) -> Tested:
    active = _active(rules, day, plans)
    if not active:
        return Tested("plan-names-service", "more-facts-needed", {}, ("plan.names_service",))
    return _yes_or_no("plan-names-service", met=any(p.names_service for p in active))

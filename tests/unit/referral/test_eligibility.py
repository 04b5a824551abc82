"""Each rule of eligibility says no by itself: the school, the day, the plan and what it names."""

from dataclasses import replace
from datetime import date

import pytest

from services.referral.referrals.eligibility import PlanFacts, SchoolFacts, answer_rules, overall
from services.referral.rules import rules_on

DAY = date(2018, 9, 10)
SCHOOL = SchoolFacts(
    la_code=830, establishment_type="01", phase=2, status=1, opened_on=None, closed_on=None
)
PLAN = PlanFacts("EHC", names_service=True, starts_on=date(2018, 1, 1), ends_on=None)
ENDED = replace(PLAN, ends_on=date(2018, 9, 9))
NOT_NAMED = replace(PLAN, names_service=False)


def answers(school: SchoolFacts, *plans: PlanFacts) -> tuple[dict[str, str], str]:
    rules = rules_on(DAY)
    assert rules
    tested = answer_rules(rules, DAY, school, plans)
    return {one.rule: one.answer for one in tested if one.answer != "yes"}, overall(tested)


@pytest.mark.parametrize(
    ("school", "plans"),
    [
        (SCHOOL, [PLAN]),
        (replace(SCHOOL, opened_on=DAY), [PLAN]),
        (replace(SCHOOL, closed_on=DAY, status=3), [PLAN]),
        (replace(SCHOOL, establishment_type="15", phase=1), [PLAN]),
        (SCHOOL, [replace(PLAN, starts_on=DAY, ends_on=DAY)]),
        (SCHOOL, [ENDED, NOT_NAMED, replace(PLAN, plan_type="GRIP")]),
    ],
)
def test_what_every_rule_allows_is_eligible(school: SchoolFacts, plans: list[PlanFacts]) -> None:
    assert answers(school, *plans) == ({}, "yes")


@pytest.mark.parametrize(
    ("school", "plans", "said"),
    [
        (replace(SCHOOL, la_code=831), [PLAN], {"school-covered": "no"}),
        (replace(SCHOOL, establishment_type="34"), [PLAN], {"school-covered": "no"}),
        (replace(SCHOOL, phase=4), [PLAN], {"school-covered": "no"}),
        (replace(SCHOOL, status=2), [PLAN], {"school-open": "no"}),
        (replace(SCHOOL, opened_on=date(2018, 9, 11)), [PLAN], {"school-open": "no"}),
        (replace(SCHOOL, closed_on=date(2018, 9, 9)), [PLAN], {"school-open": "no"}),
        (SCHOOL, [NOT_NAMED], {"plan-names-service": "no"}),
    ],
)
def test_one_rule_that_says_no_is_a_no(
    school: SchoolFacts, plans: list[PlanFacts], said: dict[str, str]
) -> None:
    assert answers(school, *plans) == (said, "no")


@pytest.mark.parametrize(
    "plan",
    [ENDED, replace(PLAN, starts_on=date(2018, 9, 11)), replace(PLAN, plan_type="SOMETHING-ELSE")],
)
def test_a_plan_that_is_not_in_force_or_not_of_the_kind_is_no_plan(plan: PlanFacts) -> None:
    said, answer = answers(SCHOOL, plan)
    assert (said["plan-active"], answer) == ("no", "no")


def test_without_a_plan_more_must_be_known() -> None:
    assert answers(SCHOOL) == (
        {"plan-active": "more-facts-needed", "plan-names-service": "more-facts-needed"},
        "more-facts-needed",
    )

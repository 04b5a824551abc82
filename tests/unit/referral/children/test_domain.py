"""A child's records: which push is the newest, a plan that ceased, and a pupil number's letter."""

from datetime import date

import pytest

from libs.common.contracts.referral import (
    ChildCharacteristicsRecorded,
    ChildMovedSchool,
    ChildRegistered,
    PlanCeased,
    PlanNamed,
    PlanReinstated,
)
from services.referral.children.domain import (
    Characteristics,
    PlanClosed,
    PlanTerms,
)
from services.referral.children.years import year_of_age
from tests.unit.referral.made import CHILD, OTHER_SCHOOL, PLAN, SCHOOL, a_child, a_plan
from tests.unit.refused import refused

SINCE, LATER = date(2018, 9, 1), date(2019, 6, 1)
TERMS = PlanTerms("GRIP", False, date(2020, 1, 10))


def test_a_child_is_registered_at_a_school_without_a_name() -> None:
    assert a_child().register("F", SCHOOL, "3") == ChildRegistered(
        child_id=CHILD, school_id=SCHOOL, year_group="3", sex="F", registered_on=SINCE
    )


def test_the_newest_push_is_the_latest_day_whichever_came_last() -> None:
    child = a_child(since=SINCE)
    assert child.push(SINCE)
    assert child.push(LATER)
    assert not child.push(date(2019, 1, 1))
    assert child.as_of == LATER
    assert child.push(LATER)


def test_a_child_takes_the_records_along_to_another_school() -> None:
    assert a_child().move(SCHOOL, OTHER_SCHOOL, LATER) == ChildMovedSchool(
        child_id=CHILD, from_school_id=SCHOOL, school_id=OTHER_SCHOOL, moved_on=LATER
    )


def test_what_is_so_of_a_child_is_so_from_a_day_on() -> None:
    child = a_child()
    now = Characteristics("4", ("SLCN", "MLD"), True, True, True)
    assert child.characterise(now, LATER) == ChildCharacteristicsRecorded(
        child_id=CHILD,
        effective_on=LATER,
        year_group="4",
        needs=("SLCN", "MLD"),
        pupil_premium=True,
        looked_after=True,
        eal=True,
    )
    child.hold(now, LATER)
    assert (child.year_group, child.needs, child.characteristics_on) == ("4", [*now.needs], LATER)


@pytest.mark.parametrize(
    "other",
    [
        {"forename": "Testo"},
        {"surname": "Formerly"},
        {"born_on": date(2010, 10, 2)},
        {"sex": "U"},
        {"upn": "A830000000001"},
    ],
    ids=str,
)
def test_who_a_child_is_can_be_put_right(other: dict[str, object]) -> None:
    child = a_child()
    assert not child.take({"forename": "Testa", "upn": None}, SINCE)
    assert child.take(other, LATER)
    assert not child.take(other, LATER)


def test_of_each_particular_the_newest_push_has_the_last_word() -> None:
    child = a_child()
    assert child.take({"surname": "Newly"}, LATER)
    assert child.take({"surname": "Formerly", "forename": "Testo"}, SINCE)
    assert (child.forename, child.surname) == ("Testo", "Newly")


def test_a_plan_says_its_kind_and_whether_it_names_the_service() -> None:
    assert a_plan().name() == PlanNamed(
        plan_id=PLAN,
        child_id=CHILD,
        plan_type="EHC",
        names_service=True,
        starts_on=date(2018, 1, 10),
        review_due_on=None,
    )


def test_a_plan_says_its_terms_from_a_day_on() -> None:
    plan = a_plan()
    event = plan.name(TERMS, LATER)
    assert (event.plan_type, event.names_service) == ("GRIP", False)
    assert (event.review_due_on, event.effective_on) == (TERMS.review_due_on, LATER)
    plan.hold(TERMS)
    assert plan.terms == TERMS


def test_a_plan_that_ceased_does_not_cease_again_and_can_go_on() -> None:
    plan = a_plan()
    assert plan.cease(LATER, "replaced") == PlanCeased(
        plan_id=PLAN, child_id=CHILD, ceased_on=LATER, reason="replaced"
    )
    with refused(PlanClosed):
        plan.cease(date(2019, 7, 1), "moved-away")
    assert (plan.ends_on, plan.cease_reason) == (LATER, "replaced")
    assert plan.reinstate() == PlanReinstated(plan_id=PLAN, child_id=CHILD, reason=None)
    assert (plan.ends_on, plan.cease_reason) == (None, None)


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2018, 1, 9), False),
        (date(2018, 1, 10), True),
        (LATER, True),
        (date(2019, 6, 2), False),
    ],
)
def test_a_plan_is_in_force_from_its_first_day_to_its_last(day: date, active: bool) -> None:
    assert a_plan(ends_on=LATER, cease_reason="other").active_on(day) is active
    assert a_plan().active_on(day) is (day >= date(2018, 1, 10))


@pytest.mark.parametrize(
    ("born_on", "year"),
    [
        (date(2016, 9, 1), None),
        (date(2016, 8, 31), "N1"),
        (date(2013, 9, 1), "R"),
        (date(2007, 9, 1), "6"),
        (date(2007, 8, 31), None),
    ],
)
def test_a_year_of_age_is_told_of_the_years_there_are(born_on: date, year: str | None) -> None:
    assert year_of_age(born_on, date(2018, 11, 1)) == year

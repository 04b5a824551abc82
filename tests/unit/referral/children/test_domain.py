"""A child's records: which push is the newest, a plan that ceased, and a pupil number's letter."""

from dataclasses import replace
from datetime import date

import pytest

from libs.common.contracts.referral import (
    ChildCharacteristicsRecorded,
    ChildMovedSchool,
    ChildRegistered,
    PlanCeased,
    PlanNamed,
)
from services.referral.children.domain import (
    Characteristics,
    Particulars,
    PlanClosed,
    PlanTerms,
    is_valid_upn,
)
from tests.unit.referral.made import CHILD, OTHER_SCHOOL, PLAN, SCHOOL, a_child, a_plan
from tests.unit.refused import refused

SINCE, LATER = date(2018, 9, 1), date(2019, 6, 1)
TERMS = PlanTerms("GRIP", False, date(2018, 2, 1), date(2020, 1, 10))


def test_a_child_is_registered_at_a_school_without_a_name() -> None:
    assert a_child().register("F") == ChildRegistered(
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
    child = a_child()
    assert child.move(OTHER_SCHOOL, LATER) == ChildMovedSchool(
        child_id=CHILD, from_school_id=SCHOOL, school_id=OTHER_SCHOOL, moved_on=LATER
    )
    assert child.school_id == OTHER_SCHOOL


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
    assert (child.characteristics, child.characteristics_on) == (now, LATER)


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
def test_who_a_child_is_can_be_put_right(other: dict[str, str]) -> None:
    same = Particulars("Testa", "Alderfield", date(2010, 10, 1), "F", None)
    child = a_child()
    assert not child.correct(same)
    assert child.correct(replace(same, **other))  # type: ignore[arg-type]  # of these fields
    assert not child.correct(replace(same, **other))  # type: ignore[arg-type]  # of these fields


def test_a_plan_says_its_kind_and_whether_it_names_the_service() -> None:
    assert a_plan().name() == PlanNamed(
        plan_id=PLAN,
        child_id=CHILD,
        plan_type="EHC",
        names_service=True,
        starts_on=date(2018, 1, 10),
        review_due_on=None,
    )


def test_a_plan_is_amended_while_it_is_in_force() -> None:
    plan = a_plan()
    event = plan.amend(TERMS)
    assert (event.plan_type, event.names_service) == ("GRIP", False)
    assert (event.starts_on, event.review_due_on) == (TERMS.starts_on, TERMS.review_due_on)
    assert plan.terms == TERMS


def test_a_plan_that_ceased_neither_ceases_again_nor_is_amended() -> None:
    plan = a_plan()
    assert plan.cease(LATER, "replaced") == PlanCeased(
        plan_id=PLAN, child_id=CHILD, ceased_on=LATER, reason="replaced"
    )
    with refused(PlanClosed):
        plan.cease(date(2019, 7, 1), "moved-away")
    with refused(PlanClosed):
        plan.amend(TERMS)
    assert (plan.ends_on, plan.cease_reason, plan.plan_type) == (LATER, "replaced", "EHC")


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
    ("upn", "valid"),
    [
        ("U830200119001", True),  # both are the examples of domain brief 4.1
        ("G83020011904A", True),
        ("V830200119001", False),
        ("U830200119002", False),
        ("U830200191001", False),
        ("G83020011904B", False),
        ("H83020011904A", False),
        ("S830200119001", False),  # I, O and S are no letters of it
        ("G8302001190IA", False),
        ("u830200119001", False),
        ("U83020011900", False),
        ("U8302001190010", False),
        ("", False),
    ],
)
def test_a_pupil_number_has_its_check_letter(upn: str, valid: bool) -> None:
    assert is_valid_upn(upn) is valid

"""A school as the register has it: the newest extract counts, and its kind is told by its ages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from libs.common.contracts.referral import SchoolRecorded
from services.referral.schools.domain import RegisterRow, School, school_kind
from tests.unit.referral.made import SCHOOL

DAY = timedelta(days=1)
ROW = RegisterRow(900001, 830, 9001, "Madeup Primary", "01", 2, 1, 4, 11, None, None)
CLOSED = replace(ROW, status=2, closed_on=date(2018, 12, 31))
SNAPSHOT = date(2019, 3, 1)


def a_school() -> School:
    return School.of(SCHOOL, ROW, SNAPSHOT)


def test_a_school_is_recorded_by_the_codes_of_the_register_without_its_name() -> None:
    assert a_school().record() == SchoolRecorded(
        school_id=SCHOOL,
        urn=900001,
        la_code=830,
        establishment_type="01",
        phase=2,
        status=1,
        kind="primary",
        opened_on=None,
        closed_on=None,
        snapshot_on=SNAPSHOT,
    )


def test_a_newer_row_takes_the_place_of_an_older_one() -> None:
    school = a_school()
    assert school.read(replace(CLOSED, low_age=7), SNAPSHOT)
    kept = (school.status, school.closed_on, school.kind, school.snapshot_on)
    assert kept == (2, date(2018, 12, 31), "junior", SNAPSHOT)


def test_an_older_row_changes_nothing() -> None:
    school = a_school()
    assert not school.read(CLOSED, SNAPSHOT - DAY)
    assert (school.status, school.snapshot_on) == (1, SNAPSHOT)


def test_a_row_that_says_the_same_is_the_newest_all_the_same() -> None:
    school = a_school()
    assert not school.read(ROW, SNAPSHOT + DAY)
    assert not school.read(CLOSED, SNAPSHOT)
    assert (school.status, school.snapshot_on) == (1, SNAPSHOT + DAY)


@pytest.mark.parametrize(
    ("phase", "low_age", "high_age", "kind"),
    [
        (1, 2, 5, "nursery"),
        (2, 4, 7, "infant"),
        (2, 3, 8, "infant"),
        (2, 7, 11, "junior"),
        (2, 2, 11, "primary"),
        (2, 5, 10, "primary"),
        (2, 4, 9, "unknown"),
        (2, 8, 9, "unknown"),
        (2, None, 11, "unknown"),
        (3, 9, 13, "middle"),
        (4, 11, 16, "unknown"),
        (7, 4, 16, "all-through"),
        (0, 4, 11, "unknown"),
    ],
)
def test_the_kind_of_a_school_is_told_by_its_phase_and_ages(
    phase: int, low_age: int | None, high_age: int | None, kind: str
) -> None:
    """The register has no phase of its own for infant and junior schools (domain brief 3.3)."""
    assert school_kind(phase, low_age, high_age) == kind

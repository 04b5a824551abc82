"""What time it is, which day, and which academic year."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from libs.common.core.clock import (
    AcademicYear,
    FixedClock,
    SystemClock,
    academic_year,
    local_day,
)
from libs.common.core.fields import EARLIEST_DAY, LATEST_DAY

A_DAY = st.dates(min_value=EARLIEST_DAY, max_value=LATEST_DAY)


def test_the_system_clock_speaks_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_stands_still_until_told_otherwise() -> None:
    clock = FixedClock(datetime(2019, 1, 31, 9, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2019, 1, 31, 9, tzinfo=UTC)
    clock.advance(timedelta(minutes=5))
    assert clock.now() == datetime(2019, 1, 31, 9, 5, tzinfo=UTC)
    clock.set(datetime(2020, 2, 29, 12, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2020, 2, 29, 11, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_fixed_clock_takes_no_naive_instant() -> None:
    naive = datetime(2019, 1, 31)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(naive)
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2019, 1, 31, tzinfo=UTC)).set(naive)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2019, 8, 31, 22, 59, tzinfo=UTC), date(2019, 8, 31)),
        (datetime(2019, 8, 31, 23, 30, tzinfo=UTC), date(2019, 9, 1)),
        (datetime(2019, 12, 31, 23, 30, tzinfo=UTC), date(2019, 12, 31)),
        (datetime(2019, 9, 1, 0, 30, tzinfo=timezone(timedelta(hours=5))), date(2019, 8, 31)),
    ],
)
def test_a_day_is_the_day_in_london(instant: datetime, day: date) -> None:
    assert local_day(instant) == day


def test_a_naive_instant_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2019, 1, 31))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2019, 8, 31), "2018-19"),
        (date(2019, 9, 1), "2019-20"),
        (date(2018, 12, 31), "2018-19"),
        (date(2019, 1, 1), "2018-19"),
        (date(1999, 9, 1), "1999-00"),
        (date(2009, 9, 1), "2009-10"),
    ],
)
def test_the_academic_year_turns_on_1_september(day: date, label: str) -> None:
    assert academic_year(day) == label


def test_an_instant_belongs_to_no_academic_year_until_it_is_a_day() -> None:
    instant = datetime(2019, 8, 31, 23, 30, tzinfo=UTC)
    assert academic_year(local_day(instant)) == "2019-20"
    with pytest.raises(TypeError):
        academic_year(instant)
    with pytest.raises(TypeError):
        AcademicYear.of(instant)
    with pytest.raises(TypeError):
        assert instant in AcademicYear.parse("2018-19")


@given(A_DAY)
@example(EARLIEST_DAY)
@example(LATEST_DAY)
def test_every_day_lies_in_its_own_year_alone(day: date) -> None:
    year = AcademicYear.of(day)
    assert day in year
    assert day not in year.previous()
    assert year.first_day <= day <= year.last_day
    assert AcademicYear.parse(year.label) == year


def test_an_academic_year_knows_its_names_and_days() -> None:
    year = AcademicYear.parse("2018-19")
    assert (year.label, str(year), year.code) == ("2018-19", "2018-19", 201819)
    assert AcademicYear.parse("1999-00").code == 199900
    assert (year.first_day, year.last_day) == (date(2018, 9, 1), date(2019, 8, 31))
    assert date(2018, 8, 31) not in year
    assert date(2019, 9, 1) not in year
    assert year.previous().label == "2017-18"


def test_academic_years_sort_by_time() -> None:
    labels = ["2009-10", "1999-00", "2018-19", "2000-01"]
    in_order = sorted(map(AcademicYear.parse, labels))
    assert [year.label for year in in_order] == ["1999-00", "2000-01", "2009-10", "2018-19"]


@pytest.mark.parametrize(
    "label",
    [
        "2018-20",
        "2018-18",
        "2018/19",
        "201819",
        "2018-2019",
        "18-19",
        " 2018-19",
        "2018-19\n",
        "",
        "1066-67",
        "1898-99",
        "2200-01",
        "2018-1\u096f",
        "2018-00",
    ],
)
def test_a_malformed_label_is_no_academic_year(label: str) -> None:
    with pytest.raises(ValueError, match="academic year"):
        AcademicYear.parse(label)

"""When a response counts: instants around the close in summer and winter time."""

from datetime import UTC, date, datetime

import pytest

from services.survey.responses.domain import Deadline, standing_of

SUMMER = date(2019, 6, 28)  # London is an hour ahead of UTC
WINTER = date(2019, 1, 31)
CLOCKS_BACK = date(2018, 10, 28)  # 25 hours long; ends in winter time
CLOCKS_ON = date(2019, 3, 31)  # 23 hours long; ends in summer time


@pytest.mark.parametrize(
    ("closes_on", "grace_days", "received_at", "late"),
    [
        (SUMMER, 0, "2019-06-28T22:59:59+00:00", False),
        (SUMMER, 0, "2019-06-28T22:59:59.999999+00:00", False),
        (SUMMER, 0, "2019-06-28T23:00:00+00:00", True),
        (SUMMER, 0, "2019-06-28T23:59:59+01:00", False),
        (SUMMER, 0, "2019-06-29T00:00:00+01:00", True),
        (SUMMER, 0, "2019-06-29T03:59:59+05:00", False),
        (WINTER, 0, "2019-01-31T23:59:59+00:00", False),
        (WINTER, 0, "2019-02-01T00:00:00+00:00", True),
        (WINTER, 0, "2019-02-01T00:30:00+01:00", False),
        (CLOCKS_BACK, 0, "2018-10-28T00:30:00+00:00", False),
        (CLOCKS_BACK, 0, "2018-10-28T01:30:00+00:00", False),
        (CLOCKS_BACK, 0, "2018-10-28T23:59:59+00:00", False),
        (CLOCKS_BACK, 0, "2018-10-29T00:00:00+00:00", True),
        (CLOCKS_ON, 0, "2019-03-31T22:59:59+00:00", False),
        (CLOCKS_ON, 0, "2019-03-31T23:00:00+00:00", True),
        (SUMMER, 3, "2019-07-01T22:59:59+00:00", False),
        (SUMMER, 3, "2019-07-01T23:00:00+00:00", True),
        (date(2018, 10, 27), 1, "2018-10-28T23:59:59+00:00", False),
        (date(2018, 10, 27), 1, "2018-10-29T00:00:00+00:00", True),
    ],
)
def test_the_last_day_ends_at_midnight_in_london(
    closes_on: date, grace_days: int, received_at: str, late: bool
) -> None:
    deadline = Deadline(closes_on, grace_days)
    assert deadline.passed(datetime.fromisoformat(received_at)) is late


@pytest.mark.parametrize(
    ("after", "counted_already", "answered", "standing"),
    [
        (False, False, 2, "counted"),
        (False, False, 1, "counted"),
        (False, False, 0, "too-few-answers"),
        (True, False, 2, "late"),
        (True, False, 0, "late"),
        (False, True, 2, "duplicate"),
        (False, True, 0, "duplicate"),
        (True, True, 2, "duplicate"),
    ],
)
def test_the_first_rule_that_applies_decides(
    after: bool, counted_already: bool, answered: int, standing: str
) -> None:
    received_at = datetime(2019, 6, 29 if after else 28, 12, tzinfo=UTC)
    found = standing_of(
        received_at,
        Deadline(SUMMER, 0),
        counted_already=counted_already,
        answered=answered,
    )
    assert found == standing


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Deadline(SUMMER, 0).passed(datetime(2019, 6, 28, 12))  # noqa: DTZ001 - what is refused

"""Which days a command may name."""

from datetime import date

import pytest

from libs.common.core.days import CareerDay, PlannedDay, day_faults
from libs.common.core.fields import Day, Strict


class Part(Strict):
    """A part of a command, with a day of its own."""

    began_on: CareerDay | None = None


class Command(Strict):
    """A command with a day of each kind."""

    took_place_on: Day = date(2018, 9, 1)
    planned_on: PlannedDay | None = None
    parts: tuple[Part, ...] = ()


TODAY = date(2019, 8, 31)


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"took_place_on": TODAY, "planned_on": "2021-02-28"}, []),
        ({"took_place_on": "2019-09-01"}, [("in-the-future", "/took_place_on")]),
        ({"took_place_on": "1990-01-01"}, []),
        ({"took_place_on": "1989-12-31"}, [("too-early", "/took_place_on")]),
        ({"planned_on": "2021-03-01"}, [("too-far-ahead", "/planned_on")]),
        ({"parts": [{"began_on": "1950-01-01"}, {}]}, []),
        ({"parts": [{}, {"began_on": "1949-12-31"}]}, [("too-early", "/parts/1/began_on")]),
        (
            {"took_place_on": "2062-09-01", "planned_on": "1962-09-01"},
            [("in-the-future", "/took_place_on"), ("too-early", "/planned_on")],
        ),
    ],
)
def test_a_day_is_within_the_bounds_of_its_field(
    said: dict[str, object], faults: list[tuple[str, str]]
) -> None:
    found = day_faults(Command.model_validate(said), TODAY)
    assert [(one.code, one.pointer) for one in found] == faults

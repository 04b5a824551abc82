"""A report as it was known at the end of a day is that of the log cut there."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from libs.common.contracts import Event, Recorded
from libs.common.core.clock import AcademicYear, micros
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.queries import figure_named, figure_of_year, report
from services.reporting.views import Report
from tests.emptied import empty
from tests.spec.conftest import ReadModel
from tests.spec.drawing import recorded
from tests.spec.events import (
    cases,
    complaints,
    corrected,
    deliveries,
    exclusions,
    response_voided,
    responses,
    results,
    risks,
    staff,
    voided,
    waves,
)
from tests.spec.holders import allocations

YEAR = AcademicYear(2018)
RESULTS = "child | year | term | subject | position | assessed"
SHARE = "inclusion.at_risk_of_exclusion.share"

DRAWN: Sequence[tuple[str, Iterable[Event]]] = [
    (
        "2018-10-01T12:00",
        [
            *cases("child | started | ended\nann | 2017-09-01 |\nbob | 2017-09-01 |"),
            *risks("child | assessed | level\nann | 2018-09-10 | high"),
        ],
    ),
    (
        "2018-10-02T22:59",  # summer time: a minute before midnight in London
        staff("staff|post|fte|appointed|left|team\nAsh|specialist-teacher|100|2010-09-01||Red"),
    ),
    ("2018-10-02T23:00", [*allocations("child | teacher | from\nann | Ash | 2017-09-01")]),
    ("2018-10-05T09:00", [*risks("child | assessed | level\nann | 2018-09-10 | none")]),
    (
        "2019-07-01T09:00",
        results(f"""{RESULTS}
            ann | 2017-18 | summer | reading | P4 | 2018-06-20
            ann | 2018-19 | summer | reading | P8 | 2019-06-20
        """),
    ),
    ("2019-07-02T09:00", [corrected(1, f"{RESULTS}\nann|2018-19|summer|reading|P6|2019-06-20")]),
    ("2019-07-03T09:00", [voided(1, "ann")]),
    ("2019-07-04T09:00", waves("audience | year | issued\nparents | 2018-19 | 4")),
    ("2019-07-05T09:00", responses("knew_learning | times\nyes | 1\nno | 1", "parents")),
    ("2019-07-06T09:00", [response_voided("parents", 2)]),
    (
        "2019-07-07T09:00",
        deliveries("delivery|kind|course|on|delegates\nd|network|senco|2018-10-01|7"),
    ),
    ("2019-07-08T09:00", complaints("received | formal\n2018-10-01 | yes")),
    (
        "2019-09-20T09:00",
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 2019-08-31 | 2019-09-10 | 2019-09-20
        """),
    ),
]
TOLD = [(at, event) for at, events in DRAWN for event in events]
"""What was recorded when, in UTC."""


def log() -> list[Recorded[Any]]:
    """Return what was told as a listener met it; a correction is its aggregate's next event."""
    times = [datetime.fromisoformat(at).replace(tzinfo=UTC) for at, _ in TOLD]
    return [
        replace(one, time=time, known=micros(time))
        for one, time in zip(recorded(event for _, event in TOLD), times, strict=True)
    ]


async def shown(model: ReadModel, known_at: date | None = None) -> dict[str, Any]:
    """Return all figures, statements, and a breakdown."""
    async with model.database.reading() as connection:
        found: Report = await report(connection, YEAR, known_at)
        divided = await figure_of_year(connection, figure_named(SHARE), YEAR, "team", known_at)
    return {
        "figures": [one.model_dump() for one in found.figures],
        "statements": [one.model_dump() for one in found.statements],
        "cells": [one.model_dump() for one in divided.cells],
    }


async def apply(model: ReadModel, log: Sequence[Recorded[Any]]) -> None:
    async with model.database.writing() as connection:
        await empty(connection, *facts.metadata.tables.values())
        await subscriptions.apply(connection, log)


DAYS = [
    ("2018-10-01", "2018-10-01T23:00"),
    ("2018-10-02", "2018-10-02T23:00"),
    ("2018-10-03", "2018-10-03T23:00"),
    ("2018-10-05", "2018-10-05T23:00"),
    ("2019-07-01", "2019-07-01T23:00"),
    ("2019-07-02", "2019-07-02T23:00"),
    ("2019-07-03", "2019-07-03T23:00"),
    ("2019-07-05", "2019-07-05T23:00"),
    ("2019-07-06", "2019-07-06T23:00"),
    ("2019-07-08", "2019-07-08T23:00"),
    ("2019-09-20", "2019-09-20T23:00"),
]
"""Each day, and the instant in UTC at which it ends in London."""


@pytest.mark.parametrize(("day", "ends"), DAYS)
async def test_what_was_known_at_a_days_end_is_what_had_been_recorded(
    model: ReadModel, day: str, ends: str
) -> None:
    whole, until = log(), datetime.fromisoformat(ends).replace(tzinfo=UTC)
    await apply(model, whole)
    known = await shown(model, date.fromisoformat(day))
    await apply(model, [one for one in whole if one.time < until])
    assert known == await shown(model)


async def test_a_day_before_the_first_record_is_not_on_record_and_never_nought(
    model: ReadModel,
) -> None:
    await apply(model, log())
    before = await shown(model, date(2018, 9, 30))
    assert {one["value"] for one in before["figures"]} == {None}
    assert {one["printed"] for one in before["figures"]} == {"not on record"}
    assert {one["printed"] for one in before["statements"]} == {"not on record"}
    assert not any(one["holds"] for one in before["statements"])
    assert before["cells"] == []


@pytest.mark.parametrize(
    ("day", "recorded_last"),
    [
        ("2018-09-30", None),
        ("2018-10-02", "2018-10-02T22:59:00+00:00"),
        ("2018-10-05", "2018-10-05T09:00:00+00:00"),
        ("2019-07-02", "2019-07-02T09:00:00+00:00"),
    ],
)
async def test_it_says_when_the_latest_of_what_was_known_was_recorded(
    model: ReadModel, day: str, recorded_last: str | None
) -> None:
    await apply(model, log())
    async with model.database.reading() as connection:
        found = await report(connection, YEAR, date.fromisoformat(day))
    assert found.data_as_of == recorded_last

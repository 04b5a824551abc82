"""A figure over years, and the populations of a year beside one another."""

from datetime import date
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from libs.common.contracts import Event, referral
from libs.common.core.clock import AcademicYear
from services.reporting.comparing.reconciled import ReconciliationView, reconciliation
from services.reporting.comparing.trend import MOVED, Asked, Trend, trend
from services.reporting.presentation import NOT_COMPARABLE
from services.reporting.queries import figure_named
from services.reporting.readers import Reader
from tests.spec.conftest import ReadModel
from tests.spec.drawing import day, named
from tests.spec.events import cases, responses, results, staff, teams, waves
from tests.spec.holders import allocations, plans

SHARE = "survey.agencies.impact.outstanding.share"
LOAD = "workforce.pupils_per_fte"
RED = str(named("Red"))


async def over_years(
    model: ReadModel,
    id_: str,
    by: str | None = None,
    label: str | None = None,
    today: str = "2020-09-01",
) -> Trend:
    years = [AcademicYear(2016), AcademicYear(2017), AcademicYear(2018)]
    reader = Reader(today=date.fromisoformat(today), exact=True)
    async with model.database.reading() as connection:
        return await trend(connection, figure_named(id_), Asked(years, by, label), reader)


async def test_a_line_stops_where_the_questionnaire_changed_and_where_it_was_not_sent(
    model: ReadModel,
) -> None:
    """Traps 49 and 51; and a year that has not ended says so."""
    await model.handle(
        waves("""
            audience | year    | issued | version
            parents  | 2016-17 | 9      | 1
            parents  | 2017-18 | 9      | 1
            parents  | 2018-19 | 9      | 2
            agencies | 2016-17 | 9      | 1
        """),
        *(
            responses("knew_learning | times\nyes | 3\nno | 1", "parents", year)
            for year in ("2016-17", "2017-18", "2018-19")
        ),
        responses("impact | times\noutstanding | 3", "agencies", "2016-17"),
    )
    found = await over_years(model, "survey.parents.knew_learning.share", today="2019-08-31")
    assert [(one.printed, one.stops, one.ended) for one in found.points] == [
        ("75%", None, True),
        ("75%", None, True),
        ("75%", NOT_COMPARABLE, False),
    ]
    found = await over_years(model, SHARE)
    assert [(one.printed, one.stops) for one in found.points] == [
        ("100%", None),
        ("not run this year", "no value: not run this year"),
        ("not run this year", "no value: not run this year"),
    ]


def moved(team: str, area: str, on: str) -> Event:
    return referral.TeamAreaChanged(team_id=named(team), area=area, changed_on=day(on))


async def test_a_team_that_was_moved_is_not_compared_with_the_year_before(
    model: ReadModel,
) -> None:
    """Trap 70: nor is the area that it came to or left; three years of pupils per teacher."""
    await model.handle(
        teams("""
            team | formed     | disbanded | area
            Red  | 2010-09-01 |           | north
            Blue | 2010-09-01 |           | south
        """),
        [moved("Red", "south", "2018-11-01")],
        staff("""
            staff | post               | fte | appointed  | left | team
            Ash   | specialist-teacher | 100 | 2010-09-01 |      | Red
            Beech | specialist-teacher | 50  | 2010-09-01 |      | Blue
        """),
        cases("child | started | ended\nann | 2015-09-01 |\nbob | 2017-09-01 |"),
        allocations("child | teacher | from\nann | Ash | 2015-09-01\nbob | Beech | 2017-09-01"),
    )
    for group in (("team", RED), ("area", "south")):
        found = await over_years(model, LOAD, *group)
        assert [one.stops for one in found.points][1:] == [None, MOVED], group
    found = await over_years(model, LOAD, "team", str(named("Blue")))
    assert [(one.printed, one.stops) for one in found.points] == [
        ("0.0", None),
        ("2.0", None),
        ("2.0", None),
    ]


async def side_by_side(model: ReadModel) -> ReconciliationView:
    async with model.database.reading() as connection:
        reader = Reader(today=date(2020, 1, 1), exact=True)
        return await reconciliation(connection, AcademicYear(2018), reader)


async def test_populations_differ_by_categories_that_add_up_to_the_difference(
    model: ReadModel,
) -> None:
    """But for forms, of which nobody knows whose parent they went to: 672 beside 600."""
    await model.handle(
        cases("""
            child | started    | ended
            ann   | 2017-09-01 |
            bob   | 2017-09-01 |
            cat   | 2017-09-01 | 2018-12-31
        """),
        results("""
            child | year    | term   | subject | position | assessed
            ann   | 2018-19 | summer | reading | Y1.1     | 2019-06-20
            ann   | 2018-19 | summer | writing | Y1.1     | 2019-06-20
            dan   | 2018-19 | summer | reading | Y1.1     | 2019-06-20
            cat   | 2017-18 | summer | reading | Y1.1     | 2018-06-20
        """),
        plans("""
            plan | child | type | starts     | ceased
            p    | ann   | EHC  | 2017-09-01 |
            q    | dan   | EHC  | 2017-09-01 |
            r    | eve   | EHC  | 2017-09-01 | 2019-01-17
            s    | bob   | EHC  | 2017-09-01 | 2019-01-16
        """),
        waves("audience | year | issued\nparents | 2018-19 | 5"),
    )
    found = (await side_by_side(model)).comparisons
    assert [(o.one.printed, o.other.printed, o.difference) for o in found] == [
        ("3", "2", 1),
        ("2", "3", -1),
        ("5", "3", 2),
    ]
    assert [[(c.sign, c.figure.printed) for c in one.categories] for one in found] == [
        [(1, "2"), (-1, "1")],
        [(1, "1"), (-1, "2")],
        [],
    ]


async def test_what_is_not_on_record_is_not_reconciled(model: ReadModel) -> None:
    await model.handle(cases("child | started | ended\nann | 2017-09-01 |"))
    found = (await side_by_side(model)).comparisons
    assert [one.difference for one in found] == [None] * 3


async def test_each_year_is_read_once_for_all_that_is_compared(model: ReadModel) -> None:
    """A year's terms are what is asked first of it."""
    await model.handle(cases("child | started | ended\nann | 2017-09-01 |"))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await over_years(model, LOAD, "team", RED)
        for_trend = sum("fact_windows" in one for one in asked)
        asked.clear()
        async with model.database.reading() as connection:
            reader = Reader(today=date(2020, 9, 1), exact=True)
            await reconciliation(connection, AcademicYear(2018), reader)
        for_both = sum("fact_windows" in one for one in asked)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert (for_trend, for_both) == (4, 2), "the years, and the one before them"

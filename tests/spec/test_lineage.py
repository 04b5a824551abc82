"""Lineage: to leave an event out changes no figure whose lineage does not name it."""

from collections.abc import AsyncIterator

import pytest

from libs.common.core.clock import AcademicYear
from libs.common.persistence.db import Database
from services.reporting.facts import metadata, subscriptions
from services.reporting.figures import ALL_FIGURES
from services.reporting.lineage.named import filled_by
from services.reporting.year import YearFacts
from tests.spec.conftest import ReadModel
from tests.spec.drawing import recorded
from tests.spec.leaving_out import LeavingOut, text, unnamed
from tests.spec.test_known_at import log as log_of_a_year
from tests.spec.test_order import a_year_of_several_aggregates

YEARS = [AcademicYear(2018)]


@pytest.fixture
async def empty() -> AsyncIterator[Database]:
    database = Database("sqlite:///:memory:")
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.mark.parametrize("which", ["put right", "known at"])
async def test_no_event_left_out_changes_a_figure_that_does_not_name_it(
    empty: Database, which: str
) -> None:
    """Each event of a log with corrections, withdrawals, merges and moves, one at a time."""
    log = recorded(a_year_of_several_aggregates()) if which == "put right" else log_of_a_year()
    log = [one for one in log if type(one.event) in subscriptions.handled]
    changed = 0
    async with empty.writing() as connection:
        await subscriptions.apply(connection, log)
        model = LeavingOut(connection, log, ALL_FIGURES, YEARS, ["team"])
        before, names = await model.told(), await model.named()
        for one in log:
            after = await model.without(one)
            changed += after != before
            missed = unnamed(before, after, names, one.id)
            assert missed == set(), (type(one.event).__name__, missed)
        assert await model.told() == before
    assert changed > len(log) / 4


async def test_both_databases_name_the_same_events(model: ReadModel, empty: Database) -> None:
    log = recorded(a_year_of_several_aggregates())
    found = []
    for database in (model.database, empty):
        async with database.writing() as connection:
            await subscriptions.apply(connection, log)
            found.append(await LeavingOut(connection, log, ALL_FIGURES, YEARS, ["area"]).named())
            year = YearFacts(connection, YEARS[0])
            filled = await filled_by(log[0].id, year)
            assert {fact: {text(one) for one in ids} for fact, ids in filled.items()} == {
                "case": {str(one.id) for one in log[:2]}
            }
    assert found[0] == found[1]

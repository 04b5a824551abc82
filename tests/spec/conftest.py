"""The read model in either world, fed with drawn events."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.demo import oracle
from libs.common.contracts import Event
from libs.common.core.clock import AcademicYear
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.evaluate import evaluate
from services.reporting.facts import subscriptions
from services.reporting.figures import FIGURES
from services.reporting.presentation import printed
from services.reporting.queries import figure_named, figure_of_year, report
from services.reporting.service import SERVICE
from services.reporting.views import FigureView, Report, StatementView
from services.reporting.year import YearFacts
from tests.emptied import empty
from tests.spec.drawing import recorded
from tests.spec.second import county_of
from tests.worlds import databases

YEAR = "2018-19"


@dataclass
class ReadModel:
    """Reporting's database: what it handles, and what it then prints.

    Where two opinions are asked for, the second is the oracle's, of the same events.
    """

    database: Database
    handled: list[Event] = field(default_factory=list)

    async def handle(self, *events: Iterable[Event]) -> None:
        """Apply the events, group after group."""
        together = [event for group in events for event in group]
        self.handled += together
        async with self.database.writing() as connection:
            await subscriptions.apply(connection, recorded(together))

    async def report(self, year: str = YEAR) -> Report:
        """Return a year's report."""
        async with self.database.reading() as connection:
            return await report(connection, AcademicYear.parse(year))

    async def figure(self, id_: str, year: str = YEAR) -> FigureView:
        """Return one figure of a year's report."""
        figure, of = figure_named(id_), AcademicYear.parse(year)
        assert figure in FIGURES, f"{id_} is not in FIGURES of services/reporting/figures"
        async with self.database.reading() as connection:
            return (await figure_of_year(connection, figure, of)).figure

    async def cells(self, id_: str, by: str, year: str = YEAR) -> dict[str, str]:
        """Return what each group of a figure prints, by label."""
        figure, of = figure_named(id_), AcademicYear.parse(year)
        async with self.database.reading() as connection:
            found = await figure_of_year(connection, figure, of, by)
        return {one.label: one.printed for one in found.cells}

    async def agreed(self, id_: str, year: str = YEAR) -> FigureView:
        """Return one figure of which the oracle has the same value and basis."""
        figure = await self.figure(id_, year)
        second = oracle.figures(county_of(self.handled), year)[id_]
        basis = figure.basis.model_dump() if figure.basis else None
        assert (second["value"], second["basis"]) == (figure.value, basis), id_
        return figure

    async def agreed_statement(self, id_: str, year: str = YEAR) -> StatementView:
        """Return one statement of which the oracle says the same."""
        statement = await self.statement(id_, year)
        second = oracle.statements(county_of(self.handled), year)[id_]
        assert second["holds"] == statement.holds, id_
        assert second.get("printed", statement.printed) == statement.printed, id_
        return statement

    async def bases(self, id_: str, by: str, year: str = YEAR) -> dict[str, str]:
        """Return the counts behind each group's share, by label: "1 of 2"."""
        figure, of = figure_named(id_), AcademicYear.parse(year)
        async with self.database.reading() as connection:
            cells = await evaluate(figure, YearFacts(connection, of), by)
        found = {label: cell.folded.basis for label, cell in cells.items()}
        return {label: f"{of[0]} of {of[1]}" for label, of in found.items() if of}

    async def values(self, id_: str, by: str = "", year: str = YEAR) -> dict[str, str]:
        """Return what each group prints, before any gate; of a total the label is empty."""
        figure, of = figure_named(id_), AcademicYear.parse(year)
        async with self.database.reading() as connection:
            cells = await evaluate(figure, YearFacts(connection, of), by)
        return {
            label: printed(cell.value, figure.unit, figure.decimals, cell.absent)
            for label, cell in cells.items()
        }

    async def value(self, id_: str, year: str = YEAR) -> str:
        """Return what a figure prints, before any gate."""
        return (await self.values(id_, year=year))[""]

    async def printed(self, id_: str, year: str = YEAR) -> str:
        """Return one figure as it is printed."""
        return (await self.figure(id_, year)).printed

    async def statement(self, id_: str, year: str = YEAR) -> StatementView:
        """Return one statement of a year's report."""
        statements = {one.id: one for one in (await self.report(year)).statements}
        found = statements.get(id_)
        assert found, (
            f"no statement {id_} in STATEMENTS of services/reporting/figures/statements.py"
        )
        return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the specs in one loop, so that they share a connection and what it has prepared."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """Return the database of a read model."""
    async with databases(kind, tmp_path_factory.mktemp("spec"), [SERVICE]) as urls:
        database = Database(urls[SERVICE.name])
        try:
            yield database
        finally:
            await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def model(database: Database) -> ReadModel:
    """Return an empty read model."""
    async with database.writing() as connection:
        await empty(connection, *facts.metadata.tables.values())
    return ReadModel(database)

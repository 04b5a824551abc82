"""Breakdowns beside the oracle's: the same groups, each with as many, and together the total."""

from sqlalchemy import select

from deploy.demo.oracle.groups import breakdowns
from deploy.demo.oracle.reading import Share
from deploy.demo.records import County
from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.evaluate import Cell, evaluate, total
from services.reporting.queries import figure_named
from services.reporting.year import YearFacts
from tests.worlds import World


async def broken_down(world: World, county: County, year: str) -> int:
    """Check every breakdown that the oracle has an opinion of; return how many groups it saw."""
    seen, wrong = 0, {}
    async with world.database("reporting").reading() as connection:
        of_year = YearFacts(connection, AcademicYear.parse(year))
        rows = await connection.execute(select(facts.team.c.team_id, facts.team.c.code))
        codes = {str(id_): code for id_, code in rows}
        for (id_, by), expected in breakdowns(county, year).items():
            cells = await evaluate(figure_named(id_), of_year, by)
            found = {codes.get(label, label): _counts(cell) for label, cell in cells.items()}
            second = {label: (one.count, one.of) for label, one in expected.items()}
            whole = _counts(await total(figure_named(id_), of_year))
            if (found, whole) != (second, _together(list(expected.values()))):
                wrong[id_, by] = found, second, whole
            seen += len(found)
    assert wrong == {}, year
    return seen


def _counts(cell: Cell) -> tuple[int, int]:
    count = int(cell.value) if not cell.folded.basis and cell.value is not None else 0
    return cell.folded.basis or (count, count)


def _together(groups: list[Share]) -> tuple[int, int]:
    return sum(one.count for one in groups), sum(one.of for one in groups)

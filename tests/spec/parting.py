"""That breakdowns part their totals: in rows, for means and shares do not add up."""

from services.reporting.evaluate import evaluate, total
from services.reporting.figures import ALL_FIGURES
from services.reporting.views import breakdowns
from services.reporting.year import YearFacts


async def parted(year: YearFacts) -> int:
    """Check that each breakdown's cells have the total's rows, each once; return how many cells."""
    divided = 0
    for figure in ALL_FIGURES:
        whole = await total(figure, year)
        for by in breakdowns(figure):
            cells = await evaluate(figure, year, by)
            divided += len(cells)
            for which in ("rows", "looked_at"):
                of_cells = [id(one) for cell in cells.values() for one in getattr(cell, which)]
                of_whole = [id(one) for one in getattr(whole, which)]
                assert sorted(of_cells) == sorted(of_whole), (figure.id, by)
    return divided

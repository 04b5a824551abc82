"""What was shown before of a figure's groups: the other side of a subtraction (trap 72)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from services.reporting.disclosure.counting import counts_of
from services.reporting.disclosure.suppression import Counts
from services.reporting.disclosure.tables import Earlier, Table
from services.reporting.evaluate import Figure
from services.reporting.views import CellView, FigureView, GatedTable

Shape = tuple[str, str, Counts]


class Shown:
    """The counts of each group as they were shown earlier, by dimension and label."""

    def __init__(self, figure: Figure | None, earlier: Earlier) -> None:
        """Look at raw tables and at gated ones."""
        self._counts: dict[tuple[str, str], list[Counts]] = defaultdict(list)
        for table in earlier if figure else ():
            found = _of_raw(table) if isinstance(table, Table) else _of_gated(table)
            for by, label, counts in found:
                self._counts[by, label].append(counts)

    def of(self, by: str, label: str) -> Sequence[Counts]:
        """Return what was shown of a group."""
        return self._counts.get((by, label), ())


NOTHING: Final = Shown(None, ())


def _of_raw(table: Table) -> Iterator[Shape]:
    groups = {"": {"": table.total}, **table.cells}
    for by, cells in groups.items():
        for label, cell in cells.items():
            if not cell.absent:
                yield by, label, counts_of(table.figure, cell)


def _of_gated(table: GatedTable) -> Iterator[Shape]:
    if counts := _told(table.figure):
        yield "", "", counts
    for by, cells in table.cells.items():
        for cell in cells:
            if counts := _told(cell):
                yield by, cell.label, counts


def _told(view: FigureView | CellView) -> Counts | None:
    """Return the counts that a view tells; of what a count is it does not say."""
    if view.basis:
        return Counts(view.basis.count, view.basis.of, view.basis.of)
    if view.value is not None and view.value.isdigit():
        return Counts(int(view.value), int(view.value), int(view.value))
    return None

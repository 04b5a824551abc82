"""What was shown before of a figure's groups: the other side of a subtraction (trap 72)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from services.reporting.disclosure.counting import counts_of
from services.reporting.disclosure.suppression import Counts
from services.reporting.disclosure.tables import Table


class Shown:
    """The counts of each group as they were known earlier, by dimension and label."""

    def __init__(self, earlier: Sequence[Table] = ()) -> None:
        """Take all of these tables for shown."""
        self._counts: dict[tuple[str, str], list[Counts]] = defaultdict(list)
        for table in earlier:
            for by, cells in {"": {"": table.total}, **table.cells}.items():
                for label, cell in cells.items():
                    if not cell.absent:
                        self._counts[by, label].append(counts_of(table.figure, cell))

    def of(self, by: str, label: str) -> Sequence[Counts]:
        """Return what was shown of a group."""
        return self._counts.get((by, label), ())


NOTHING: Final = Shown()

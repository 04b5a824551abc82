"""What was shown before of a figure's groups: the other side of a subtraction (trap 72)."""

from collections.abc import Sequence

from services.reporting.disclosure.counting import counts_of
from services.reporting.disclosure.suppression import Counts
from services.reporting.disclosure.tables import Table


def shown_before(earlier: Sequence[Table], by: str, label: str) -> list[Counts]:
    """Return the counts of a group as they were known earlier; all of them is taken for shown."""
    found = ((one, one.cell(by, label)) for one in earlier)
    return [counts_of(one, cell, by, label) for one, cell in found if cell and not cell.absent]


def of_kin(earlier: Sequence[Table], place: int) -> list[Table]:
    """Return the earlier tables of the figure in a place among a table's kin."""
    return [one.kin[place] for one in earlier if len(one.kin) > place]

"""What goes into the disclosure gate: raw tables, and the places in them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

from services.reporting.evaluate import Cell, Figure


class Place(NamedTuple):
    """Where a cell stands: a figure or statement, a dimension and a label of it, or the total."""

    id: str
    by: str = ""
    label: str = ""


class Table(NamedTuple):
    """A figure of a year, raw: its total, last year's where it is compared, groups by dimension.

    ``last_of`` names the year of ``last_year`` where that is not the year before. ``kin`` are the
    tables of the figures that divide the same answers with this one, ``outer`` is that of the
    figure whose part holds this one's: all of the same years and dimensions.
    """

    figure: Figure
    total: Cell
    last_year: Cell | None = None
    cells: Mapping[str, Mapping[str, Cell]] = {}
    last_of: str = ""
    kin: Sequence["Table"] = ()
    outer: Optional["Table"] = None

    @property
    def before(self) -> "Table | None":
        """The totals of the year that this one is compared with, as a table of their own."""
        if self.last_year is None:
            return None
        kin = [one.before for one in self.kin if one.before]
        return Table(self.figure, self.last_year, kin=kin, outer=self.outer and self.outer.before)

    def cell(self, by: str, label: str) -> Cell | None:
        """Return the cell of a group, or the total; a group that nobody is in has none."""
        return self.cells.get(by, {}).get(label) if by else self.total

"""What goes into the disclosure gate: raw tables, and the places in them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.reporting.evaluate import Cell, Figure


class Place(NamedTuple):
    """Where a cell stands: a figure or statement, a dimension and a label of it, or the total."""

    id: str
    by: str = ""
    label: str = ""


class Table(NamedTuple):
    """A figure of a year, raw: its total, last year's where it is compared, groups by dimension.

    ``last_of`` names the year of ``last_year`` where that is not the year before. ``kin`` are the
    figures that divide the same answers with this one, each with its total and last year's.
    """

    figure: Figure
    total: Cell
    last_year: Cell | None = None
    cells: Mapping[str, Mapping[str, Cell]] = {}
    last_of: str = ""
    kin: Sequence[tuple[Figure, Cell, Cell | None]] = ()

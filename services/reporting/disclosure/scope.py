"""What passes the gate at all: what nothing else that is shown adds up to."""

from typing import Final

from services.reporting.evaluate import Figure
from services.reporting.figures import FIGURES

_REPORT: Final = frozenset(figure.id for figure in FIGURES)
SUMS: Final = frozenset({"area", "key-stage", "need-and-year-group", "recommendation-and-decision"})
"""Dimensions whose groups are sums of another's, or whose sums are: one less the other would give
what is withheld of either."""


def is_gated(figure: Figure, by: str | None = None) -> bool:
    """Say whether others than who reads exact values may ask for a figure, and for its groups.

    The figures beside the report add up to one another (due, held, late), and the gate looks at
    one figure at a time: until it looks at them together they are told exactly or not at all.
    """
    return figure.id in _REPORT and by not in SUMS


def outer(figure: Figure) -> Figure | None:
    """Return the figure whose part holds this one's: less this one it is a count as well."""
    return next((one for one in FIGURES if one.id == figure.within), None)


def kin(figure: Figure) -> list[Figure]:
    """Return the figures that with this one divide the same answers among them."""
    return [
        one
        for one in FIGURES
        if figure.among
        and (one.among, one.population) == (figure.among, figure.population)
        and one is not figure
    ]

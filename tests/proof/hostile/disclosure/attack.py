"""The attack: a linear programme over all that was shown, for each number that was not.

Who attacks knows how the tables are made, that they are of the same pupils, that each group that is
named has somebody in it, and everything that is shown. The unknowns are the numbers of pupils of
each combination of labels, at risk or not, with a gain or not. Of each number that is withheld the
least and the most that fit are looked for (SciPy's HiGHS, continuous, so at least as wide as what
fits in whole numbers).
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from services.reporting.views import CellView, GatedTable
from tests.proof.hostile.disclosure.made_up import AT_RISK, CASELOAD, DIMENSIONS, GAIN, SHARE

PARTS = {CASELOAD.id: "all", AT_RISK.id: "at risk", SHARE.id: "at risk", GAIN.id: "with a gain"}
"""Whom each figure counts, or has answers of."""


class Number(NamedTuple):
    """A number of pupils: those of a label who are all, at risk, not at risk or with a gain."""

    by: str
    label: str
    who: str


class Bounds(NamedTuple):
    """What is known of a number: the least and the most that it can be."""

    number: Number
    least: float
    most: float

    @property
    def width(self) -> float:
        """How far apart the two are."""
        return self.most - self.least


_COMBINED = list(product(*DIMENSIONS.values(), (False, True), (False, True)))


def _row(number: Number) -> Any:
    """Return which unknowns a number is the sum of."""
    if number.by:
        place = list(DIMENSIONS).index(number.by)
        fits = np.array([one[place] == number.label for one in _COMBINED])
    else:
        fits = np.ones(len(_COMBINED), bool)
    at_risk = np.array([one[-2] for one in _COMBINED])
    gains = np.array([one[-1] for one in _COMBINED])
    of = {"all": True, "at risk": at_risk, "not at risk": ~at_risk, "with a gain": gains}
    return csr_array((fits & of[number.who]).astype(float).reshape(1, -1))


def cells(tables: Sequence[GatedTable]) -> Iterator[tuple[str, str, str, CellView | None, Any]]:
    """Yield each cell and total that was given: figure, dimension, label, and its view."""
    for table in tables:
        yield table.figure.id, "", "", None, table.figure
        for by, views in table.cells.items():
            for view in views:
                yield table.figure.id, by, view.label, view, view


def told(tables: Sequence[GatedTable]) -> dict[Number, int]:
    """Return the numbers that were shown."""
    found = {}
    for figure, by, label, _, view in cells(tables):
        if view.withheld or view.value is None:
            continue
        if view.basis:
            found[Number(by, label, PARTS[figure])] = view.basis.count
            found[Number(by, label, "all")] = view.basis.of
        elif figure == GAIN.id:
            if view.counts:
                found[Number(by, label, "with a gain")] = view.counts["answers"]
        else:
            found[Number(by, label, PARTS[figure])] = int(view.value)
    return found


def withheld(tables: Sequence[GatedTable]) -> set[Number]:
    """Return the numbers that were not: in each cell those in the part, and the rest."""
    shown, found = told(tables), set()
    for figure, by, label, _, view in cells(tables):
        if view.withheld:
            found.add(Number(by, label, PARTS[figure]))
            if PARTS[figure] == "at risk":
                found.add(Number(by, label, "not at risk"))
    return found - set(shown)


def attacked(tables: Sequence[GatedTable]) -> list[Bounds]:
    """Return what can be known of each number that was withheld."""
    shown = told(tables)
    exact = vstack([_row(one) for one in shown])
    named = sorted({(by, label) for _, by, label, view, _ in cells(tables) if view})
    somebody = vstack([_row(Number(by, label, "all")) for by, label in named])
    limits = {
        "A_eq": exact,
        "b_eq": np.array(list(shown.values()), float),
        "A_ub": -somebody,
        "b_ub": -np.ones(len(named)),
        "method": "highs",
        "options": {"presolve": False},  # it takes five times as long as what it saves
    }
    return [_bounds(one, limits) for one in sorted(withheld(tables))]


def _bounds(number: Number, limits: dict[str, Any]) -> Bounds:
    aim = _row(number).toarray()[0]
    least, most = linprog(aim, **limits), linprog(-aim, **limits)
    assert least.success, least.message
    assert most.success, most.message
    return Bounds(number, round(least.fun, 6), round(-most.fun, 6))

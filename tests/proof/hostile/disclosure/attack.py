"""The attack: a linear programme over all that was shown, for each number that was not.

Who attacks knows how the tables are made, that they are of the same pupils, that each group that is
named has somebody in it, and everything that is shown. The unknowns are the numbers of pupils of
each combination of labels and of what the figures ask of them. Of each number that is withheld the
least and the most that fit are looked for (SciPy's HiGHS, continuous, so at least as wide as what
fits in whole numbers).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from services.reporting.views import CellView, GatedTable
from tests.proof.hostile.disclosure.made_up import (
    AT_RISK,
    BY,
    CASELOAD,
    DIMENSIONS,
    GAIN,
    GOOD,
    NEITHER,
    NO,
    OUTSTANDING,
    SHARE,
    YES,
    label_of,
)

KINDS: Final[Mapping[str, Sequence[frozenset[str]]]] = {
    "risk": [
        frozenset(one)
        for one in product(("at risk", "not at risk"), ("with a gain", "without a gain"))
    ],
    "answers": [frozenset({one}) for one in ("yes", "no", "neither")],
    "grades": [
        frozenset({"outstanding", "good or better"}),
        frozenset({"good", "good or better", "not outstanding"}),
        frozenset({"less", "not outstanding"}),
    ],
}
"""What may be so of a pupil, of each set of figures."""
PARTS: Final = {
    CASELOAD.id: "all",
    AT_RISK.id: "at risk",
    SHARE.id: "at risk",
    GAIN.id: "with a gain",
    YES.id: "yes",
    NO.id: "no",
    NEITHER.id: "neither",
    GOOD.id: "good or better",
    OUTSTANDING.id: "outstanding",
}
"""Whom each figure counts, or has answers of."""
ALSO: Final[Mapping[str, Sequence[str]]] = {
    "at risk": ("not at risk",),
    "good or better": ("less", "good"),
    "outstanding": ("not outstanding", "good"),
}
"""Whom a figure that is shown tells of beside those whom it counts, and the next figure with it."""


HOW: Final = {
    "method": "highs",
    "options": {"presolve": False},  # it takes five times as long as what it saves
}


class Number(NamedTuple):
    """A number of pupils: those of a label of whom something is so, or all."""

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


Becomes = Callable[[dict[str, str]], dict[str, str] | None]
"""What becomes of the labels of who stays from one table to the next; None where nobody can."""


@dataclass(frozen=True)
class Unknowns:
    """The numbers of pupils of each combination of labels, and of what is so of them."""

    name: str
    by: Sequence[str] = ()

    @cached_property
    def combined(self) -> list[tuple[dict[str, str], frozenset[str]]]:
        """Each combination, in the order of the unknowns."""
        names = self.by or BY[self.name]
        labels = product(*(DIMENSIONS[by] for by in names))
        each = [dict(zip(names, some, strict=True)) for some in labels]
        return [(some, kind) for some in each for kind in KINDS[self.name]]

    def row(self, number: Number, becomes: Becomes = dict) -> Any:
        """Return which unknowns a number is the sum of, where labels become others."""
        fits = [
            self._fits(number, becomes(labels)) and (number.who == "all" or number.who in kind)
            for labels, kind in self.combined
        ]
        return csr_array(np.array(fits, float).reshape(1, -1))

    def _fits(self, number: Number, labels: Mapping[str, str] | None) -> bool:
        return labels is not None and (not number.by or label_of(number.by, labels) == number.label)

    def rows(self, numbers: Iterable[Number]) -> Any:
        """Return the rows of several numbers."""
        return vstack([self.row(one) for one in numbers])


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
            who = PARTS[figure]
            found |= {Number(by, label, one) for one in (who, *ALSO.get(who, ()))}
    return found - set(shown)


def attacked(tables: Sequence[GatedTable], name: str = "risk") -> list[Bounds]:
    """Return what can be known of each number that was withheld."""
    shown, unknowns = told(tables), Unknowns(name)
    named = named_in(tables)
    limits = {
        "A_eq": unknowns.rows(shown),
        "b_eq": np.array(list(shown.values()), float),
        "A_ub": -unknowns.rows(named),
        "b_ub": -np.ones(len(named)),
        **HOW,
    }
    return [_bounds(one, unknowns.row(one), limits) for one in sorted(withheld(tables))]


def named_in(tables: Sequence[GatedTable]) -> list[Number]:
    """Return the groups that are named: each has somebody in it."""
    named = {(by, label) for _, by, label, view, _ in cells(tables) if view}
    return [Number(by, label, "all") for by, label in sorted(named)]


@dataclass(frozen=True)
class Two:
    """Two editions, attacked together: of each combination so many stay, leave and join.

    Who attacks knows that no more than so many ``moved``: left, joined or, who did both, became
    something else; and what the labels of those who stay have become by the second edition.
    """

    first: Sequence[GatedTable]
    second: Sequence[GatedTable]
    unknowns: Unknowns
    moved: int
    becomes: Becomes = dict

    def withheld_in_both(self) -> list[Bounds]:
        """Return what can be known of each number that neither shows, in the one and the other."""
        both = sorted(withheld(self.first) & withheld(self.second))
        sides = self._before, self._after
        return [_bounds(one, side(one), self._limits) for one in both for side in sides]

    def withheld_in_one(self) -> list[Bounds]:
        """Return how many more each number can be in the second that one alone shows."""
        one = withheld(self.first) & set(told(self.second))
        other = withheld(self.second) & set(told(self.first))
        return [
            _bounds(each, self._after(each) - self._before(each), self._limits)
            for each in sorted(one | other)
        ]

    def _before(self, number: Number) -> Any:
        row = self.unknowns.row(number)
        return hstack([row, row, 0 * row])

    def _after(self, number: Number) -> Any:
        row, stays = self.unknowns.row(number), self.unknowns.row(number, self.becomes)
        return hstack([stays, 0 * row, row])

    @cached_property
    def _limits(self) -> dict[str, Any]:
        before, after = told(self.first), told(self.second)
        somebody = [
            *map(self._before, named_in(self.first)),
            *map(self._after, named_in(self.second)),
        ]
        everybody = self.unknowns.row(Number("", "", "all"))
        return {
            "A_eq": vstack([*map(self._before, before), *map(self._after, after)]),
            "b_eq": np.array([*before.values(), *after.values()], float),
            "A_ub": vstack([-vstack(somebody), hstack([0 * everybody, everybody, everybody])]),
            "b_ub": np.array([*(-1 for _ in somebody), self.moved], float),
            **HOW,
        }


def _bounds(number: Number, row: Any, limits: dict[str, Any]) -> Bounds:
    aim = row.toarray()[0]
    least, most = linprog(aim, **limits), linprog(-aim, **limits)
    assert least.success, least.message
    assert most.success, most.message
    return Bounds(number, round(least.fun, 6), round(-most.fun, 6))

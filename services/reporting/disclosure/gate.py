"""The disclosure gate: the one place where raw cells become something that can be sent.

Compute exactly, withhold, round, print, in this order (domain brief 9.2). A figure's table goes in
whole, its total and its groups by each dimension that is asked for; each dimension is decided by
itself, for they have nothing in common but the total, so that it is the same however it is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Final

from services.reporting.disclosure.changes import change_of, since
from services.reporting.disclosure.counting import counts_of, is_of_people, kind_of
from services.reporting.disclosure.earlier import NOTHING, Shown
from services.reporting.disclosure.profile import Level, Profile
from services.reporting.disclosure.rounding import rounded
from services.reporting.disclosure.suppression import (
    Counts,
    Rule,
    differs_by_few,
    is_small,
    primary,
    withheld,
)
from services.reporting.disclosure.tables import Place, Table
from services.reporting.evaluate import Cell, Claim, Figure, Statement
from services.reporting.presentation import (
    NO_COMPARISON,
    NOT_COMPARABLE,
    WITHHELD,
    exact,
    printed,
)
from services.reporting.views import (
    Basis,
    CellView,
    Exempted,
    FigureView,
    GatedTable,
    LastYear,
    StatementView,
    Withheld,
)

SMALL_NUMBER: Final = Withheld(
    rule="small-number",
    words="This number, or one that could be worked out with it, is of too few people.",
)
NOT_YOURS: Final = Withheld(rule="not-yours", words="This is another team's.")

UNKNOWN: Final = Counts(1, 2, 2)
"""Of the total nothing is known beforehand: some may be in the part, and some not."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What one reader is shown of one year.

    A reader of ``exact`` values sees everything, and of each value by which rule others do not.
    ``mine`` says, of a dimension whose groups the reader may not see all of, which they may.
    ``exempted`` are the places that are shown by exception; ``last`` is the gate of last year.
    """

    profile: Profile
    exact: bool = False
    mine: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exempted: Mapping[Place, Exempted] = field(default_factory=dict)
    last: "Gate | None" = None

    def table(self, table: Table, earlier: Sequence[Table] = ()) -> GatedTable:
        """Let a figure's table pass.

        ``earlier`` are the same figure's tables of the same year as they were known when they were
        shown before: at earlier reading days, and in editions. All of them is taken for shown.
        """
        before = Shown(earlier)
        kin = [(figure, total) for figure, total, _ in table.kin]
        rule = self._rule_of_total(table.figure, table.total, before) or self._beside(kin)
        return GatedTable(
            figure=self._figure(table, rule),
            cells={
                by: self._cells(table.figure, by, cells, rule, before)
                for by, cells in table.cells.items()
            },
        )

    def hides(self, table: Table, last: Cell) -> bool:
        """Say whether this gate, of the year before, withholds a figure's total of it."""
        kin = [(one, before) for one, _, before in table.kin if before is not None]
        rule = self._rule_of_total(table.figure, last) or self._beside(kin)
        return self._shown(Place(table.figure.id), rule)["withheld"] is not None

    def statement(self, statement: Statement, claim: Claim) -> StatementView:
        """Let a statement pass; it is withheld with any count that it rests on."""
        rule = self._rule_of_claim(statement, claim)
        shown = self._shown(Place(statement.id), rule)
        hidden = shown["withheld"] is not None
        return StatementView(
            id=statement.id,
            holds=None if hidden else claim.holds,
            printed=WITHHELD if hidden else claim.printed,
            method=statement.method,
            cannot_show=statement.cannot_show,
            counts={} if hidden else dict(claim.counts),
            **shown,
        )

    def _rule_of_total(self, figure: Figure, total: Cell, before: Shown = NOTHING) -> Rule | None:
        """Return the rule by which the total is withheld from those who do not see all."""
        if total.absent or not is_of_people(figure):
            return None
        level, counts = self.profile.at(""), counts_of(figure, total)
        rule = primary(kind_of(figure), counts, level, UNKNOWN)
        if rule or not level.earlier:
            return rule
        few = differs_by_few(counts, before.of("", ""), level)
        return Rule.EARLIER if few else None

    def _beside(self, kin: Sequence[tuple[Figure, Cell]]) -> Rule | None:
        """Withhold a total whose kin are withheld: they and it are all the answers together."""
        hidden = any(self._rule_of_total(figure, total) for figure, total in kin)
        return Rule.BESIDE if hidden else None

    def _rule_of_claim(self, statement: Statement, claim: Claim) -> Rule | None:
        if not any(is_of_people(figure) for figure in statement.looks_at.values()):
            return None
        few = _tell_of_few(claim.counts.values(), self.profile.at(""))
        return Rule.COUNTED if few else None

    def _rules(
        self, figure: Figure, by: str, cells: Mapping[str, Cell], total: Rule | None, before: Shown
    ) -> Mapping[str, Rule]:
        allowed = {one.label for one in self.exempted if (one.id, one.by) == (figure.id, by)}
        if total:
            return {label: Rule.TOTAL for label in cells if label not in allowed}
        if not is_of_people(figure) or all(one.absent for one in cells.values()):
            return {}
        counted = {label: counts_of(figure, cell) for label, cell in cells.items()}
        level = self.profile.at(by)
        return withheld(kind_of(figure), counted, level, partial(before.of, by), allowed)

    def _figure(self, table: Table, rule: Rule | None) -> FigureView:
        figure, cell, last = table.figure, table.total, table.last_year
        shown = self._shown(Place(figure.id), rule)
        hidden = shown["withheld"] is not None
        before, absent = self._last_year(table, last) if last else (None, "")
        change = change_of(table, last) if last and not absent and not hidden else None
        return FigureView(
            id=figure.id,
            words=f"{figure.words} {cell.folded.judged_by}".rstrip(),
            unit=figure.unit,
            **self._told(figure, "", cell, hidden=hidden),
            last_year=before,
            change=change,
            series=cell.folded.series,
            **shown,
        )

    def _cells(
        self, figure: Figure, by: str, cells: Mapping[str, Cell], total: Rule | None, before: Shown
    ) -> list[CellView]:
        rules = self._rules(figure, by, cells, total, before)
        mine, found = self.mine.get(by), []
        for label, cell in cells.items():
            place, is_mine = Place(figure.id, by, label), mine is None or label in mine
            shown = self._shown(place, rules.get(label), mine=is_mine)
            told = self._told(figure, by, cell, hidden=shown["withheld"] is not None)
            found.append(CellView(label=label, **told, **shown))
        return found

    def _told(self, figure: Figure, by: str, cell: Cell, *, hidden: bool) -> dict[str, Any]:
        """Return the value, as it is printed and what it is of; of one that is hidden nothing."""
        if hidden:
            return {"value": None, "printed": WITHHELD, "basis": None, "counts": {}}
        folded, of_people = cell.folded, is_of_people(figure)
        level = self.profile.at(by)
        if not self.exact and of_people:
            folded = rounded(folded, kind_of(figure), level.round_to)
        few = of_people and not self.exact and _tell_of_few(folded.counts.values(), level)
        basis = folded.basis
        return {
            "value": exact(folded.value),
            "printed": _printed(figure, folded.value, cell.absent),
            "basis": Basis(count=basis[0], of=basis[1]) if basis else None,
            "counts": {} if few else dict(folded.counts),
        }

    def _shown(self, place: Place, rule: Rule | None, *, mine: bool = True) -> dict[str, Any]:
        """Return what is said of whether a place is shown."""
        if not mine:
            return {"withheld": NOT_YOURS}
        if rule is None or place in self.exempted:
            return {"withheld": None, "exempted": self.exempted.get(place)}
        if self.exact:
            return {"withheld": None, "protected_by": rule}
        return {"withheld": SMALL_NUMBER}

    def _last_year(self, table: Table, last: Cell) -> tuple[LastYear, str]:
        """Return last year's value, and why it is not compared with, if it is not."""
        figure, cell, of = table.figure, table.total, table.last_of
        absent = WITHHELD if (self.last or self).hides(table, last) else _incomparable(cell, last)
        if absent:
            return LastYear(value=None, printed=absent, academic_year=of or None), absent
        said = _printed(figure, last.value, "") + since(of)
        return LastYear(value=exact(last.value), printed=said, academic_year=of or None), ""


def _tell_of_few(counts: Iterable[int], level: Level) -> bool:
    """Say whether one of several counts, or one less another, is of few people."""
    ordered = sorted(counts)
    apart = (more - less for less, more in pairwise(ordered))
    return any(is_small(one, level) for one in (*ordered, *apart))


def _printed(figure: Figure, value: Fraction | str | None, absent: str) -> str:
    return printed(value, figure.unit, figure.decimals, absent)


def _incomparable(cell: Cell, before: Cell) -> str:
    """Return why last year's value may not be set beside this year's (trap 51)."""
    if before.value is None:
        return NO_COMPARISON
    differs = cell.folded.series != before.folded.series
    return NOT_COMPARABLE if cell.value is not None and differs else ""

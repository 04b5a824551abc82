"""The disclosure gate: the one place where raw cells become something that can be sent.

Compute exactly, withhold, round, print, in this order (domain brief 9.2). A figure's table goes in
whole, its total and its groups by each dimension that is asked for; each dimension is decided by
itself, for they have nothing in common but the total, so that it is the same however it is asked.
Figures that divide the same answers, or of which one's part is within another's, are decided
together.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from services.reporting.disclosure.changes import change_of, since
from services.reporting.disclosure.counting import (
    counts_of,
    is_of_answers,
    is_of_people,
    kind_of,
    told_of,
)
from services.reporting.disclosure.earlier import breakdown, day_by_day, shown_before
from services.reporting.disclosure.profile import Level, Profile
from services.reporting.disclosure.rounding import rounded
from services.reporting.disclosure.suppression import (
    Counts,
    Rule,
    differs_by_few,
    is_small,
    primary,
)
from services.reporting.disclosure.tables import Place, Table
from services.reporting.evaluate import Cell, Claim, Figure, Folded, Statement
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
    ``exempted`` are the places that are shown by exception. ``before`` are the gates of the years
    that a value is compared with, by label; that of the year before is under no label.
    """

    profile: Profile
    exact: bool = False
    mine: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exempted: Mapping[Place, Exempted] = field(default_factory=dict)
    before: Mapping[str, "Gate"] = field(default_factory=dict)

    def table(self, table: Table, earlier: Sequence[Table] = ()) -> GatedTable:
        """Let a figure's table pass.

        ``earlier`` are the same figure's tables of the same year as they were known when they were
        shown before: at earlier reading days, and in editions. All of them is taken for shown.
        """
        rule = self._rule_of_total(table, earlier)
        return GatedTable(
            figure=self._figure(table, rule),
            cells={by: self._cells(table, by, earlier) for by in table.cells},
        )

    def hides(self, table: Table) -> bool:
        """Say whether this gate withholds a figure's total."""
        rule = self._rule_of_total(table)
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

    def _rule_of_total(self, table: Table, earlier: Sequence[Table] = ()) -> Rule | None:
        """Return the rule by which the total is withheld from those who do not see all.

        One whose kin are withheld is too: they and it are all the answers together.
        """
        rule = self._by_itself(table, earlier)
        beside = not rule and any(self._by_itself(one) for one in table.kin)
        return Rule.BESIDE if beside else rule

    def _by_itself(self, table: Table, earlier: Sequence[Table] = ()) -> Rule | None:
        if table.total.absent or not is_of_people(table.figure):
            return None
        level, counts = self.profile.at(""), counts_of(table, table.total)
        rule = primary(kind_of(table.figure), counts, level, UNKNOWN)
        if rule or not level.earlier:
            return rule
        few = differs_by_few(counts, shown_before(earlier, "", ""), level)
        return Rule.EARLIER if few else None

    def _rule_of_claim(self, statement: Statement, claim: Claim) -> Rule | None:
        if not any(is_of_people(figure) for figure in statement.looks_at.values()):
            return None
        few = _tell_of_few(claim.counts.values(), self.profile.at(""))
        return Rule.COUNTED if few else None

    def _rules(self, table: Table, by: str, earlier: Sequence[Table]) -> Mapping[str, Rule]:
        """Return the labels that are withheld, among them those that kin or the outer withhold."""
        if self._rule_of_total(table, earlier):
            return dict.fromkeys(set(table.cells[by]) - self._allowed(table.figure, by), Rule.TOTAL)
        return self._each_day(
            [*(earlier if self._level(table.figure, by).earlier else ()), table], by
        )[-1]

    def _each_day(self, days: Sequence[Table], by: str) -> list[Mapping[str, Rule]]:
        """Return the labels that are withheld on each day on which a table was shown."""
        totals = [self._rule_of_total(one, days[:n]) for n, one in enumerate(days)]
        family = [days, *zip(*(one.kin for one in days), strict=True)]
        return day_by_day(
            [breakdown(one, by, self._allowed(one[-1].figure, by)) for one in family],
            self._level(days[-1].figure, by),
            {one.label for one in self.exempted if one.by == by},
            zip(totals, self._of_outer(days, by), strict=True),
        )

    def _level(self, figure: Figure, by: str) -> Level:
        return self.profile.at(by, returns=is_of_answers(figure))

    def _of_outer(self, days: Sequence[Table], by: str) -> Sequence[Collection[str]]:
        """Return the labels that the figure withholds whose part holds this one's, by day."""
        outer = [one.outer for one in days if one.outer and by in one.outer.cells]
        return self._each_day(outer, by) if outer else [()] * len(days)

    def _allowed(self, figure: Figure, by: str) -> set[str]:
        return {one.label for one in self.exempted if (one.id, one.by) == (figure.id, by)}

    def _figure(self, table: Table, rule: Rule | None) -> FigureView:
        figure, cell = table.figure, table.total
        shown = self._shown(Place(figure.id), rule)
        hidden = shown["withheld"] is not None
        return FigureView(
            id=figure.id,
            words=f"{figure.words} {cell.folded.judged_by}".rstrip(),
            unit=figure.unit,
            **self._told(figure, "", cell, hidden=hidden, counts=self._counts(table, "", {})),
            **self._compared(table, hidden=hidden),
            series=cell.folded.series,
            **shown,
        )

    def _compared(self, table: Table, *, hidden: bool) -> dict[str, Any]:
        """Return last year's value, withheld and rounded as its own year's is, and the change."""
        figure, last, of = table.figure, table.before, table.last_of
        if last is None:
            return {"last_year": None, "change": None}
        its = self.before.get(of, self)
        absent = WITHHELD if its.hides(last) else _incomparable(table.total, last.total)
        if absent:
            before = LastYear(value=None, printed=absent, academic_year=of or None)
            return {"last_year": before, "change": None}
        then, now = its.rounded(figure, "", last.total), self.rounded(figure, "", table.total)
        said = _printed(figure, then.value, "") + since(of)
        return {
            "last_year": LastYear(value=exact(then.value), printed=said, academic_year=of or None),
            "change": None if hidden else change_of(figure, now, then, of),
        }

    def _cells(self, table: Table, by: str, earlier: Sequence[Table]) -> list[CellView]:
        figure, rules = table.figure, self._rules(table, by, earlier)
        mine, counts = self.mine.get(by), self._counts(table, by, rules)
        found = []
        for label, cell in table.cells[by].items():
            place, is_mine = Place(figure.id, by, label), mine is None or label in mine
            shown = self._shown(place, rules.get(label), mine=is_mine)
            told = self._told(figure, by, cell, hidden=shown["withheld"] is not None, counts=counts)
            found.append(CellView(label=label, **told, **shown))
        return found

    def rounded(self, figure: Figure, by: str, cell: Cell) -> Folded:
        """Return what was folded, with its counts as this reader is told them."""
        if self.exact or not is_of_people(figure):
            return cell.folded
        return rounded(cell.folded, kind_of(figure), self._level(figure, by).round_to)

    def _counts(self, table: Table, by: str, rules: Collection[str]) -> bool:
        """Say whether the counts of what means are of are told: of all groups, or of none.

        Those of whom a group has an answer, and those of whom it has none, are not few; nor are
        they in what is withheld, taken together.
        """
        if self.exact or not is_of_people(table.figure):
            return True
        cells = table.cells[by] if by else {"": table.total}
        shown = [told_of(table.figure, one) for label, one in cells.items() if label not in rules]
        hidden = (told_of(table.figure, cells[label]) for label in rules)
        together: Counter[str] = sum(map(Counter, hidden), Counter())
        level = self._level(table.figure, by)
        return not any(_tell_of_few(one.values(), level) for one in (*shown, together))

    def _told(
        self, figure: Figure, by: str, cell: Cell, *, hidden: bool, counts: bool
    ) -> dict[str, Any]:
        """Return the value, as it is printed and what it is of; of one that is hidden nothing."""
        if hidden:
            return {"value": None, "printed": WITHHELD, "basis": None, "counts": {}}
        folded = self.rounded(figure, by, cell)
        basis = folded.basis
        return {
            "value": exact(folded.value),
            "printed": _printed(figure, folded.value, cell.absent),
            "basis": Basis(count=basis[0], of=basis[1]) if basis else None,
            "counts": dict(folded.counts) if counts else {},
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

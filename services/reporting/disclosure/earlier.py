"""What was shown before of a figure's groups: the other side of a subtraction (trap 72).

Who has two tables of one year knows that most of it is the same in both. So a group that the first
withheld is not shown by the second while it has changed by few: what it is now would be what it
was then, and the others that were withheld beside it would be known with it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from services.reporting.disclosure.counting import counts_of, is_of_people, kind_of
from services.reporting.disclosure.profile import Level
from services.reporting.disclosure.suppression import (
    Counts,
    Elsewhere,
    Kind,
    Rule,
    changed_by_few,
    unsized,
    withheld,
)
from services.reporting.disclosure.tables import Table

Rules = Mapping[str, Rule]
Day = Mapping[str, Counts]


def shown_before(earlier: Sequence[Table], by: str, label: str) -> list[Counts]:
    """Return the counts of a group as they were known earlier; all of them is taken for shown."""
    found = ((one, one.cell(by, label)) for one in earlier)
    return [counts_of(one, cell, by, label) for one, cell in found if cell and not cell.absent]


class Breakdown(NamedTuple):
    """A figure's groups by a dimension on each day on which they were shown, the last of all now.

    ``told`` are those of ``days`` that have a value; those that are ``allowed`` are shown by an
    exception.
    """

    kind: Kind
    days: Sequence[Day]
    told: Sequence[Day]
    allowed: Collection[str]

    def is_as_before(self, day: int) -> bool:
        """Say whether nothing has changed since the day before, which then decides this one too."""
        if not day:
            return False
        return (self.days[day], self.told[day]) == (self.days[day - 1], self.told[day - 1])

    def before(self, day: int, label: str) -> Iterator[Counts]:
        """Yield what was shown of a group before a day."""
        return (one[label] for one in self.told[:day] if label in one)

    def still(self, label: str, day: int, then: int, level: Level) -> bool:
        """Say whether a group has changed by few since an earlier day, as far as it was there."""
        now, before = self.days[day].get(label), self.days[then].get(label)
        return now is None or before is None or changed_by_few(now, before, level)


def breakdown(tables: Sequence[Table], by: str, allowed: Collection[str]) -> Breakdown:
    """Return the counts of people behind a figure's tables of several days."""
    figure = tables[0].figure
    days = [_counted(one, by) for one in tables]
    told = [
        {label: counts for label, counts in day.items() if not one.cells[by][label].absent}
        for one, day in zip(tables, days, strict=True)
    ]
    return Breakdown(kind_of(figure), days, told, allowed)


def _counted(table: Table, by: str) -> Day:
    cells = table.cells.get(by, {})
    if not is_of_people(table.figure) or all(one.absent for one in cells.values()):
        return {}
    return {label: counts_of(table, cell, by, label) for label, cell in cells.items()}


def day_by_day(
    family: Sequence[Breakdown],
    level: Level,
    known: Collection[str],
    also: Iterable[tuple[Rule | None, Collection[str]]],
) -> list[Rules]:
    """Return the labels that are withheld of the first of a family on each day.

    They are those that any of the family withholds. Of each day is given the rule by which the
    total is withheld, with all its parts, and which labels are withheld ``also``. A day that is as
    the one before costs nothing: of an old year nearly all are.
    """
    first, found, sizes = family[0], list[Rules](), list[Collection[str]]()
    given = [(total, set(others)) for total, others in also]
    for day, (total, others) in enumerate(given):
        now = first.days[day]
        if all(one.is_as_before(day) for one in family) and given[day] == given[day - 1]:
            found.append(found[-1])
            sizes.append(sizes[-1])
            continue
        small = {
            label
            for then, labels in enumerate(sizes)
            for label in labels
            if label in now and _still_of_size(first, label, day, then, level)
        }
        elsewhere = Elsewhere(partial(first.before, day), first.allowed, (), known, small)
        sizes.append(unsized(now, level, elsewhere))
        if total:
            found.append(dict.fromkeys(set(now) - set(first.allowed), Rule.TOTAL))
            continue
        kept = others | _kept(family, found, day, level)
        found.append(_together(family, day, level, elsewhere._replace(also=kept)))
    return found


def _still_of_size(of: Breakdown, label: str, day: int, then: int, level: Level) -> bool:
    return abs(of.days[day][label].looked_at - of.days[then][label].looked_at) < level.threshold


def _kept(family: Sequence[Breakdown], found: Sequence[Rules], day: int, level: Level) -> set[str]:
    """Return the labels that were withheld before and have changed by few since."""
    return {
        label
        for then, rules in enumerate(found)
        for label, rule in rules.items()
        if rule is not Rule.TOTAL and all(one.still(label, day, then, level) for one in family)
    }


def _together(family: Sequence[Breakdown], day: int, level: Level, elsewhere: Elsewhere) -> Rules:
    """Return the first one's labels that are withheld where each withholds what another does."""
    hidden = set(elsewhere.also)
    while True:
        rules = [
            withheld(
                one.kind,
                one.days[day],
                level,
                elsewhere._replace(
                    before=partial(one.before, day), allowed=one.allowed, also=hidden
                ),
            )
            for one in family
        ]
        now = hidden.union(*rules)
        if now == hidden:
            return rules[0]
        hidden = now

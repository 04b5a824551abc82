"""The people behind a raw cell: what the rules of disclosure look at."""

from collections.abc import Mapping
from typing import Final

from services.reporting.disclosure.suppression import Counts, Kind
from services.reporting.disclosure.tables import Table
from services.reporting.evaluate import Cell, Figure, count

NOT_PEOPLE: Final = frozenset(
    {"team", "school", "delivery", "wave", "register", "criteria", "complaint", "compliment"}
)
"""What a population may be of that is no person: how many there are tells of nobody."""


def is_of_people(figure: Figure) -> bool:
    """Say whether a figure counts people, or what people said; what is not known to us does."""
    return figure.population.whose not in NOT_PEOPLE


def kind_of(figure: Figure) -> Kind:
    """Return what a figure's number is."""
    if figure.of is not None and is_of_answers(figure):
        return Kind.ANSWERS if _is_share(figure) else Kind.MEAN
    if figure.fold is count:
        return Kind.COUNT
    return Kind.SHARE if _is_share(figure) else Kind.MEAN


def counts_of(table: Table, cell: Cell, by: str = "", label: str = "") -> Counts:
    """Return the people behind a cell of a table, each once.

    Those whom the ``outer`` figure counts in the same group and this one does not are between.
    """
    counts, outer = _counts(table.figure, cell), table.outer
    wider = outer.cell(by, label) if outer else None
    if outer is None or wider is None or wider.absent:
        return counts
    return counts._replace(between=max(0, _counts(outer.figure, wider).part - counts.part))


def told_of(figure: Figure, cell: Cell) -> Mapping[str, int]:
    """Return the counts that a cell tells, and how many people it is of: the size of its group."""
    if is_of_answers(figure) or not cell.folded.counts:
        return cell.folded.counts
    return {**cell.folded.counts, "": len({one.who for one in cell.looked_at})}


def _counts(figure: Figure, cell: Cell) -> Counts:
    looked_at = len({one.who for one in cell.looked_at})
    if cell.folded.basis:
        return _of_share(figure, cell, looked_at)
    if kind_of(figure) is Kind.COUNT:
        return _counted(figure, cell, looked_at)
    people = len({one.who for one in cell.rows})
    return Counts(
        people,
        looked_at,
        looked_at,
        largest_two=_largest_two(cell),
        beyond=_beyond(figure, people),
    )


def _of_share(figure: Figure, cell: Cell, looked_at: int) -> Counts:
    """Return those behind a share: of many visits to few children it is the children that count."""
    assert cell.folded.basis
    part, of = cell.folded.basis
    if is_of_answers(figure):
        asked = figure.asked
        return Counts(part, of, sum(asked(one.has) for one in cell.looked_at) if asked else of)
    some = cell.contributions
    counted = {one.who for one, mine, _ in some if mine}
    others = {one.who for one, mine, whole in some if whole > mine}
    return Counts(len(counted), len(counted | others), looked_at, others=len(others))


def _counted(figure: Figure, cell: Cell, looked_at: int) -> Counts:
    """Return those who are counted, of all that were looked at; one form may stand for many."""
    if is_of_answers(figure):
        forms = sum(cell.parts)
        return Counts(forms, forms, forms)
    people = len({one.who for one in cell.rows})
    return Counts(people, looked_at, looked_at)


def is_of_answers(figure: Figure) -> bool:
    """Say whether a figure counts questionnaires, or what was answered in them."""
    return figure.population.whose in {"form", "return"}


def _is_share(figure: Figure) -> bool:
    return figure.unit.startswith("per cent")


def _beyond(figure: Figure, people: int) -> int | None:
    """Return how many lie on the narrower side of a percentile, which is somebody's own value."""
    if figure.percentile is None:
        return None
    return people * min(figure.percentile, 100 - figure.percentile) // 100


def _largest_two(cell: Cell) -> int:
    """Return how much of the sum the two largest contributions are, in per cent, rounded up."""
    sizes = sorted((abs(part) for part in cell.parts), reverse=True)
    return -(-100 * sum(sizes[:2]) // sum(sizes)) if any(sizes) else 0

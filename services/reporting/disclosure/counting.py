"""The people behind a raw cell: what the rules of disclosure look at."""

from typing import Final

from services.reporting.disclosure.suppression import Counts, Kind
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
    if figure.of is not None and _is_of_answers(figure):
        return Kind.ANSWERS if _is_share(figure) else Kind.MEAN
    if figure.fold is count:
        return Kind.COUNT
    return Kind.SHARE if _is_share(figure) else Kind.MEAN


def counts_of(figure: Figure, cell: Cell) -> Counts:
    """Return the people behind a cell, each once."""
    looked_at = len({one.who for one in cell.looked_at})
    if basis := cell.folded.basis:
        return Counts(*basis, basis[1] if _is_of_answers(figure) else looked_at)
    if kind_of(figure) is Kind.COUNT:
        return _counted(figure, cell, looked_at)
    people = len({one.who for one in cell.rows})
    return Counts(people, looked_at, looked_at, _largest_two(cell))


def _counted(figure: Figure, cell: Cell, looked_at: int) -> Counts:
    """Return those who are counted, of all that were looked at; one form may stand for many."""
    if _is_of_answers(figure):
        forms = sum(cell.parts)
        return Counts(forms, forms, forms)
    people = len({one.who for one in cell.rows})
    return Counts(people, looked_at, looked_at)


def _is_of_answers(figure: Figure) -> bool:
    return figure.population.whose in {"form", "return"}


def _is_share(figure: Figure) -> bool:
    return figure.unit.startswith("per cent")


def _largest_two(cell: Cell) -> int:
    """Return how much of the sum the two largest contributions are, in per cent, rounded up."""
    sizes = sorted((abs(part) for part in cell.parts), reverse=True)
    return -(-100 * sum(sizes[:2]) // sum(sizes)) if any(sizes) else 0

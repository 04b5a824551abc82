"""What is looked at before an edition is signed: late records, outliers, dead letters (D21).

Each is followed up or accepted by name, as it was found: if there is more of it later, it is open
again. A dead letter is neither: what is set aside is missing from the figures.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final
from uuid import UUID

from services.reporting.editions.arrivals import Arrival, by_fact
from services.reporting.presentation import Unit
from services.reporting.views import FigureView

MOST_CHANGE: Final = 10
"""By how many percentage points a share may differ from last year's before somebody looks."""
TWINS: Final = ("content", "methods")
"""Two questions of one form: the same mean for both may be one number entered twice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a key by which it is settled, what it is, and the events it is of."""

    key: str
    words: str
    events: tuple[UUID, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of what was found, by which somebody accepts this and no more."""
        said = [self.key, self.words, sorted(map(str, self.events))]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def of_arrivals(late: list[Arrival]) -> Iterator[Finding]:
    """Yield what arrived late or back-dated, by the fact that it made."""
    for fact, some in by_fact(late).items():
        words = (
            f"{len(some)} of {fact.replace('_', ' ')} recorded more than six weeks after the day"
        )
        yield Finding(f"late.{fact}", words, tuple(one.event_id for one in some))


def of_figures(figures: list[FigureView]) -> Iterator[Finding]:
    """Yield what the validation rules and outlier checks find in a year's figures."""
    for figure in figures:
        for code, check in CHECKS.items():
            if words := check(figure):
                yield Finding(f"{code}.{figure.id}", words)
    by_id = {one.id: one for one in figures}
    first, second = TWINS
    for id_, figure in by_id.items():
        other = by_id.get(id_.replace(f".{first}.", f".{second}."))
        if other is not None and other.id != id_ and figure.value and figure.value == other.value:
            yield Finding(f"same-mean.{id_}", "both questions have exactly the same mean")


def _absent(figure: FigureView) -> str:
    return f"has no value: {figure.printed}" if figure.value is None else ""


def _part_exceeds_whole(figure: FigureView) -> str:
    basis = figure.basis
    return "counts more than it is of" if basis and basis.count > basis.of else ""


def _out_of_range(figure: FigureView) -> str:
    value = _number(figure.value)
    ranges = {Unit.PER_CENT: (0, 100), Unit.ALL_TEAMS: (0, 100), Unit.MARK: (1, 10)}
    if value is None or figure.unit not in ranges:
        return "is below nought" if value is not None and value < 0 else ""
    least, most = ranges[Unit(figure.unit)]
    return "" if least <= value <= most else f"is not from {least} to {most}"


def _far_from_last_year(figure: FigureView) -> str:
    now = _number(figure.value)
    before = _number(figure.last_year.value) if figure.last_year else None
    change = _number(figure.change.value) if figure.change else None
    if change is None and now is not None and before is not None and figure.unit == Unit.PER_CENT:
        change = now - before
    far = change is not None and abs(change) >= MOST_CHANGE
    return f"differs from last year by {MOST_CHANGE} percentage points or more" if far else ""


CHECKS: Final[dict[str, Callable[[FigureView], str]]] = {
    "absent": _absent,
    "part-exceeds-whole": _part_exceeds_whole,
    "out-of-range": _out_of_range,
    "far-from-last-year": _far_from_last_year,
}
"""What is looked at of each figure: a code, and what says in words that it is so."""


def _number(text: str | None) -> Fraction | None:
    try:
        return Fraction(text) if text is not None else None
    except ValueError:
        return None

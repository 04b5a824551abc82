"""What an edition changes of the one before it, in words: a line a cell."""

from collections.abc import Iterator
from typing import NamedTuple

from services.reporting.editions.contents import EditionView, FigureChange
from services.reporting.outlets.labels import dimension, label, names_in
from services.reporting.outlets.sentences import sentence

NONE = "-"
"""What stands for a value that was not there, or is not there now."""


class Line(NamedTuple):
    """What is another now, as what it was printed, and as what it is."""

    what: str
    was: str
    became: str


def lines_of(edition: EditionView) -> list[Line]:
    """Return all that an edition changes, its figures before its statements."""
    figures = [line for one in edition.changes for line in lines_of_figure(one, edition)]
    sentences = {one.id: sentence(one) for one in edition.statements}
    said = [
        Line(sentences.get(one.statement, one.statement), one.was or NONE, one.became or NONE)
        for one in edition.statement_changes
    ]
    return figures + said


def lines_of_figure(change: FigureChange, edition: EditionView) -> Iterator[Line]:
    """Yield what an edition changes of a figure: its cells, what stands beside them, its method."""
    named = names_in(edition).get(change.figure)
    name = named.label if named else label(change.figure, change.figure)
    for cell in change.cells:
        group = f", by {dimension(cell.by)}: {cell.label}" if cell.by else ""
        yield Line(name + group, cell.was or NONE, cell.became or NONE)
    for words, one in (("the year before", change.last_year), ("the change", change.change)):
        if one is not None:
            yield Line(f"{name}, {words}", one.was or NONE, one.became or NONE)
    if change.redefined:
        yield Line(name, "counted otherwise", "counted by a new version of its method")
    elif not (change.cells or change.last_year or change.change):
        yield Line(name, "said otherwise", "said with other words or counts")

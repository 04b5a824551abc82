"""What the reporting service publishes: editions of a year's report, and the values in them.

An edition is public, and so is all of this: aggregates that have passed the disclosure gate, and
nothing of one child. ``number`` is the edition's, such as "1.0.0".
"""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event

EditionChange = Literal["first", "major", "minor", "patch"]


class EditionPublished(Event, publisher="reporting", key="edition_id"):
    """The Head of Service signed an edition of a year's report, and with that it is public.

    Its figures are those known at the end of ``known_at``. ``change`` says what it changes of the
    one before it (``supersedes``): nothing that was defined (patch), values (minor), or what a
    figure counts (major). Its values follow as `FigurePublished`.
    """

    edition_id: UUID
    academic_year: str
    number: str
    known_at: date
    signed_on: date
    change: EditionChange
    supersedes: UUID | None


class PublishedCell(Coded):
    """A value of a figure: of the whole, or of one ``label`` of the breakdown ``by``.

    ``value`` is exact, in the figure's unit (a whole number or ``n/d``), ``count`` and ``of`` are
    the counts behind a share. A cell that is withheld names the rule, and has only its words.
    """

    by: str | None
    label: str | None
    printed: str
    value: str | None
    count: int | None
    of: int | None
    withheld: str | None


class FigurePublished(Event, publisher="reporting", key="edition_id"):
    """A figure was published in an edition, with each of its cells."""

    edition_id: UUID
    academic_year: str
    number: str
    figure: str
    method: int
    cells: tuple[PublishedCell, ...]


class RestatedCell(Coded):
    """What a cell was printed as in the edition before, and as what it is printed now.

    Null where there was none, or is none now.
    """

    by: str | None
    label: str | None
    was: str | None
    became: str | None


class FigureRestated(Event, publisher="reporting", key="edition_id"):
    """A new edition gives a figure another value or definition than the one before it.

    ``restates`` is the number of that one. ``redefined`` says that its method changed as well.
    """

    edition_id: UUID
    academic_year: str
    number: str
    restates: str
    figure: str
    redefined: bool
    cells: tuple[RestatedCell, ...]

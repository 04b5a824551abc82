"""What an edition shows, put together from the facts as they were known, and frozen as it is."""

import hashlib
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts.reporting import EditionChange, RestatedCell
from services.reporting.editions.domain import Content, Edition
from services.reporting.figures import FIGURES
from services.reporting.narrative import Narrative
from services.reporting.views import CellView, FigureView, GatedTable, StatementView, definition


class MethodView(BaseModel):
    """What a figure counts and how, in a version: a new one whenever any of it changes."""

    figure: str
    version: int
    words: str
    unit: str
    decimals: int
    base: str
    population: str


class Reprinted(BaseModel):
    """As what something was printed before, and as what it is now; null where there is none."""

    was: str | None
    became: str | None


class FigureChange(BaseModel):
    """What an edition changes of a figure, or of one that it adds or takes away.

    ``last_year`` and ``change`` are told where what is printed of them is another. Without any of
    these, what is said beside the value is: its words, counts or series.
    """

    figure: str
    redefined: bool
    cells: list[RestatedCell]
    last_year: Reprinted | None = None
    change: Reprinted | None = None


class StatementChange(Reprinted):
    """What an edition changes of a statement: what it was printed as, and is."""

    statement: str


class FigureName(BaseModel):
    """As what a figure is read: under which headings it stands, and a few words for it.

    ``group`` is the smaller heading within the section; empty where there is none.
    """

    figure: str
    section: str
    group: str
    label: str


class Breakdown(BaseModel):
    """The groups of a figure by a dimension, as they passed the gate."""

    figure: str
    by: str
    cells: list[CellView]


class EditionContent(BaseModel):
    """A year's figures and statements as known at the end of a day in London.

    ``breakdowns`` are the groups of those figures that pass the disclosure gate for everybody.
    ``names`` are those of that day: one of before they were kept has none, and is read by today's.
    """

    academic_year: str
    known_at: date
    data_as_of: str | None
    figures: list[FigureView]
    statements: list[StatementView]
    methods: list[MethodView]
    narrative: Narrative | None
    breakdowns: list[Breakdown] = []
    names: list[FigureName] = []

    @property
    def digest(self) -> str:
        """A hash of all of it: what was reviewed is what is signed where they have the same."""
        return _sha256(self.model_dump_json())


class EditionView(EditionContent):
    """A published edition. It never changes: a new edition says what was wrong in it.

    ``changes`` and ``statement_changes`` are those of the edition that it takes the place of
    (``supersedes``).
    """

    edition_id: UUID
    number: str
    signed_on: date
    change: EditionChange
    supersedes: str | None
    changes: list[FigureChange]
    statement_changes: list[StatementChange] = []


def breakdowns(tables: list[GatedTable]) -> list[Breakdown]:
    """Return the groups of tables that passed the gate, a breakdown after another."""
    return [
        Breakdown(figure=one.figure.id, by=by, cells=cells)
        for one in tables
        for by, cells in one.cells.items()
        if cells
    ]


def methods(adopted: list[MethodView]) -> list[MethodView]:
    """Return how every figure of the report is counted now, in its version."""
    newest = {one.figure: one for one in sorted(adopted, key=lambda one: one.version)}
    return [
        _method(one.model_dump() | {"figure": one.id}, newest) for one in map(definition, FIGURES)
    ]


def _method(said: dict[str, object], newest: dict[str, MethodView]) -> MethodView:
    names = [name for name in MethodView.model_fields if name != "version"]
    before = newest.get(str(said["figure"]))
    now = MethodView.model_validate({name: said[name] for name in names} | {"version": 1})
    if before is None:
        return now
    same = now.model_copy(update={"version": before.version})
    return same if same == before else now.model_copy(update={"version": before.version + 1})


def frozen(edition: Edition, shown: EditionView) -> Content:
    """Return what an edition shows as it is kept: the bytes that every reader gets."""
    body = shown.model_dump_json()
    return Content(edition_id=edition.id, body=body, sha256=_sha256(body))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""What an edition shows, put together from the facts as they were known, and frozen as it is."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts.reporting import EditionChange, PublishedCell, RestatedCell
from services.reporting.editions.domain import Content, Edition
from services.reporting.figures import FIGURES
from services.reporting.narrative import Narrative
from services.reporting.views import FigureView, StatementView, definition


class MethodView(BaseModel):
    """What a figure counts and how, in a version: a new one whenever any of it changes."""

    figure: str
    version: int
    words: str
    unit: str
    decimals: int
    base: str
    population: str


class FigureChange(BaseModel):
    """What an edition changes of a figure, or of one that it adds or takes away."""

    figure: str
    redefined: bool
    cells: list[RestatedCell]


class EditionContent(BaseModel):
    """A year's figures and statements as known at the end of a day in London."""

    academic_year: str
    known_at: date
    data_as_of: str | None
    figures: list[FigureView]
    statements: list[StatementView]
    methods: list[MethodView]
    narrative: Narrative | None


class EditionView(EditionContent):
    """A published edition. It never changes: a new edition says what was wrong in it.

    ``changes`` are those of the edition that it takes the place of (``supersedes``).
    """

    edition_id: UUID
    number: str
    signed_on: date
    change: EditionChange
    supersedes: str | None
    changes: list[FigureChange]


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


def cells(figure: FigureView) -> tuple[PublishedCell, ...]:
    """Return the cells of a figure as they are published."""
    basis = figure.basis
    whole = PublishedCell(
        by=None,
        label=None,
        printed=figure.printed,
        value=figure.value,
        count=basis.count if basis else None,
        of=basis.of if basis else None,
        withheld=figure.withheld.rule if figure.withheld else None,
    )
    return (whole,)


def changes(before: EditionContent, now: EditionContent) -> list[FigureChange]:
    """Return which figures, definitions and cells differ, in the new edition's order."""
    was, became = _methods(before), _methods(now)
    redefined = {id_ for id_ in {*was, *became} if was.get(id_) != became.get(id_)}
    return differences(before.figures, now.figures, redefined)


def differences(
    before: Sequence[FigureView], now: Sequence[FigureView], redefined: Collection[str] = ()
) -> list[FigureChange]:
    """Return which figures are other ones now, or were redefined, in the order of now."""
    was, became = _by_id(before), _by_id(now)
    found = []
    for id_ in dict.fromkeys([*became, *was]):
        restated = _restated(was.get(id_), became.get(id_))
        if id_ in redefined or restated:
            found.append(FigureChange(figure=id_, redefined=id_ in redefined, cells=restated))
    return found


def _by_id(figures: Sequence[FigureView]) -> dict[str, FigureView]:
    return {one.id: one for one in figures}


def _methods(of: EditionContent) -> dict[str, int]:
    return {one.figure: one.version for one in of.methods}


def _restated(was: FigureView | None, now: FigureView | None) -> list[RestatedCell]:
    before = {(one.by, one.label): one for one in cells(was)} if was else {}
    after = {(one.by, one.label): one for one in cells(now)} if now else {}
    return [
        RestatedCell(
            by=key[0],
            label=key[1],
            was=before[key].printed if key in before else None,
            became=after[key].printed if key in after else None,
        )
        for key in dict.fromkeys([*after, *before])
        if before.get(key) != after.get(key)
    ]


def how_much(before: EditionContent | None, changed: list[FigureChange]) -> EditionChange:
    """Say how much changed: major if a figure's definition did or it is gone, minor if a value did.

    A figure that is new changes no reader's definition: it is a value more.
    """
    if before is None:
        return "first"
    known = _by_id(before.figures)
    if any(one.redefined and one.figure in known for one in changed):
        return "major"
    return "minor" if changed else "patch"


def frozen(edition: Edition, shown: EditionView) -> Content:
    """Return what an edition shows as it is kept: the bytes that every reader gets."""
    body = shown.model_dump_json()
    return Content(
        edition_id=edition.id, body=body, sha256=hashlib.sha256(body.encode()).hexdigest()
    )

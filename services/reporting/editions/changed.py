"""What an edition changes of the one before it, and how much that is."""

from collections.abc import Collection, Sequence
from typing import Final

from libs.common.contracts.reporting import EditionChange, PublishedCell, RestatedCell
from services.reporting.editions.contents import (
    EditionContent,
    FigureChange,
    Reprinted,
    StatementChange,
)
from services.reporting.views import Change, FigureView, LastYear, StatementView

_BY_WHICH_RULE: Final = {"exempted", "protected_by"}
"""By what a value is shown: another exception of the same value changes no value."""


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
    return [
        _changed(id_, was.get(id_), became.get(id_), id_ in redefined)
        for id_ in dict.fromkeys([*became, *was])
        if id_ in redefined or _said(was.get(id_)) != _said(became.get(id_))
    ]


def statement_changes(before: EditionContent, now: EditionContent) -> list[StatementChange]:
    """Return which statements say something else than before, in the new edition's order."""
    was = {one.id: one for one in before.statements}
    became = {one.id: one for one in now.statements}
    return [
        StatementChange(statement=id_, was=_printed(was.get(id_)), became=_printed(became.get(id_)))
        for id_ in dict.fromkeys([*became, *was])
        if _said(was.get(id_)) != _said(became.get(id_))
    ]


def _said(one: FigureView | StatementView | None) -> dict[str, object]:
    return one.model_dump(exclude=_BY_WHICH_RULE) if one else {}


def _changed(
    id_: str, was: FigureView | None, now: FigureView | None, redefined: bool
) -> FigureChange:
    last_year, change = map(_reprinted, _beside(was), _beside(now))
    return FigureChange(
        figure=id_,
        redefined=redefined,
        cells=_restated(was, now),
        last_year=last_year,
        change=change,
    )


def _beside(one: FigureView | None) -> tuple[LastYear | None, Change | None]:
    return (one.last_year, one.change) if one else (None, None)


def _reprinted(was: Change | LastYear | None, now: Change | LastYear | None) -> Reprinted | None:
    return None if was == now else Reprinted(was=_printed(was), became=_printed(now))


def _printed(one: StatementView | Change | LastYear | None) -> str | None:
    return one.printed if one else None


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


def how_much(
    before: EditionContent | None, changed: list[FigureChange], said: list[StatementChange]
) -> EditionChange:
    """Say how much changed: major if a figure's definition did or it is gone, minor if a value did.

    A figure that is new changes no reader's definition: it is a value more. A statement, last
    year's value and the change since then are values too.
    """
    if before is None:
        return "first"
    known = _by_id(before.figures)
    if any(one.redefined and one.figure in known for one in changed):
        return "major"
    return "minor" if changed or said else "patch"

"""What an edition changes of the one before it, and how much that is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from libs.common.contracts.reporting import EditionChange, PublishedCell, RestatedCell
from services.reporting.editions.contents import (
    Breakdown,
    EditionContent,
    FigureChange,
    Reprinted,
    StatementChange,
)
from services.reporting.views import CellView, Change, FigureView, LastYear, StatementView

_BY_WHICH_RULE: Final = {"exempted", "protected_by"}
"""By what a value is shown: another exception of the same value changes no value."""


class Told(NamedTuple):
    """A figure and its groups, as one report or edition tells them."""

    figure: FigureView
    divided: Sequence[Breakdown] = ()

    @property
    def cells(self) -> tuple[PublishedCell, ...]:
        """All its cells as they are published, the whole first."""
        groups = (_cell(cell, one.by) for one in self.divided for cell in one.cells)
        return (_cell(self.figure), *groups)


def _cell(one: FigureView | CellView, by: str | None = None) -> PublishedCell:
    basis = one.basis
    return PublishedCell(
        by=by,
        label=one.label if isinstance(one, CellView) else None,
        printed=one.printed,
        value=one.value,
        count=basis.count if basis else None,
        of=basis.of if basis else None,
        withheld=one.withheld.rule if one.withheld else None,
    )


def told(figures: Iterable[FigureView], breakdowns: Sequence[Breakdown] = ()) -> Mapping[str, Told]:
    """Return figures with their groups, by their ids."""
    return {
        one.id: Told(one, [each for each in breakdowns if each.figure == one.id]) for one in figures
    }


def changes(before: EditionContent, now: EditionContent) -> list[FigureChange]:
    """Return which figures, definitions and cells differ, in the new edition's order.

    Groups that are new with breakdowns themselves change no value: an edition had none once.
    """
    was, became = _methods(before), _methods(now)
    redefined = {id_ for id_ in {*was, *became} if was.get(id_) != became.get(id_)}
    divided = now.breakdowns if before.breakdowns else ()
    return differences(
        told(before.figures, before.breakdowns), told(now.figures, divided), redefined
    )


def differences(
    was: Mapping[str, Told], became: Mapping[str, Told], redefined: Collection[str] = ()
) -> list[FigureChange]:
    """Return which figures are other ones now, or were redefined, in the order of now."""
    return [
        _changed(id_, was.get(id_), became.get(id_), id_ in redefined)
        for id_ in dict.fromkeys([*became, *was])
        if id_ in redefined or _differ(was.get(id_), became.get(id_))
    ]


def _differ(was: Told | None, now: Told | None) -> bool:
    if was is None or now is None:
        return True
    return _said(was.figure) != _said(now.figure) or was.cells != now.cells


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


def _changed(id_: str, was: Told | None, now: Told | None, redefined: bool) -> FigureChange:
    last_year, change = map(_reprinted, _beside(was), _beside(now))
    return FigureChange(
        figure=id_,
        redefined=redefined,
        cells=_restated(was, now),
        last_year=last_year,
        change=change,
    )


def _beside(one: Told | None) -> tuple[LastYear | None, Change | None]:
    return (one.figure.last_year, one.figure.change) if one else (None, None)


def _reprinted(was: Change | LastYear | None, now: Change | LastYear | None) -> Reprinted | None:
    return None if was == now else Reprinted(was=_printed(was), became=_printed(now))


def _printed(one: StatementView | Change | LastYear | None) -> str | None:
    return one.printed if one else None


def _methods(of: EditionContent) -> dict[str, int]:
    return {one.figure: one.version for one in of.methods}


def _restated(was: Told | None, now: Told | None) -> list[RestatedCell]:
    before = {(one.by, one.label): one for one in was.cells} if was else {}
    after = {(one.by, one.label): one for one in now.cells} if now else {}
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
    known = {one.id for one in before.figures}
    if any(one.redefined and one.figure in known for one in changed):
        return "major"
    return "minor" if changed or said else "patch"

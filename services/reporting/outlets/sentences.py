"""What a reader is told in words: each statement as a sentence, and the counts behind a figure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from services.reporting.presentation import NOT_KNOWN, WITHHELD, day_printed
from services.reporting.views import CellView, FigureView, Gated, StatementView

_UNKNOWN: Final[Mapping[str, str]] = {
    "inclusion.placements_maintained": "permanent exclusion was avoided for children at risk of it",
    "feedback.compliments": "many compliments came beside the questionnaires",
    "training.pre_key_stage_package": (
        "the package on moving from P scales to pre-key-stage assessment was delivered in the year"
    ),
    "inclusion.exclusions_low": "permanent exclusions remained consistently very low",
}
"""What is not known of a year without records, after "It is not known whether"."""


def _maintained(printed: str) -> str:
    whom = "none of the" if printed == "none" else printed
    return f"Permanent exclusion was avoided for {whom} children at risk of it."


def _compliments(printed: str) -> str:
    number = {"0": "No compliments", "1": "One compliment"}.get(printed, f"{printed} compliments")
    what = "Many compliments" if printed.startswith("many") else number
    return f"{what} came beside the questionnaires."


def _package(printed: str) -> str:
    done = printed.removesuffix("in the year").strip()
    return (
        f"The package on moving from P scales to pre-key-stage assessment was {done} in the year."
    )


def _exclusions_low(printed: str) -> str:
    verb = "" if printed.startswith("remained") else "were "
    return f"Permanent exclusions {verb}{printed}."


_SENTENCES: Final[Mapping[str, Callable[[str], str]]] = {
    "inclusion.placements_maintained": _maintained,
    "feedback.compliments": _compliments,
    "training.pre_key_stage_package": _package,
    "inclusion.exclusions_low": _exclusions_low,
}


def sentence(statement: StatementView) -> str:
    """Return a statement as a sentence; what it prints is one but for its capital and full stop."""
    if statement.printed == NOT_KNOWN and statement.id in _UNKNOWN:
        return f"It is not known whether {_UNKNOWN[statement.id]}."
    if statement.withheld:
        return f"A statement is withheld. {statement.withheld.words}"
    tell = _SENTENCES.get(statement.id)
    words = tell(statement.printed) if tell else f"{statement.printed}."
    return words[:1].upper() + words[1:]


def holds(statement: StatementView) -> str:
    """Return whether a statement holds in a word or two: what is not known is not a no."""
    if statement.printed == NOT_KNOWN:
        return NOT_KNOWN
    if statement.withheld:
        return WITHHELD
    return "yes" if statement.holds else "no"


def counted(statement: StatementView) -> str:
    """Return the counts that a statement's method looked at, in words."""
    counts = statement.counts.items()
    return "; ".join(f"{name.replace('_', ' ')}: {number}" for name, number in counts) or "-"


def behind(figure: FigureView | CellView) -> str:
    """Return the counts behind a figure in words; a count has none but itself."""
    if figure.basis:
        return f"{figure.basis.count} of {figure.basis.of}"
    return ", ".join(_counted(name, number) for name, number in figure.counts.items()) or "-"


def _counted(name: str, number: int) -> str:
    """Return a count with its name; a meeting that is left out is told by its day."""
    meeting, _, day = name.rpartition(" ")
    if meeting == "spring meeting":
        return f"not counted: {number} at the {meeting} of {day_printed(date.fromisoformat(day))}"
    return f"{number} {name}"


def before(figure: FigureView) -> str:
    """Return what a figure is compared with, which names a year that is not the year before."""
    last = figure.last_year
    if last is None:
        return "-"
    named = f" in {last.academic_year}" if last.academic_year else ""
    return last.printed if last.printed.endswith(named) else last.printed + named


def compared(figure: FigureView) -> str:
    """Return how a figure changed or, where no change is told, what it was before, with the year.

    Without a year to compare with it is a dash.
    """
    last, change = figure.last_year, figure.change
    if change:
        another = last and last.academic_year
        return change.printed if another else f"{change.printed} on the year before"
    if last and not last.academic_year:
        return f"the year before: {last.printed}"
    return before(figure)


def cannot_show(statement: StatementView) -> str:
    """Return what a statement's method does not show, in words; empty where nothing is told."""
    words = statement.cannot_show
    return f"What it cannot show: {words}" if words else ""


_PROTECTED: Final[Mapping[str, str]] = {
    "threshold": "it, or what is left of its group, is of too few people",
    "percent-base": "it is a share of too few people",
    "whole-group": "it is all of a group, or all but a few",
    "few-answers": "too few people are in it, or answered",
    "dominance": "two people's answers make up most of it",
    "earlier": "less what was shown before it is of too few people",
    "beside": "with it another that is withheld could be worked out",
    "total": "the total is withheld, and with it all its parts",
    "counted": "it rests on a count that is withheld",
}
"""Why others are not shown a value, by the gate's rule, for who reads it exactly."""


def remark(one: Gated) -> str:
    """Return what is to be known of a value: by which exception it is shown, or why not to all."""
    why = _PROTECTED.get(one.protected_by or "")
    return exemption(one) or (f"Withheld from others: {why}." if why else "")


def rules(cells: Sequence[Gated]) -> list[str]:
    """Return what it means that some of several values are withheld, a sentence for each rule."""
    return list(dict.fromkeys(one.withheld.words for one in cells if one.withheld))


def exemption(one: Gated) -> str:
    """Return by which exception a value is shown that a rule would withhold; empty by none."""
    by = one.exempted
    if by is None:
        return ""
    grounds = by.grounds.replace("-", " ")
    signed = " and ".join(role.replace("-", " ") for role in by.signed_as)
    until = day_printed(by.until)
    return f"Shown by an exception until {until}. Grounds: {grounds}. Signed by: {signed}."

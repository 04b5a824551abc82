"""What a binding of a report's source stands for: a figure, a statement, a day, a typed number."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from libs.common.core.clock import AcademicYear
from services.reporting.outlets.sentences import sentence
from services.reporting.presentation import NO_COMPARISON, WITHHELD, day_printed
from services.reporting.views import FigureView, StatementView

_WORDS: Final = "two|three|four|five|six|seven|eight|nine|ten"

KINDS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "year-group": ("Year {}", re.compile(r"[1-9]|1[0-3]")),
    "key-stage": ("Key Stage {}", re.compile(r"[1-5]")),
    "p-level": ("P{}", re.compile(r"[1-3]i{1,2}|[1-8]")),
    "times-a-week": ("{} times a week", re.compile(rf"[2-9]|[1-4]\d|{_WORDS}")),
    "marks-from-one-to": ("one to {}", re.compile(rf"[2-9]|10|{_WORDS}")),
    "telephone": ("{}", re.compile(r"\+?\d[\d ]{5,18}\d")),
    "calendar-year": ("{}", re.compile(r"(?:19|20)\d\d(?:-\d\d)?")),
}
"""The kinds of number that are of no figure: how each is put, and what one looks like."""
BLOCKS: Final = ("plan", "developments", "future", "aim", "contact", "comments")
"""What stands for a whole block, put together from the source or from records."""
NAMES: Final = ("name", "aliases", "department-plan")
"""What the source says of the service, and may say again by name."""


TOO_FEW: Final = "a number too small to be shown"
"""What a sentence says of a figure that is withheld."""


class Unbound(LookupError):
    """A binding stands for nothing; the message says why, and repeats none of it."""


class Figures(NamedTuple):
    """What a source may be bound to: a year, its figures and its statements."""

    academic_year: str
    figures: Mapping[str, FigureView]
    statements: Mapping[str, StatementView]

    @classmethod
    def of(
        cls, year: str, figures: Sequence[FigureView], statements: Sequence[StatementView]
    ) -> "Figures":
        """Return what a year's report has."""
        return cls(year, {one.id: one for one in figures}, {one.id: one for one in statements})

    def lacking(self, words: tuple[str, ...]) -> str:
        """Return why a binding stands for nothing; empty where it stands for something."""
        try:
            self.text(words, dict.fromkeys(NAMES, ""))
        except Unbound as why:
            return str(why)
        return ""

    def text(self, words: tuple[str, ...], told: Mapping[str, str]) -> str:
        """Return what a binding is printed as; raises Unbound.

        ``told`` is what the source says of the service, by name.
        """
        verb, *more = words or ("",)
        plain = {"year": self.academic_year, "last-year": self._last_year, **told}
        if verb in plain and not more:
            return plain[verb]
        reads: dict[str, Callable[..., str]] = {
            "figure": self._figure,
            "statement": self._statement,
            "day": _day,
            "number": _number,
        }
        if verb in reads:
            return reads[verb](*more, *[""] * (2 - len(more)))
        if verb in BLOCKS and len(more) < 2:
            return ""
        raise Unbound(f"must begin with {', '.join((*reads, *plain, *BLOCKS))}")

    @property
    def _last_year(self) -> str:
        return AcademicYear.parse(self.academic_year).previous().label

    def _figure(self, id_: str, part: str, *_: str) -> str:
        if id_ not in self.figures:
            raise Unbound("there is no such figure")
        figure = self.figures[id_]
        basis, last, change = figure.basis, figure.last_year, figure.change
        found = {
            "": figure.printed,
            "printed": figure.printed,
            "last-year": last.printed if last else None,
            "change": change.printed if change else _not_compared(figure),
            "count": str(basis.count) if basis else None,
            "of": str(basis.of) if basis else None,
        }
        if (text := found.get(part)) is None:
            there = [name for name, one in found.items() if name and one is not None]
            raise Unbound(f"of this figure there is {', '.join(there)}")
        return TOO_FEW if text == WITHHELD else text

    def _statement(self, id_: str, *_: str) -> str:
        if id_ not in self.statements:
            raise Unbound("there is no such statement")
        return sentence(self.statements[id_])


def _not_compared(figure: FigureView) -> str | None:
    """Return why a figure that is compared is not so this year; None of one that never is."""
    last = figure.last_year
    if last and last.marked:
        return NO_COMPARISON
    return last.printed if last and last.value is None else None


def _day(text: str, *_: str) -> str:
    try:
        return day_printed(date.fromisoformat(text))
    except ValueError:
        raise Unbound("must be a day as YYYY-MM-DD") from None


def _number(kind: str, *value: str) -> str:
    if kind not in KINDS:
        raise Unbound(f"a number is of a kind: {', '.join(KINDS)}")
    put, looks = KINDS[kind]
    text = " ".join(value).strip()
    if not looks.fullmatch(text):
        raise Unbound("is no number of this kind")
    return put.format(text)

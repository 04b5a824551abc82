"""Reads a sentence of a report's source: its text, its bindings, what is bound to nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from libs.common.core.errors import ValidationError

_BINDING: Final = re.compile(r"\{\{(.*?)\}\}")
_BRACES: Final = re.compile(r"[{}]+")
_NUMBER: Final = re.compile(
    r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    r"dozens?|hundreds?|thousands?|half|halves|third|quarters?|twice|doubled?|per ?cent)\b|%",
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"\b(?:increased?|decreased?|rises?|rose|risen|falls?|fell|fallen|grew|grown|up|down|dropped|"
    r"improved|gained|more|fewer|less|better|lower|higher)\b(?:\s+\w+){0,2}\s*$",
    re.IGNORECASE,
)

PLAIN: Final = ("year", "last-year", "day", "number")
"""What is bound in a name: nothing that changes, and no name, which might be itself."""
HEADLINE: Final = (*PLAIN, "name", "aliases", "department-plan")
"""What is bound in a title or heading: no figure, for nobody is asked to look at it again."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding: its words, such as ``figure``, an id and what of it."""

    words: tuple[str, ...]
    line: int
    column: int

    @property
    def text(self) -> str:
        """The binding as it is known again."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence as it is written: text and bindings in turn."""

    text: str
    parts: tuple[str | Bound, ...]

    @property
    def bound(self) -> Iterator[Bound]:
        """Its bindings in their order."""
        return (part for part in self.parts if isinstance(part, Bound))


def fault(code: str, detail: str, line: int, column: int = 1) -> ValidationError:
    """Return what is wrong at a place of the source, without a word of what stands there."""
    return ValidationError(code, f"line {line}, column {column}: {detail}", "/source")


def sentence(lines: Sequence[tuple[int, str]], errors: list[ValidationError]) -> SourceSentence:
    """Read the lines of a sentence; add what is wrong in it to ``errors``."""
    parts: list[str | Bound] = []
    for number, line in lines:
        end = 0
        for one in _BINDING.finditer(line):
            before = line[end : one.start()]
            bound = Bound(tuple(one[1].split()), number, one.start() + 1)
            errors += _unbound(before, number, end)
            errors += _untyped(before, bound)
            parts += [before, bound]
            end = one.end()
        errors += _unbound(line[end:], number, end)
        parts += [line[end:], " "]
    return SourceSentence(" ".join(line.strip() for _, line in lines), tuple(parts))


def _unbound(text: str, line: int, at: int) -> list[ValidationError]:
    detail = "a number is bound to no figure and says not what it is of"
    braces = "a binding is {{ to }}, in one sentence on one line"
    wrong = (("unbound-number", detail, _NUMBER), ("not-a-binding", braces, _BRACES))
    return [
        fault(code, words, line, at + one.start() + 1)
        for code, words, pattern in wrong
        for one in pattern.finditer(text)
    ]


def _untyped(before: str, bound: Bound) -> list[ValidationError]:
    """Find a change that does not say whether it is percentage points or per cent (trap 52)."""
    changes = bound.words[:1] == ("figure",) and bound.words[2:] != ("change",)
    if not changes or not _CHANGE.search(before):
        return []
    detail = "a change is told by {{figure <id> change}}, which says what it is in"
    return [fault("untyped-change", detail, bound.line, bound.column)]


def headline(
    lines: Sequence[tuple[int, str]], may: Sequence[str], errors: list[ValidationError]
) -> SourceSentence:
    """Read what heads or names something, in which only some things are bound."""
    read = sentence(lines, errors)
    detail = f"here only {', '.join(may)} may be bound"
    errors += [
        fault("not-bound-here", detail, one.line, one.column)
        for one in read.bound
        if one.words[:1] and one.words[0] not in may
    ]
    return read

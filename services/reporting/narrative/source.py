"""Reads a report's source: what it says of the service, its sections, sentences and bindings.

TOML between two lines of ``+++``, then Markdown: ``## Heading {#id}`` begins a section, and
``{{figure survey.parents.return_rate}}`` stands for what that figure is printed as.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import pydantic
from pydantic import Field, StringConstraints

from libs.common.core.errors import ValidationError
from libs.common.core.fields import Code, LongText, Strict, Text
from libs.common.core.validation_errors import validation_errors

REQUIRED: Final = ("profile", "vision", "developments", "plan", "future", "contact")
"""The sections that every report has, by their ids; those of its figures it names itself."""

_FENCE: Final = "+++"
_HEADING: Final = re.compile(r"## (?P<words>.+?) \{#(?P<id>[a-z][a-z0-9-]{0,39})\}")
_BINDING: Final = re.compile(r"\{\{(.*?)\}\}")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z{\"“(])")
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

Url = Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9./_~%#?=&-]{3,300}$")]


class DepartmentPlan(Strict):
    """The plan of the department that the service's vision serves, and where it is read."""

    title: Text
    url: Url


class Development(Strict):
    """A development: what it is, how far it is, and what shows that."""

    title: Text
    status: Literal["achieved", "partly-achieved", "under-way", "planned"]
    evidence: LongText


class Told(Strict):
    """What a report says of the service before its first section."""

    name: Text
    aliases: tuple[Text, ...] = Field(max_length=10)
    aim: LongText
    department_plan: DepartmentPlan
    contact: LongText
    summary: tuple[Code, ...] = Field(min_length=1, max_length=50)
    developments: tuple[Development, ...] = Field(min_length=1, max_length=50)
    future: tuple[Development, ...] = Field(min_length=1, max_length=50)


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


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A paragraph, or the items of a list."""

    is_list: bool
    sentences: tuple[SourceSentence, ...]


@dataclass(frozen=True, slots=True)
class SourceSection:
    """A section: its id, heading and blocks."""

    id: str
    heading: str
    blocks: tuple[SourceBlock, ...]


@dataclass(frozen=True)
class Source:
    """A report's source as it was read, with all that is wrong in it."""

    title: str = ""
    told: Told | None = None
    sections: tuple[SourceSection, ...] = ()
    texts: Mapping[str, SourceSentence] = field(default_factory=dict)
    """The title, and what is told before the sections, each by its text as it is written."""
    errors: list[ValidationError] = field(default_factory=list)

    @property
    def sentences(self) -> Iterator[SourceSentence]:
        """Every sentence: those of the sections, then the title and what is told before them."""
        for section in self.sections:
            for block in section.blocks:
                yield from block.sentences
        yield from self.texts.values()


def fault(code: str, detail: str, line: int, column: int = 1) -> ValidationError:
    """Return what is wrong at a place of the source, without a word of what stands there."""
    return ValidationError(code, f"line {line}, column {column}: {detail}", "/source")


def parsed(text: str) -> Source:
    """Read a source; what is wrong in it is in ``errors``, each with its line and column."""
    errors: list[ValidationError] = []
    lines = text.splitlines()
    told, begins = _told(lines, errors)
    title, sections = _sections(lines, begins, errors)
    there = {one.id for one in sections}
    errors += [
        fault("missing-section", f"a section {{#{one}}} is missing", len(lines) or 1)
        for one in REQUIRED
        if one not in there
    ]
    for one in told.summary if told else ():
        if one not in there:
            errors.append(fault("missing-section", f"summary names {one}, which is no section", 1))
    texts = dict(_texts(lines, title, told, errors))
    return Source(title, told, tuple(sections), texts, errors)


def _texts(
    lines: Sequence[str], title: str, told: Told | None, errors: list[ValidationError]
) -> Iterator[tuple[str, SourceSentence]]:
    """Yield the title and what is told before the sections, read as any sentence is."""
    developments = (*told.developments, *told.future) if told else ()
    texts = (title, *((told.aim, told.contact) if told else ()))
    for text in (*texts, *(text for one in developments for text in (one.title, one.evidence))):
        first = text.strip().partition("\n")[0]
        line = next((number for number, one in enumerate(lines, 1) if first in one), 1)
        yield text, _sentence([(line, " ".join(text.split()))], errors)


def _told(lines: Sequence[str], errors: list[ValidationError]) -> tuple[Told | None, int]:
    ends = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:
        errors.append(fault("no-front-matter", "must begin with TOML between two lines of +++", 1))
        return None, 0
    try:
        said = tomllib.loads("\n".join(lines[1 : ends[1]]))
        return Told.model_validate(_tuples(said)), ends[1] + 1
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) + 1 if place else 1
        errors.append(fault("front-matter-not-valid", "is not TOML", line))
    except pydantic.ValidationError as error:
        errors += [
            fault(one.code, f"front matter {one.pointer}: {one.detail}", 1)
            for one in validation_errors(error.errors(), Told)
        ]
    return None, ends[1] + 1


def _tuples(said: object) -> object:
    if isinstance(said, dict):
        return {name: _tuples(one) for name, one in said.items()}
    return tuple(map(_tuples, said)) if isinstance(said, list) else said


def _sections(
    lines: Sequence[str], begins: int, errors: list[ValidationError]
) -> tuple[str, list[SourceSection]]:
    title, sections = "", []
    current: list[tuple[int, str]] = []
    head: re.Match[str] | None = None

    def close() -> None:
        if head is not None:
            blocks = tuple(_blocks(current, errors))
            sections.append(SourceSection(head["id"], head["words"], blocks))

    for number, line in enumerate(lines[begins:], begins + 1):
        if line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("#"):
            close()
            current, head = [], _HEADING.fullmatch(line.strip())
            if head is None:
                errors.append(fault("not-a-heading", "must read ## Words {#id}", number))
        elif head is not None:
            current.append((number, line))
        elif line.strip():
            errors.append(fault("no-section", "text stands in no section", number))
    close()
    return title, sections


def _blocks(
    lines: Sequence[tuple[int, str]], errors: list[ValidationError]
) -> Iterator[SourceBlock]:
    """Yield paragraphs, parted by empty lines, and lists, whose lines begin with a hyphen."""
    group: list[tuple[int, str]] = []
    for number, line in (*lines, (0, "")):
        if line.strip():
            group.append((number, line))
        elif group:
            yield _block(group, errors)
            group = []


def _block(group: Sequence[tuple[int, str]], errors: list[ValidationError]) -> SourceBlock:
    is_list = group[0][1].startswith("- ")
    if is_list:
        items = [[(number, line[2:])] for number, line in group]
        return SourceBlock(True, tuple(_sentence(item, errors) for item in items))
    return SourceBlock(False, tuple(_sentence(one, errors) for one in _parted(group)))


def _parted(group: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines of each sentence; one ends with its mark before a capital, or the block."""
    sentence: list[tuple[int, str]] = []
    for number, line in group:
        parts = _SENTENCE.split(line)
        for part in parts[:-1]:
            yield [*sentence, (number, part)]
            sentence = []
        sentence.append((number, parts[-1]))
        if parts[-1].rstrip().endswith((".", "!", "?")):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _sentence(lines: Sequence[tuple[int, str]], errors: list[ValidationError]) -> SourceSentence:
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
    return [
        fault("unbound-number", detail, line, at + one.start() + 1)
        for one in _NUMBER.finditer(text)
    ]


def _untyped(before: str, bound: Bound) -> list[ValidationError]:
    """Find a change that does not say whether it is percentage points or per cent (trap 52)."""
    changes = bound.words[:1] == ("figure",) and bound.words[2:] != ("change",)
    if not changes or not _CHANGE.search(before):
        return []
    detail = "a change is told by {{figure <id> change}}, which says what it is in"
    return [fault("untyped-change", detail, bound.line, bound.column)]


def faults(source: Source, known: Callable[[tuple[str, ...]], str]) -> list[ValidationError]:
    """Return all that is wrong: what was read, and bindings to what there is not.

    ``known`` says of a binding's words why they bind to nothing; empty where they do.
    """
    unknown = [
        fault("unknown-binding", why, one.line, one.column)
        for sentence in source.sentences
        for one in sentence.bound
        if (why := known(one.words))
    ]
    return [*source.errors, *unknown]

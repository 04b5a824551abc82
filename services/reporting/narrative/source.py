"""Reads a report's source: what it says of the service, its sections, sentences and bindings.

TOML between two lines of ``+++``, then Markdown: ``## Heading {#id}`` begins a section, and
``{{figure survey.parents.return_rate}}`` stands for what that figure is printed as.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pydantic

from libs.common.core.errors import ValidationError
from libs.common.core.validation_errors import validation_errors
from services.reporting.narrative.sentences import (
    HEADLINE,
    PLAIN,
    SourceSentence,
    fault,
    headline,
    sentence,
)
from services.reporting.narrative.told import Told

REQUIRED: Final = ("profile", "vision", "developments", "plan", "future", "contact")
"""The sections that every report has, by their ids; those of its figures it names itself."""

_FENCE: Final = "+++"
_HEADING: Final = re.compile(r"## (?P<words>.+?) \{#(?P<id>[a-z][a-z0-9-]{0,39})\}")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z{\"“(])")


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A paragraph, or the items of a list."""

    is_list: bool
    sentences: tuple[SourceSentence, ...]


@dataclass(frozen=True, slots=True)
class SourceSection:
    """A section: its id, the line that it begins at, its heading and blocks."""

    id: str
    line: int
    heading: SourceSentence
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
            yield section.heading
            for block in section.blocks:
                yield from block.sentences
        yield from self.texts.values()


def parsed(text: str) -> Source:
    """Read a source; what is wrong in it is in ``errors``, each with its line and column."""
    errors: list[ValidationError] = []
    lines = text.splitlines()
    told, begins = _told(lines, errors)
    title, sections = _sections(lines, begins, errors)
    if not title:
        errors.append(fault("missing-title", "a title is missing: # Words", begins + 1))
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
    names = (told.name, *told.aliases, told.department_plan.title) if told else ()
    texts = (told.aim, told.contact, *(one.evidence for one in developments)) if told else ()
    for text in texts:
        yield text, sentence(_placed(lines, text), errors)
    for text in (title, *(one.title for one in developments)):
        yield text, headline(_placed(lines, text), HEADLINE, errors)
    for text in names:
        yield text, headline(_placed(lines, text), PLAIN, errors)


def _placed(lines: Sequence[str], text: str) -> list[tuple[int, str]]:
    first = text.strip().partition("\n")[0]
    line = next((number for number, one in enumerate(lines, 1) if first in one), 1)
    return [(line, " ".join(text.split()))]


def _told(lines: Sequence[str], errors: list[ValidationError]) -> tuple[Told | None, int]:
    ends = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:
        errors.append(fault("no-front-matter", "must begin with TOML between two lines of +++", 1))
        return None, 0
    try:
        said = tomllib.loads("\n".join(lines[1 : ends[1]]))
        return Told.model_validate(_tuples(said)), ends[1] + 1
    except pydantic.ValidationError as error:
        errors += [
            fault(one.code, f"front matter {one.pointer}: {one.detail}", 1)
            for one in validation_errors(error.errors(), Told)
        ]
    except (ValueError, RecursionError) as error:  # an endless number, arrays without end
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) + 1 if place else 1
        errors.append(fault("front-matter-not-valid", "is not TOML that can be read", line))
    return None, ends[1] + 1


def _tuples(said: object) -> object:
    if isinstance(said, dict):
        return {name: _tuples(one) for name, one in said.items()}
    return tuple(map(_tuples, said)) if isinstance(said, list) else said


def _sections(
    lines: Sequence[str], begins: int, errors: list[ValidationError]
) -> tuple[str, list[SourceSection]]:
    title = ""
    sections: list[SourceSection] = []
    current: list[tuple[int, str]] = []
    head: tuple[int, re.Match[str]] | None = None

    def close() -> None:
        if head is not None:
            sections.append(_section(*head, current, errors))

    for number, line in enumerate(lines[begins:], begins + 1):
        if line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("#"):
            close()
            current, head = [], _head(number, line, errors)
        elif head is not None:
            current.append((number, line))
        elif line.strip():
            errors.append(fault("no-section", "text stands in no section", number))
    close()
    ids = [one.id for one in sections]
    errors += [
        fault("repeated", f"a section {{#{one.id}}} stands before", one.line)
        for at, one in enumerate(sections)
        if one.id in ids[:at]
    ]
    return title, sections


def _head(
    number: int, line: str, errors: list[ValidationError]
) -> tuple[int, re.Match[str]] | None:
    if found := _HEADING.fullmatch(line.strip()):
        return number, found
    errors.append(fault("not-a-heading", "must read ## Words {#id}", number))
    return None


def _section(
    number: int,
    head: re.Match[str],
    lines: Sequence[tuple[int, str]],
    errors: list[ValidationError],
) -> SourceSection:
    placed = " " * head.start("words") + head["words"]
    heading = headline([(number, placed)], HEADLINE, errors)
    return SourceSection(head["id"], number, heading, tuple(_blocks(lines, errors)))


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
        return SourceBlock(True, tuple(sentence(one, errors) for one in _items(group)))
    return SourceBlock(False, tuple(sentence(one, errors) for one in _parted(group)))


def _items(group: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Return the lines of each item of a list; a line without a hyphen goes on with its item."""
    items: list[list[tuple[int, str]]] = []
    for number, line in group:
        if line.startswith("- "):
            items.append([(number, line.replace("-", " ", 1))])
        else:
            items[-1].append((number, line))
    return items


def _parted(group: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines of each sentence; one ends with its mark before a capital, or the block."""
    sentence: list[tuple[int, str]] = []
    for number, line in group:
        parts = [*_parts(line)]
        for part in parts[:-1]:
            yield [*sentence, (number, part)]
            sentence = []
        sentence.append((number, parts[-1]))
        if parts[-1].rstrip().endswith((".", "!", "?")):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _parts(line: str) -> Iterator[str]:
    """Yield what of a line is of each sentence, at the column at which it stands."""
    begins = 0
    for gap in _SENTENCE.finditer(line):
        yield " " * begins + line[begins : gap.start()]
        begins = gap.end()
    yield " " * begins + line[begins:]


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

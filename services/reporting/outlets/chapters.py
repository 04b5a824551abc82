"""The report in words as it is read: chapters of passages, the same on a page and on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.reporting.narrative import Narrative, Sentence
from services.reporting.narrative.compiling import Block, DevelopmentView, PriorityView


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A paragraph of sentences, a list, or texts that each have a name.

    They are in Markdown, or plain where they come from records.
    """

    kind: Literal["paragraph", "list", "named"]
    texts: Sequence[str] = ()
    named: Sequence[tuple[str, str]] = ()
    is_markdown: bool = True


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A section of the report in words."""

    id: str
    heading: str
    passages: Sequence[Passage]


def chapters(words: Narrative) -> Iterator[Chapter]:
    """Yield the report's sections in words; what has nothing to say is left out of them."""
    for section in words.sections:
        found = [_passage(block, words) for block in section.blocks]
        passages = [one for one in found if one.texts or one.named]
        yield Chapter(id=section.id, heading=section.heading, passages=passages)


def _passage(block: Block, words: Narrative) -> Passage:
    """Return what a block says or, where it stands for records, what those say."""
    match block.kind:
        case "list":
            found = Passage(kind="list", texts=[one.text for one in block.sentences])
        case "developments":
            found = _developments(words.developments)
        case "future":
            found = _developments(words.future)
        case "plan":
            named = [(one.code, _priority(one)) for one in words.plan]
            found = Passage(kind="named", named=named, is_markdown=False)
        case "aim":
            found = _paragraph([words.aim])
        case "contact":
            found = _paragraph([words.contact])
        case _:
            found = _paragraph(block.sentences)
    return found


def _paragraph(sentences: Sequence[Sentence]) -> Passage:
    return Passage(kind="paragraph", texts=[one.text for one in sentences])


def _developments(of: Sequence[DevelopmentView]) -> Passage:
    named = [(one.title, f"{one.status.replace('-', ' ')}. {one.evidence.text}") for one in of]
    return Passage(kind="named", named=named)


def _priority(one: PriorityView) -> str:
    return f"{one.words} {one.owner}: {one.status.replace('-', ' ')}, {one.status_on}."

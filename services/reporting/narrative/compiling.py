"""Puts a report's source and its figures together: sections of sentences that say what is bound."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel

from services.reporting.narrative.bindings import BLOCKS, Figures
from services.reporting.narrative.sentences import SourceSentence
from services.reporting.narrative.source import Source, SourceBlock
from services.reporting.narrative.told import Development

Looked = Mapping[str, Mapping[str, str]]
"""By sentence as it is written, what each binding was printed as when somebody last looked."""


class Sentence(BaseModel):
    """A sentence as it is printed, in Markdown, and what is bound in it.

    It is ``changed`` where a figure in it is printed otherwise than when somebody last looked.
    """

    text: str
    bound: dict[str, str]
    changed: bool


BlockKind = Literal[
    "paragraph", "list", "plan", "developments", "future", "aim", "contact", "comments"
]


class Block(BaseModel):
    """A paragraph or a list; or what is put together from records: the plan, comments."""

    kind: BlockKind
    theme: str | None
    sentences: list[Sentence]


class Section(BaseModel):
    """A section of the report. The summary is those that say so."""

    id: str
    heading: str
    in_summary: bool
    blocks: list[Block]


class DevelopmentView(BaseModel):
    """A development, its status and its evidence."""

    title: str
    status: str
    evidence: Sentence


class PriorityView(BaseModel):
    """A priority of the Service Plan, who answers for it, and how far it was on a day."""

    code: str
    words: str
    owner: str
    status: str
    status_on: str


class Narrative(BaseModel):
    """The report in words: full, with the summary as those of its sections that are in it."""

    title: str
    name: str
    aliases: list[str]
    aim: Sentence
    department_plan: dict[str, str]
    contact: Sentence
    sections: list[Section]
    developments: list[DevelopmentView]
    future: list[DevelopmentView]
    plan: list[PriorityView]

    @property
    def changed(self) -> list[Sentence]:
        """The sentences in which a figure changed since somebody looked."""
        return [one for one in self._sentences() if one.changed]

    def _sentences(self) -> Iterator[Sentence]:
        for section in self.sections:
            for block in section.blocks:
                yield from block.sentences
        yield from (self.aim, self.contact)
        yield from (one.evidence for one in (*self.developments, *self.future))


def compiled(
    source: Source, figures: Figures, looked: Looked, plan: Iterable[PriorityView]
) -> Narrative:
    """Put a source that has no faults together with a year's figures."""
    told = source.told
    assert told is not None
    said: dict[str, str] = {}

    def put(text: str) -> Sentence:
        return _sentence(source.texts[text], figures, looked, said)

    name, plan_title = put(told.name).text, put(told.department_plan.title).text
    aliases = [put(one).text for one in told.aliases]
    said |= {
        "name": name,
        "aliases": ", ".join(aliases),
        "department-plan": f"[{plan_title}]({told.department_plan.url})",
    }

    def developments(of: Iterable[Development]) -> list[DevelopmentView]:
        return [
            DevelopmentView(
                title=put(one.title).text, status=one.status, evidence=put(one.evidence)
            )
            for one in of
        ]

    return Narrative(
        title=put(source.title).text,
        name=name,
        aliases=aliases,
        aim=put(told.aim),
        department_plan={"title": plan_title, "url": told.department_plan.url},
        contact=put(told.contact),
        sections=[
            Section(
                id=one.id,
                heading=_sentence(one.heading, figures, looked, said).text,
                in_summary=one.id in told.summary,
                blocks=[_block(block, figures, looked, said) for block in one.blocks],
            )
            for one in source.sections
        ],
        developments=developments(told.developments),
        future=developments(told.future),
        plan=[*plan],
    )


def now(source: Source, figures: Figures) -> dict[str, dict[str, str]]:
    """Return what every binding is printed as now, by sentence: what somebody looks at."""
    return {one.text: _bound(one, figures) for one in source.sentences}


def _bound(sentence: SourceSentence, figures: Figures) -> dict[str, str]:
    """Return what of a sentence may change by itself: its figures and statements."""
    return {
        one.text: figures.text(one.words, {})
        for one in sentence.bound
        if one.words[0] in {"figure", "statement"}
    }


def _block(block: SourceBlock, figures: Figures, looked: Looked, said: Mapping[str, str]) -> Block:
    [first, *more] = block.sentences
    bound = [*first.bound]
    if len(bound) == 1 and not more and bound[0].words[0] in BLOCKS:
        kind, *theme = bound[0].words
        return Block.model_validate(
            {"kind": kind, "theme": theme[0] if theme else None, "sentences": []}
        )
    sentences = [_sentence(one, figures, looked, said) for one in block.sentences]
    return Block(kind="list" if block.is_list else "paragraph", theme=None, sentences=sentences)


def _sentence(
    sentence: SourceSentence, figures: Figures, looked: Looked, said: Mapping[str, str]
) -> Sentence:
    text = "".join(
        part if isinstance(part, str) else figures.text(part.words, said) for part in sentence.parts
    )
    bound = _bound(sentence, figures)
    changed = looked.get(sentence.text, bound) != bound
    return Sentence(text=" ".join(text.split()), bound=bound, changed=changed)

"""The format of a questionnaire: sections of questions, every text by language.

What may stand in it is here; what must agree within it is in `checks`. A question that keeps its
trend key is compared with the years before; one that may not be has another key (trap 51).
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated

from pydantic import Field, StringConstraints

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Code, LongText, Strict, StrictBool, StrictInt64, Text, form
from services.survey.questionnaires.codes import UNITS, ItemType, Unit
from services.survey.questionnaires.languages import LanguageCode

_ID = form(
    r"^[a-z][a-z0-9_]{0,39}$",
    "1 to 40 small letters, digits and _ that begin with a letter",
)
ItemId = Annotated[str, StringConstraints(pattern=_ID)]
Texts = dict[LanguageCode, Text]
"""A text in each language that it was translated into; English is always there."""
Version = Annotated[StrictInt64, Field(ge=1, le=1_000)]
ReadingAge = Annotated[StrictInt64, Field(ge=5, le=25)]


class Choice(Strict):
    """An answer that is offered: kept and published by its code, shown by its words.

    ``easy`` are easier words, ``spoken`` what is said of its ``picture`` where that is not the
    words.
    """

    value: Code
    words: Texts
    easy: Texts | None = None
    spoken: Texts | None = None
    picture: Code | None = None


class Condition(Strict):
    """That an earlier question was answered with one of these."""

    question: ItemId
    answered: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]


class Item(Strict):
    """A question: its wording, what may be answered, when it is shown, the trend it belongs to.

    It is shown where all of ``shown_if`` hold. ``asks_to_quote``: whether what is written may be
    quoted. ``opens_action``: what is written is something asked for, about which somebody does
    something and tells who asked. ``equivalence`` says why answers may be compared although the
    wording is another than the one published before under the same trend key.
    """

    id: ItemId
    type: ItemType
    wording: Texts
    easy: Texts | None = None
    spoken: Texts | None = None
    picture: Code | None = None
    values: Annotated[tuple[Choice, ...], Field(max_length=50)] = ()
    not_applicable: StrictBool = False
    required: StrictBool = False
    asks_to_quote: StrictBool = False
    opens_action: StrictBool = False
    shown_if: Annotated[tuple[Condition, ...], Field(max_length=10)] = ()
    trend_key: Code | None = None
    equivalence: LongText | None = None

    @property
    def coded(self) -> bool:
        """Whether its answer is a code; free text is not, and never leaves the service."""
        return self.type != "free_text"

    @property
    def several(self) -> bool:
        """Whether several of its answers may be chosen."""
        return self.type == "multi_select"

    @property
    def fields(self) -> int:
        """How many fields a page has for it: one, or one for each that may be ticked."""
        return len(self.values) + self.not_applicable if self.several else 1 + self.asks_to_quote

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the answers offered."""
        return frozenset(choice.value for choice in self.values)


class Section(Strict):
    """Questions that belong together, with a heading or without."""

    id: ItemId
    title: Texts | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=100)]


class Definition(Strict):
    """What a version of a questionnaire says: for whom it is, and its questions by section."""

    audience: Audience
    title: Texts
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=30)]

    @property
    def items(self) -> tuple[Item, ...]:
        """The questions in their order."""
        return tuple(chain.from_iterable(section.items for section in self.sections))

    @property
    def unit(self) -> Unit:
        """To whom one goes."""
        return UNITS[self.audience]

    def item(self, id_: str) -> Item | None:
        """Return a question by its id."""
        return next((item for item in self.items if item.id == id_), None)

    def texts(self) -> Iterator[tuple[str, Texts]]:
        """Yield every text that has to be translated, with its JSON pointer; no easier ones."""
        yield "/title", self.title
        for place, item in self.placed():
            yield f"{place}/wording", item.wording
            for number, choice in enumerate(item.values):
                yield f"{place}/values/{number}/words", choice.words
        for number, section in enumerate(self.sections):
            if section.title is not None:
                yield f"/sections/{number}/title", section.title

    def placed(self) -> Iterator[tuple[str, Item]]:
        """Yield the questions in their order, each with its JSON pointer."""
        for outer, section in enumerate(self.sections):
            for inner, item in enumerate(section.items):
                yield f"/sections/{outer}/items/{inner}", item


class Questionnaire(Definition):
    """A questionnaire in a version, with the age at which somebody reads it: see `reading_age`."""

    questionnaire: Code
    version: Version
    reading_age: ReadingAge
    easy_reading_age: ReadingAge | None = None

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.questionnaire}.v{self.version}"


def in_english(texts: Texts) -> str:
    """Return a text in English, which every text has."""
    return texts["en"]


def untranslated(definition: Definition) -> Mapping[str, int]:
    """Return how many texts are missing, by each language that some are in: 0 if none is."""
    texts = [text for _, text in definition.texts()]
    begun = sorted({language for text in texts for language in text})
    return {language: sum(language not in text for text in texts) for language in begun}

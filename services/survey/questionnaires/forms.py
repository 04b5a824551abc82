"""A questionnaire as somebody is asked it: in one language, plain or easy to read."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel

from libs.common.contracts.survey import Audience, RespondentUnit
from libs.common.core.fields import Code, of_form
from services.survey.questionnaires.codes import ItemType, RecipientId
from services.survey.questionnaires.definition import (
    Choice,
    Condition,
    Item,
    ItemId,
    Questionnaire,
    Section,
    Texts,
    in_english,
    untranslated,
)
from services.survey.questionnaires.languages import (
    ENGLISH,
    LANGUAGES,
    PSEUDO,
    Direction,
    nearest,
    pseudo,
)
from services.survey.questionnaires.pictures import PICTURES

CodeShown = Annotated[str, of_form(Code)]
ItemIdShown = Annotated[str, of_form(ItemId)]


class FormChoice(BaseModel):
    """An answer that is offered; ``spoken`` is what is said of it aloud or of its picture.

    Both are in ``language``: where what is said is not translated, it is the words.
    """

    value: str
    words: str
    language: str
    spoken: str
    picture: CodeShown | None


class FormItem(BaseModel):
    """A question; ``language`` is that of its words, English where they are not translated."""

    id: ItemIdShown
    section: str
    type: ItemType
    wording: str
    language: str
    spoken: str
    picture: CodeShown | None
    values: list[FormChoice]
    not_applicable: bool
    required: bool
    asks_to_quote: bool
    opens_action: bool
    shown_if: list[Condition]
    trend_key: CodeShown | None


class FormSection(BaseModel):
    """A section's heading, if it has one; its questions name it."""

    id: ItemIdShown
    title: str | None


class OfferedLanguage(BaseModel):
    """A language in which nothing is missing: its code, its own name, which way it runs."""

    code: str
    name: str
    direction: Direction

    @classmethod
    def of(cls, code: str) -> "OfferedLanguage":
        """Return a language by its code."""
        return cls(code=code, **LANGUAGES[code]._asdict())


class Form(BaseModel):
    """A questionnaire in a version and a language; ``easy`` of the easier words where there are.

    ``pictures`` has the SVG of each picture that is named in it. ``reading_age`` is that of the
    English words shown, in years.
    """

    questionnaire: CodeShown
    version: int
    audience: Audience
    respondent_unit: RespondentUnit
    recipient_ids: list[RecipientId]
    language: str
    direction: Direction
    easy: bool
    languages: list[OfferedLanguage]
    reading_age: int
    title: str
    sections: list[FormSection]
    items: list[FormItem]
    pictures: dict[str, str]


def resolved(definition: Questionnaire, language: str = ENGLISH, *, easy: bool = False) -> Form:
    """Return a questionnaire in a language, or the nearest there is, plain or easy to read.

    Every text falls back to English by itself; an easier one that is not translated, to the plain
    one that is. Pages and front-ends show nothing else than what is here.
    """
    words = _Words(nearest(language), easy=easy)
    items = [_item(words, one.id, item) for one in definition.sections for item in one.items]
    unit = definition.unit
    return Form(
        questionnaire=definition.questionnaire,
        version=definition.version,
        audience=definition.audience,
        respondent_unit=unit.respondent_unit,
        recipient_ids=list(unit.recipient_ids),
        language=words.language,
        direction=LANGUAGES[words.language].direction,
        easy=easy,
        languages=[*offered(definition)],
        reading_age=(definition.easy_reading_age if easy else None) or definition.reading_age,
        title=words.of(definition.title)[0],
        sections=[_section(words, section) for section in definition.sections],
        items=items,
        pictures={name: PICTURES[name] for name in sorted({*_named(items)})},
    )


class _Words:
    """Chooses the text of a language, plain or easy."""

    def __init__(self, language: str, *, easy: bool) -> None:
        self.language, self._easy = language, easy

    def of(self, texts: Texts, easier: Texts | None = None) -> tuple[str, str]:
        """Return a text and the language that it is in."""
        tried = [easier, texts] if self._easy and easier else [texts]
        if self.language == PSEUDO:
            return pseudo(in_english(tried[0])), PSEUDO
        for one in tried:
            if self.language in one:
                return one[self.language], self.language
        return in_english(tried[0]), ENGLISH

    def spoken(self, texts: Texts | None, words: str, language: str) -> str:
        """Return what is said of words, in their own language; where nothing is, the words."""
        found, its = self.of(texts) if texts else (words, language)
        return found if its == language else words


def _section(words: _Words, section: Section) -> FormSection:
    title = words.of(section.title)[0] if section.title else None
    return FormSection(id=section.id, title=title)


def _item(words: _Words, section: str, item: Item) -> FormItem:
    wording, language = words.of(item.wording, item.easy)
    return FormItem(
        id=item.id,
        section=section,
        type=item.type,
        wording=wording,
        language=language,
        spoken=words.spoken(item.spoken, wording, language),
        picture=item.picture,
        values=[_choice(words, choice) for choice in item.values],
        not_applicable=item.not_applicable,
        required=item.required,
        asks_to_quote=item.asks_to_quote,
        opens_action=item.opens_action,
        shown_if=list(item.shown_if),
        trend_key=item.trend_key,
    )


def _choice(words: _Words, choice: Choice) -> FormChoice:
    said, language = words.of(choice.words, choice.easy)
    return FormChoice(
        value=choice.value,
        words=said,
        language=language,
        spoken=words.spoken(choice.spoken, said, language),
        picture=choice.picture,
    )


def _named(items: list[FormItem]) -> Iterator[str]:
    for one in items:
        pictures = (one.picture, *(choice.picture for choice in one.values))
        yield from (picture for picture in pictures if picture)


def offered(definition: Questionnaire) -> Iterator[OfferedLanguage]:
    """Yield the languages in which nothing is missing: the pseudo-language is never offered."""
    for code, missing in untranslated(definition).items():
        if not missing:
            yield OfferedLanguage.of(code)


Given = Mapping[str, frozenset[str]]
"""The codes with which each question was answered."""


def shown(definition: Questionnaire, given: Given) -> frozenset[str]:
    """Return the ids of the questions that are shown to who gave these answers.

    An answer to a question that is not shown itself shows none.
    """
    found: set[str] = set()
    for item in definition.items:
        if all(
            one.question in found and given.get(one.question, frozenset()) & {*one.answered}
            for one in item.shown_if
        ):
            found.add(item.id)
    return frozenset(found)

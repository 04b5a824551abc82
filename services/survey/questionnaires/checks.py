"""What must agree within a questionnaire, and with those published before: all faults at once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from libs.common.core.errors import ValidationError as Fault
from services.survey.questionnaires.codes import OFFERED
from services.survey.questionnaires.definition import (
    Condition,
    Definition,
    Item,
    Questionnaire,
    Texts,
    in_english,
)
from services.survey.questionnaires.languages import ENGLISH
from services.survey.questionnaires.pictures import PICTURES

MOST_QUESTIONS: Final = 100
"""As many answers as a response takes."""
MOST_FIELDS: Final = 180
"""A form that is posted has 200 at the most, a few of them the page's own."""
MOST_TEXTS: Final = 20


def faults_of(definition: Definition) -> list[Fault]:
    """Return all that is wrong with a definition by itself, each fault at its place."""
    faults = [*_without_english(definition), *_repeated(definition), *_too_many(definition)]
    earlier: dict[str, Item] = {}
    for place, item in definition.placed():
        faults += _of_values(item, place)
        faults += _of_what_is_asked(item, place, of_children=definition.audience == "children")
        for number, condition in enumerate(item.shown_if):
            faults += _of_condition(condition, earlier, f"{place}/shown_if/{number}")
        earlier.setdefault(item.id, item)
    faults += _unknown_pictures(definition)
    if not any(item.coded for item in definition.items):
        faults.append(Fault("no-coded-question", "No question has coded answers.", "/sections"))
    return faults


def _all_texts(definition: Definition) -> Iterator[tuple[str, Texts]]:
    yield from definition.texts()
    for place, part in _parts(definition):
        for name in ("easy", "spoken"):
            if (texts := getattr(part, name)) is not None:
                yield f"{place}/{name}", texts


def _parts(definition: Definition) -> Iterator[tuple[str, object]]:
    for place, item in definition.placed():
        yield place, item
        for number, choice in enumerate(item.values):
            yield f"{place}/values/{number}", choice


def _without_english(definition: Definition) -> Iterator[Fault]:
    for place, texts in _all_texts(definition):
        if ENGLISH not in texts:
            yield Fault("missing", "Every text is there in English.", f"{place}/{ENGLISH}")


def _repeated(definition: Definition) -> Iterator[Fault]:
    placed = [*definition.placed()]
    sections = ((f"/sections/{n}/id", one.id) for n, one in enumerate(definition.sections))
    yield from _twice(sections)
    yield from _twice((f"{place}/id", item.id) for place, item in placed)
    yield from _twice((f"{p}/trend_key", item.trend_key) for p, item in placed if item.trend_key)
    for place, item in placed:
        values = ((f"{place}/values/{n}/value", one.value) for n, one in enumerate(item.values))
        yield from _twice(values)


def _twice(named: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    places = [*named]
    many = Counter(name for _, name in places)
    seen: set[str] = set()
    for place, name in places:
        if many[name] > 1 and name in seen:
            yield Fault("repeated", "It is there twice.", place)
        seen.add(name)


def _too_many(definition: Definition) -> Iterator[Fault]:
    """What is too long for a page could be published and never be sent."""
    items = definition.items
    texts = sum(not item.coded for item in items)
    for number, most, what in (
        (len(items), MOST_QUESTIONS, "questions"),
        (sum(item.fields for item in items), MOST_FIELDS, "fields, one for each that is ticked"),
        (texts, MOST_TEXTS, "questions of free text"),
    ):
        if number > most:
            detail = f"A page takes {most} {what}, and these are {number}."
            yield Fault("too-long", detail, "/sections")


def _of_values(item: Item, place: str) -> Iterator[Fault]:
    offered = OFFERED[item.type]
    if offered is not None and not item.codes <= offered:
        known = ", ".join(sorted(offered)) or "no value"
        detail = f"A question of this kind offers {known}."
        yield Fault("not-of-its-kind", detail, f"{place}/values")
    if item.coded and not item.values:
        yield Fault("missing", "A question of this kind offers values.", f"{place}/values")
    if item.coded and not item.trend_key:
        yield Fault("missing", "A coded question has a trend key.", f"{place}/trend_key")
    if not item.coded and item.trend_key:
        yield Fault("not-of-its-kind", "Free text has no trend key.", f"{place}/trend_key")


def _of_what_is_asked(item: Item, place: str, *, of_children: bool) -> Iterator[Fault]:
    if item.asks_to_quote and item.coded:
        detail = "Only what is written in free text may be quoted."
        yield Fault("not-of-its-kind", detail, f"{place}/asks_to_quote")
    if item.opens_action and item.coded:
        detail = "Only what is written in free text opens an action."
        yield Fault("not-of-its-kind", detail, f"{place}/opens_action")
    if item.required and of_children:
        detail = "A child may always leave a question out."
        yield Fault("required-of-a-child", detail, f"{place}/required")


def _of_condition(condition: Condition, earlier: dict[str, Item], place: str) -> Iterator[Fault]:
    """A question is shown for answers to earlier ones alone, so that nothing goes in a circle."""
    asked = earlier.get(condition.question)
    if asked is None:
        detail = "There is no such question before this one."
        yield Fault("not-asked-before", detail, f"{place}/question")
    elif not {*condition.answered} <= asked.codes:
        detail = "That question does not offer this answer."
        yield Fault("not-offered", detail, f"{place}/answered")


def _unknown_pictures(definition: Definition) -> Iterator[Fault]:
    for place, part in _parts(definition):
        picture = getattr(part, "picture", None)
        if picture is not None and picture not in PICTURES:
            known = ", ".join(sorted(PICTURES))
            yield Fault("unknown-picture", f"The pictures are {known}.", f"{place}/picture")


def faults_of_draft(
    definition: Definition, name: str, bank: Iterable[Questionnaire]
) -> list[Fault]:
    """Return all that is wrong with a draft, beside what was published before it.

    ``bank`` is everything published, the earliest first: a question that is asked again under its
    trend key has its id and its answers, and its wording or a reason why another is as good.
    """
    published = [*bank]
    faults = faults_of(definition)
    same = [one for one in published if one.questionnaire == name]
    if any(one.audience != definition.audience for one in same):
        detail = "The versions before are for another audience."
        faults.append(Fault("another-audience", detail, "/audience"))
    latest = {item.trend_key: item for one in published for item in one.items if item.trend_key}
    for place, item in definition.placed():
        faults += _two_in_one(item, place)
        if item.trend_key in latest:
            faults += _of_trend(item, latest[item.trend_key], place)
        elif item.equivalence:
            detail = "Nothing was published under this trend key."
            faults.append(Fault("not-asked-before", detail, f"{place}/equivalence"))
    return faults


def _two_in_one(item: Item, place: str) -> Iterator[Fault]:
    """What makes somebody proud and what would help them are two questions."""
    if item.wording.get(ENGLISH, "").count("?") > 1:
        detail = "Two questions in one cannot be told apart in the answer: ask each by itself."
        yield Fault("two-questions", detail, f"{place}/wording/{ENGLISH}")


def _of_trend(item: Item, before: Item, place: str) -> Iterator[Fault]:
    if (item.id, item.type, item.codes) != (before.id, before.type, before.codes):
        detail = "Under this trend key is a question of another id, kind or answers."
        yield Fault("another-scale", detail, f"{place}/trend_key")
    reworded = is_reworded(item, before)
    if reworded and not item.equivalence:
        detail = "The wording is another: say why answers compare, or choose another trend key."
        yield Fault("reworded", detail, f"{place}/equivalence")
    if item.equivalence and not reworded:
        detail = "The wording is as before: there is nothing to say of how answers compare."
        yield Fault("not-reworded", detail, f"{place}/equivalence")


def is_reworded(item: Item, before: Item) -> bool:
    """Say whether a question's English wording is another than before."""
    return item.wording.get(ENGLISH, "") != in_english(before.wording)

"""What a page asks, and what came back of it: the one place that knows how a questionnaire is made.

Pages, and what they take in, go by `questions_of` and `read_answers` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, get_args

from markupsafe import Markup
from pydantic import ValidationError

from libs.common.contracts.survey import AssistedBy, Help
from services.survey.asking.words import Voice
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import Form, FormItem, resolved, shown
from services.survey.responses.answers import Answered, errors_of, left_out

DOES_NOT_APPLY: Final = "not-applicable"
CHOSEN: Final = "yes"
"""What a box that is ticked sends."""
_MOST: Final = 4_000
HELPERS: Final[tuple[AssistedBy, ...]] = get_args(AssistedBy)
"""Who may have helped a child to answer (domain brief 8.8)."""
WAYS_TO_HELP: Final[tuple[Help, ...]] = get_args(Help)
FIELDS_OF_HELP: Final = frozenset({"helped", "help"})
"""The fields of who helped, and how."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a page asks it, and the names of the fields in which it is answered."""

    item: FormItem

    @property
    def id(self) -> str:
        """By what it is known."""
        return self.item.id

    @property
    def several(self) -> bool:
        """Whether several of its answers may be chosen."""
        return self.item.type == "multi_select"

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen, by its codes; nothing, where it is answered in words."""
        codes = tuple(one.value for one in self.item.values)
        return (*codes, DOES_NOT_APPLY) if self.item.not_applicable else codes

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"q-{self.id}"

    def box(self, value: str) -> str:
        """The name of the field of one of several answers."""
        return f"{self.field}--{value}"

    @property
    def quote(self) -> str:
        """The name of the field that says whether what was written may be quoted."""
        return f"{self.field}--quote"

    @property
    def fields(self) -> frozenset[str]:
        """The names of all its fields."""
        boxes = {self.box(value) for value in self.choices} if self.several else {self.field}
        return frozenset(boxes | ({self.quote} if self.item.asks_to_quote else set()))

    def given(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Return what was chosen, or written, in a form's fields."""
        if self.several:
            return tuple(one for one in self.choices if fields.get(self.box(one)) == CHOSEN)
        said = fields.get(self.field, "").replace("\r\n", "\n").strip()
        return (said,) if said else ()

    def may_quote(self, fields: Mapping[str, str]) -> bool | None:
        """Return whether what was written may be quoted; None where that was not answered."""
        said = fields.get(self.quote) if self.item.asks_to_quote else None
        return said == CHOSEN if said else None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer: at which field, and by which words a page says so."""

    field: str
    said: str
    values: Mapping[str, object] | None = None

    def told(self, voice: Voice) -> Markup:
        """Return it as a page says it."""
        return voice.say(self.said, **(self.values or {}))


def questions_of(
    form: Questionnaire, fields: Mapping[str, str], shown_as: Form | None = None
) -> tuple[Question, ...]:
    """Return what a questionnaire asks who gave these answers, in its order.

    ``shown_as`` is the questionnaire in a language; in English unless it is given.
    """
    every = tuple(map(Question, (shown_as or resolved(form)).items))
    visible = shown(form, {one.id: frozenset(one.given(fields)) for one in every if one.choices})
    return tuple(one for one in every if one.id in visible)


def minutes_of(form: Questionnaire) -> int:
    """Return how many minutes it takes: 20 seconds for a choice and two minutes for words."""
    return ceil(sum(20 if one.choices else 120 for one in questions_of(form, {})) / 60)


def read_answers(
    form: Questionnaire, fields: Mapping[str, str]
) -> tuple[tuple[Answered, ...], list[Fault]]:
    """Return the answers in a form's fields, and everything that is wrong with them.

    ``fields`` are those of questions alone. Of a text the lines end as they are kept. Answers to
    questions that the others lead to no longer are left out.
    """
    english = resolved(form)
    known = {name for item in english.items for name in Question(item).fields}
    faults = [Fault("", "fault.not-asked")] if fields.keys() - known else []
    answers: list[Answered] = []
    asked = questions_of(form, fields, english)
    for question in asked:
        _read(question, fields, answers, faults)
    return tuple(answers), [*faults, *_of_answers(form, asked, answers)]


def _read(
    question: Question,
    fields: Mapping[str, str],
    answers: list[Answered],
    faults: list[Fault],
) -> None:
    given = question.given(fields)
    if not given:
        return
    try:
        answers.append(Answered(question=question.id, **_said(question, given, fields)))
    except ValidationError:
        faults.append(text_fault(question.field, given[0]))


def _said(question: Question, given: Sequence[str], fields: Mapping[str, str]) -> dict[str, Any]:
    if question.choices and DOES_NOT_APPLY in given:
        return {"state": "not-applicable"}
    said = {"values": given} if question.several else {"value": given[0]}
    return {"state": "answered", **said, "may_quote": question.may_quote(fields)}


def text_fault(field: str, text: str) -> Fault:
    """Return what is wrong with a text that is not taken."""
    if len(text) > _MOST:
        values = {"many": f"{len(text):,}", "most": f"{_MOST:,}"}
        return Fault(field, "fault.too-long", values)
    return Fault(field, "fault.unreadable")


def _of_answers(
    form: Questionnaire, asked: Sequence[Question], answers: Sequence[Answered]
) -> Iterator[Fault]:
    at = {one.id: one.field for one in asked}
    for item in left_out(form, answers):
        yield Fault(at[item.id], "fault.missing")
    for error in errors_of(form, answers):
        field_at = at[answers[int(error.pointer.split("/")[2])].question]
        yield Fault(field_at, "fault.not-offered")


# -- who helped, and how --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Helped:
    """Who helped, and how, if that is told."""

    by: AssistedBy = "none"
    how: Help | None = None


def read_help(fields: Mapping[str, str]) -> tuple[Helped, list[Fault]]:
    """Return who helped and how, and what is wrong with it: nobody has helped in no way."""
    said, told = fields.get("helped") or "none", fields.get("help") or None
    by = next((one for one in HELPERS if one == said), None)
    how = next((one for one in WAYS_TO_HELP if one == told), None)
    faults = [Fault("helped", "fault.not-offered")] if by is None else []
    if told and how is None:
        faults.append(Fault("help", "fault.not-offered"))
    elif how and by == "none":
        faults.append(Fault("help", "fault.nobody-helped"))
    return Helped(by or "none", how), faults

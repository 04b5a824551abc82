"""What a page asks, and what came back of it: the one place that knows how a questionnaire is made.

Pages, and what they take in, go by `questions_of` and `read_answers` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from pydantic import ValidationError

from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import Form, FormItem, resolved, shown
from services.survey.responses.answers import Answered, errors_of, left_out

DOES_NOT_APPLY: Final = "not-applicable"
CHOSEN: Final = "yes"
"""What a box that is ticked sends."""
_MOST: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a page asks it: what may be chosen; nothing, where it is answered in words."""

    id: str
    wording: str
    choices: tuple[tuple[str, str], ...]
    several: bool = False
    required: bool = False
    asks_to_quote: bool = False

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
        boxes = {self.box(value) for value, _ in self.choices} if self.several else {self.field}
        return frozenset(boxes | ({self.quote} if self.asks_to_quote else set()))

    def given(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Return what was chosen, or written, in a form's fields."""
        if self.several:
            return tuple(v for v, _ in self.choices if fields.get(self.box(v)) == CHOSEN)
        said = fields.get(self.field, "").replace("\r\n", "\n").strip()
        return (said,) if said else ()

    def in_words(self, fields: Mapping[str, str]) -> str:
        """Return an answer as a person reads it; empty where there is none."""
        said = ", ".join(dict(self.choices).get(one, one) for one in self.given(fields))
        return f"{said} (You may quote this.)" if said and self.may_quote(fields) else said

    def may_quote(self, fields: Mapping[str, str]) -> bool | None:
        """Return whether what was written may be quoted; None where that was not answered."""
        said = fields.get(self.quote) if self.asks_to_quote else None
        return said == CHOSEN if said else None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, and at which field."""

    field: str
    words: str


def _all(form: Form) -> Iterator[Question]:
    for item in form.items:
        yield Question(
            id=item.id,
            wording=item.wording,
            choices=tuple(_choices(item)),
            several=item.type == "multi_select",
            required=item.required,
            asks_to_quote=item.asks_to_quote,
        )


def _choices(item: FormItem) -> Iterator[tuple[str, str]]:
    yield from ((choice.value, choice.words) for choice in item.values)
    if item.not_applicable:
        yield DOES_NOT_APPLY, "This does not apply to me"


def questions_of(form: Questionnaire, fields: Mapping[str, str]) -> tuple[Question, ...]:
    """Return what a questionnaire asks who gave these answers, in its order."""
    every = tuple(_all(resolved(form)))
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
    known = {name for one in _all(resolved(form)) for name in one.fields}
    faults = [_NOT_ASKED] if fields.keys() - known else []
    answers: list[Answered] = []
    asked = questions_of(form, fields)
    for question in asked:
        _read(question, fields, answers, faults)
    return tuple(answers), [*faults, *_of_answers(form, asked, answers)]


_NOT_ASKED: Final = Fault("", "There is an answer to a question that is not on this form.")


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
        faults.append(Fault(question.field, _wrong(given[0])))


def _said(question: Question, given: Sequence[str], fields: Mapping[str, str]) -> dict[str, Any]:
    if question.choices and DOES_NOT_APPLY in given:
        return {"state": "not-applicable"}
    said = {"values": given} if question.several else {"value": given[0]}
    return {"state": "answered", **said, "may_quote": question.may_quote(fields)}


def _wrong(value: str) -> str:
    if len(value) > _MOST:
        return f"Your answer has {len(value):,} characters. Write {_MOST:,} at the most."
    return "Your answer cannot be read. Write it in letters, figures and everyday signs."


def _of_answers(
    form: Questionnaire, asked: Sequence[Question], answers: Sequence[Answered]
) -> Iterator[Fault]:
    at = {one.id: one.field for one in asked}
    for item in left_out(form, answers):
        yield Fault(at[item.id], "Answer this question.")
    for error in errors_of(form, answers):
        field = at[answers[int(error.pointer.split("/")[2])].question]
        yield Fault(field, "Choose one of the answers that are offered.")

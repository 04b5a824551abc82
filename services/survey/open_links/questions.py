"""What a form asks, and what was filled in: a questionnaire's questions, or marks and a comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from services.survey.deliveries.commands import RatingForm
from services.survey.links.questions import (
    CHOSEN,
    DOES_NOT_APPLY,
    Question,
    questions_of,
    read_answers,
)
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import FormItem, resolved
from services.survey.responses.answers import Answered

MARKS: Final = {
    "content": "What did you think of the content?",
    "methods": "What did you think of the way it was given?",
}
"""By the mark's name, how it is asked for."""
TENTHS: Final = tuple((str(mark), str(mark)) for mark in range(1, 11))
QUOTE: Final = "May we quote what you wrote, without your name?"
YES_OR_NO: Final = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, and at which field."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page asks it, in English, and the fields in which it is answered."""

    question: Question
    item: FormItem

    @property
    def wording(self) -> str:
        """How it is asked."""
        return self.item.wording + (" (please answer)" if self.item.required else "")

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """What may be chosen, with its words; nothing where it is answered in words."""
        offered = [(one.value, one.words) for one in self.item.values]
        if self.item.not_applicable:
            offered.append((DOES_NOT_APPLY, "This does not apply to me"))
        return offered

    def in_words(self, fields: Mapping[str, str]) -> str:
        """Return an answer as a person reads it; empty where there is none."""
        words = dict(self.choices)
        said = ", ".join(words.get(one, one) for one in self.question.given(fields))
        quoted = said and self.question.may_quote(fields)
        return f"{said} (You may quote this.)" if quoted else said

    def fault(self, fields: Mapping[str, str]) -> str:
        """Return what is wrong with an answer that is not taken."""
        if not self.question.given(fields):
            return "Answer this question."
        if self.choices:
            return "Choose one of the answers that are offered."
        return _UNREADABLE


_UNREADABLE: Final = (
    "Your answer cannot be taken. Write 4,000 characters at the most, in letters, figures and"
    " everyday signs."
)
_NOT_ASKED: Final = "There is an answer to a question that is not on this form."
_NOTHING: Final = Fault("", "You have not answered a question yet. Answer one.")


def asked_of(form: Questionnaire, fields: Mapping[str, str]) -> tuple[Asked, ...]:
    """Return what a questionnaire asks who gave these answers, in its order."""
    items = {item.id: item for item in resolved(form).items}
    return tuple(Asked(one, items[one.id]) for one in questions_of(form, fields))


def read_form(
    form: Questionnaire, fields: Mapping[str, str]
) -> tuple[tuple[Answered, ...], list[Fault]]:
    """Return the answers to a questionnaire, and everything that is wrong with them."""
    said = {name: one for name, one in fields.items() if name.startswith("q-")}
    answers, wrong = read_answers(form, said)
    asked = {one.question.field: one for one in asked_of(form, said)}
    faults = [
        Fault(one.field, asked[one.field].fault(said)) if one.field else Fault("", _NOT_ASKED)
        for one in wrong
    ]
    return answers, faults if faults or answers else [_NOTHING]


_MARKS_READ: Final = {mark: int(mark) for mark, _ in TENTHS}
_READ: Final[Mapping[str, Mapping[str, object]]] = {
    **dict.fromkeys(MARKS, _MARKS_READ),
    "comment": {},
    "may_quote": {code: code == CHOSEN for code, _ in YES_OR_NO},
}
"""Of each field of a rating form what its values mean; what is not there is refused, or text."""
_WRONG: Final = {
    **dict.fromkeys(MARKS, "Choose a mark from 1 to 10."),
    "comment": _UNREADABLE,
    "may_quote": "Choose yes or no.",
}


def read_rating(fields: Mapping[str, str]) -> tuple[RatingForm | None, list[Fault]]:
    """Return what was filled in; nothing, with everything that is wrong with it, where some is."""
    typed = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in _READ}
    said = {name: _READ[name].get(one, one) for name, one in typed.items() if one}
    if not typed["comment"]:
        said.pop("may_quote", None)
    if not said:
        return None, [_NOTHING]
    try:
        return RatingForm.model_validate(said), []
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return None, [Fault(name, words) for name, words in _WRONG.items() if name in wrong]

"""What a page asks, and what came back of it: the one place that knows how a questionnaire is made.

Pages, and what they take in, go by `questions_of` and `read_answers` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from pydantic import ValidationError

from services.survey.questionnaires.domain import Questionnaire
from services.survey.responses.domain import Answered, errors_of

DOES_NOT_APPLY: Final = "not-applicable"
_MOST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a page asks it: what may be chosen; nothing, where it is answered in words."""

    id: str
    wording: str
    choices: tuple[tuple[str, str], ...]

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"q-{self.id}"

    def in_words(self, value: str) -> str:
        """Return an answer as a person reads it."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, and at which field."""

    field: str
    words: str


def questions_of(form: Questionnaire) -> tuple[Question, ...]:
    """Return what a questionnaire asks, in its order."""
    return tuple(
        Question(
            item.id,
            item.wording,
            (
                *((choice.value, choice.words) for choice in item.values),
                *([(DOES_NOT_APPLY, "This does not apply to me")] if item.not_applicable else []),
            ),
        )
        for item in form.items
    )


def minutes_of(form: Questionnaire) -> int:
    """Return how many minutes it takes: 20 seconds for a choice and two minutes for words."""
    questions = questions_of(form)
    return ceil(sum(20 if one.choices else 120 for one in questions) / 60)


def read_answers(
    form: Questionnaire, fields: Mapping[str, str]
) -> tuple[tuple[Answered, ...], list[Fault]]:
    """Return the answers in a form's fields, and everything that is wrong with them.

    ``fields`` are those of questions alone. Of a text the lines end as they are kept.
    """
    asked = {one.field: one for one in questions_of(form)}
    faults = [_NOT_ASKED] if fields.keys() - asked.keys() else []
    answers: list[Answered] = []
    for field, question in asked.items():
        value = fields.get(field, "").replace("\r\n", "\n").strip()
        if value:
            _read(question, value, answers, faults)
    return tuple(answers), faults + _not_offered(form, answers)


_NOT_ASKED: Final = Fault("", "There is an answer to a question that is not on this form.")


def _read(question: Question, value: str, answers: list[Answered], faults: list[Fault]) -> None:
    try:
        if question.choices and value == DOES_NOT_APPLY:
            answers.append(Answered(question=question.id, state="not-applicable"))
        else:
            answers.append(Answered(question=question.id, state="answered", value=value))
    except ValidationError:
        faults.append(Fault(question.field, _wrong(value)))


def _wrong(value: str) -> str:
    if len(value) > _MOST:
        return f"Your answer has {len(value):,} characters. Write {_MOST:,} at the most."
    return "Your answer cannot be read. Write it in letters, figures and everyday signs."


def _not_offered(form: Questionnaire, answers: Sequence[Answered]) -> list[Fault]:
    asked = {one.id: one.field for one in questions_of(form)}
    at = [
        asked[answers[int(one.pointer.split("/")[2])].question] for one in errors_of(form, answers)
    ]
    return [Fault(field, "Choose one of the answers that are offered.") for field in at]

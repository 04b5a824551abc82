"""Answers against a questionnaire's version: what is wrong, and what they are in codes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from libs.common.contracts.survey import AnswerState, Channel, CodedAnswer
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Code, LongText, Strict, StrictBool
from services.survey.questionnaires.definition import Item, Questionnaire
from services.survey.questionnaires.forms import shown

NOT_ANSWERED: Final = "not-answered"
NOT_SHOWN: Final = "not-shown"


class Answered(Strict):
    """The answer to one question: its state always, a value only where it was answered.

    The value is one of the codes that are offered or, of a free-text question, what was written;
    ``values`` are the codes where several may be chosen. ``may_quote`` answers whether what was
    written may be quoted, where that is asked.
    """

    question: Code
    state: AnswerState
    value: LongText | None = None
    values: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)] | None = None
    may_quote: StrictBool | None = None

    def codes_to(self, item: Item) -> frozenset[str]:
        """Return the codes with which a question was answered."""
        if self.state != "answered" or not item.coded:
            return frozenset()
        return frozenset(self.values or ()) | ({self.value} if self.value else set())


@dataclass(frozen=True, slots=True)
class Text:
    """What was written in answer to a question, and whether it may be quoted."""

    text: str
    may_quote: bool | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers to every question in the questionnaire's order, and the free text apart.

    ``chosen`` is what was chosen where several answers may be, None where no question asks so;
    ``asked_in`` are the questions whose text opens an action.
    """

    answers: tuple[CodedAnswer, ...]
    texts: dict[str, Text]
    chosen: dict[str, list[str]] | None = field(default=None)
    asked_in: frozenset[str] = frozenset()

    @property
    def answered(self) -> int:
        """How many questions were answered, those in free text among them."""
        return sum(answer.state == "answered" for answer in self.answers)


def errors_of(
    questionnaire: Questionnaire, answers: Sequence[Answered], channel: Channel = "paper"
) -> list[ValidationError]:
    """Return everything that is wrong with the answers, each at its place.

    On paper anything may be left out; online, a required question that is shown may not.
    """
    errors: list[ValidationError] = []
    seen: set[str] = set()
    visible = _shown_to(questionnaire, answers)
    for index, answer in enumerate(answers):
        place = f"/answers/{index}"
        item = questionnaire.item(answer.question)
        if item is None:
            detail = "The questionnaire has no such question."
            errors.append(ValidationError("unknown-question", detail, f"{place}/question"))
            continue
        if answer.question in seen:
            detail = "This question is answered twice."
            errors.append(ValidationError("answered-twice", detail, f"{place}/question"))
        seen.add(answer.question)
        errors += _of_routing(answer, item.id in visible, place)
        errors += [*_of_state(item, answer, place), *_of_value(item, answer, place)]
    if channel != "paper":
        for item in left_out(questionnaire, answers):
            detail = f"The question {item.id} has to be answered."
            errors.append(ValidationError("not-answered", detail, "/answers"))
    return errors


def _shown_to(questionnaire: Questionnaire, answers: Sequence[Answered]) -> frozenset[str]:
    """Return which questions are shown to who gave these answers; of two to one, the first."""
    given: dict[str, frozenset[str]] = {}
    for answer in answers:
        if item := questionnaire.item(answer.question):
            given.setdefault(answer.question, answer.codes_to(item))
    return shown(questionnaire, given)


def _of_routing(answer: Answered, is_shown: bool, place: str) -> Iterator[ValidationError]:
    if not is_shown and answer.state not in {NOT_SHOWN, NOT_ANSWERED}:
        detail = "The answers before do not lead to this question."
        yield ValidationError("not-shown", detail, f"{place}/question")


def _of_state(item: Item, answer: Answered, place: str) -> Iterator[ValidationError]:
    if answer.state == "not-applicable" and not item.not_applicable:
        detail = "The question applies to everybody."
        yield ValidationError("not-applicable", detail, f"{place}/state")
    if answer.may_quote is not None and not (item.asks_to_quote and answer.state == "answered"):
        detail = "It is not asked here whether this may be quoted."
        yield ValidationError("not-asked-to-quote", detail, f"{place}/may_quote")


def _of_value(item: Item, answer: Answered, place: str) -> Iterator[ValidationError]:
    given = {"value": answer.value, "values": answer.values}
    if answer.state != "answered":
        for name in (name for name, value in given.items() if value is not None):
            detail = "Only an answered question has a value."
            yield ValidationError("not-answered", detail, f"{place}/{name}")
        return
    mine, other = ("values", "value") if item.several else ("value", "values")
    if given[other] is not None:
        code = "takes-several" if item.several else "takes-one"
        how = "Say all that was chosen" if item.several else "The question takes one answer"
        yield ValidationError(code, f"{how}, in {mine}.", f"{place}/{other}")
    elif given[mine] is None:
        yield ValidationError("missing", "An answered question needs a value.", f"{place}/{mine}")
    elif item.coded and not answer.codes_to(item) <= item.codes:
        detail = "The question does not offer this answer."
        yield ValidationError("not-offered", detail, f"{place}/{mine}")
    elif len(set(answer.values or ())) < len(answer.values or ()):
        yield ValidationError("repeated", "An answer is chosen twice.", f"{place}/values")


def left_out(questionnaire: Questionnaire, answers: Sequence[Answered]) -> list[Item]:
    """Return the questions that have to be answered, are shown to who answers, and are not."""
    due = _shown_to(questionnaire, answers) - {
        one.question for one in answers if one.state in {"answered", "not-applicable"}
    }
    return [item for item in questionnaire.items if item.required and item.id in due]


def sheet_of(questionnaire: Questionnaire, answers: Sequence[Answered]) -> Sheet:
    """Return faultless answers in codes; a question left out is not answered, or was not shown."""
    given = {answer.question: answer for answer in answers}
    visible = _shown_to(questionnaire, answers)
    items = questionnaire.items
    answered = [(one, given[one.id]) for one in items if one.id in given]
    chosen = {item.id: sorted(answer.values) for item, answer in answered if answer.values}
    return Sheet(
        tuple(_coded(item, given.get(item.id), item.id in visible) for item in items),
        {
            item.id: Text(answer.value, answer.may_quote)
            for item, answer in answered
            if not item.coded and answer.value is not None
        },
        chosen if any(item.several for item in items) else None,
        frozenset(item.id for item in items if item.opens_action),
    )


def _coded(item: Item, answer: Answered | None, is_shown: bool) -> CodedAnswer:
    if not is_shown:
        return CodedAnswer(question=item.id, state=NOT_SHOWN, value=None)
    if answer is None:
        return CodedAnswer(question=item.id, state=NOT_ANSWERED, value=None)
    value = answer.value if item.coded else None
    return CodedAnswer(question=item.id, state=answer.state, value=value)

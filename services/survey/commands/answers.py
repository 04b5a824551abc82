"""Checks answers against the questionnaire's version and turns them into codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from libs.common.contracts.survey import AnswerState, CodedAnswer
from libs.common.core.errors import Fault
from libs.common.core.fields import Code, LongText, Strict
from services.survey.questionnaires import Item, Questionnaire

NOT_ANSWERED: Final = "not-answered"


class Answered(Strict):
    """What became of one question: its state always, a value only where it was answered.

    The value is one of the codes that are offered or, of a free-text question, what was written.
    """

    question: Code
    state: AnswerState
    value: LongText | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers to every question in the questionnaire's order, and the free text apart."""

    answers: tuple[CodedAnswer, ...]
    texts: dict[str, str]

    @property
    def answered(self) -> int:
        """How many questions were answered, those in free text among them."""
        return sum(answer.state == "answered" for answer in self.answers)


def faults_of(questionnaire: Questionnaire, answers: Sequence[Answered]) -> list[Fault]:
    """Return everything that is wrong with the answers, each at its place."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for index, answer in enumerate(answers):
        place = f"/answers/{index}"
        item = questionnaire.item(answer.question)
        if item is None:
            faults.append(
                Fault("unknown-question", "The questionnaire does not ask it.", f"{place}/question")
            )
            continue
        if answer.question in seen:
            faults.append(
                Fault("answered-twice", "The question is there before.", f"{place}/question")
            )
        seen.add(answer.question)
        faults += _faults_of_one(item, answer, place)
    return faults


def _faults_of_one(item: Item, answer: Answered, place: str) -> list[Fault]:
    faults = []
    if answer.state == "not-applicable" and not item.not_applicable:
        faults.append(
            Fault("not-applicable", "The question applies to everybody.", f"{place}/state")
        )
    if answer.state != "answered":
        if answer.value is not None:
            faults.append(
                Fault("not-answered", "Only an answered question has a value.", f"{place}/value")
            )
    elif answer.value is None:
        faults.append(Fault("missing", "An answered question has a value.", f"{place}/value"))
    elif item.coded and answer.value not in item.codes:
        faults.append(Fault("not-offered", "The question does not offer it.", f"{place}/value"))
    return faults


def sheet_of(questionnaire: Questionnaire, answers: Sequence[Answered]) -> Sheet:
    """Return faultless answers in codes; a question that was left out is not answered."""
    given = {answer.question: answer for answer in answers}
    coded = tuple(_coded(item, given.get(item.id)) for item in questionnaire.items)
    texts = {
        item.id: answer.value
        for item in questionnaire.items
        if not item.coded and (answer := given.get(item.id)) and answer.value is not None
    }
    return Sheet(coded, texts)


def _coded(item: Item, answer: Answered | None) -> CodedAnswer:
    if answer is None:
        return CodedAnswer(question=item.id, state=NOT_ANSWERED, value=None)
    return CodedAnswer(
        question=item.id, state=answer.state, value=answer.value if item.coded else None
    )

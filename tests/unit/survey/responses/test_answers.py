"""Answers against a questionnaire: every fault at once and in its place, and the codes given."""

from typing import Any

import pytest

from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.shipped import questionnaire_of
from services.survey.responses.answers import Answered, Text, errors_of, sheet_of


def _questionnaire(audience: str = "children") -> Questionnaire:
    found = questionnaire_of(audience, 1)
    assert found is not None
    return found


def _answers(*answers: dict[str, Any]) -> list[Answered]:
    return [Answered(**answer) for answer in answers]


YES = {"question": "better_at_work", "state": "answered", "value": "yes"}


@pytest.mark.parametrize(
    ("answer", "code", "pointer"),
    [
        ({"question": "colour", "state": "not-shown"}, "unknown-question", "/answers/1/question"),
        (YES, "answered-twice", "/answers/1/question"),
        (
            {"question": "helps_class_work", "state": "answered", "value": "maybe"},
            "not-offered",
            "/answers/1/value",
        ),
        (
            {"question": "helps_class_work", "state": "answered", "value": "Yes"},
            "not-offered",
            "/answers/1/value",
        ),
        ({"question": "helps_class_work", "state": "answered"}, "missing", "/answers/1/value"),
        ({"question": "comment", "state": "answered"}, "missing", "/answers/1/value"),
        (
            {"question": "helps_class_work", "state": "illegible", "value": "yes"},
            "not-answered",
            "/answers/1/value",
        ),
        (
            {"question": "comment", "state": "not-answered", "value": "Made-up words."},
            "not-answered",
            "/answers/1/value",
        ),
        (
            {"question": "helps_class_work", "state": "not-applicable"},
            "not-applicable",
            "/answers/1/state",
        ),
    ],
)
def test_a_fault_is_named_at_its_place(answer: dict[str, Any], code: str, pointer: str) -> None:
    faults = errors_of(_questionnaire(), _answers(YES, answer))
    assert [(fault.code, fault.pointer) for fault in faults] == [(code, pointer)]


def test_all_faults_are_named_at_once_and_repeat_no_value() -> None:
    answers = _answers(
        {"question": "colour", "state": "answered", "value": "plum"},
        {"question": "better_at_work", "state": "answered", "value": "plum"},
        {"question": "better_at_work", "state": "not-applicable", "value": "plum"},
    )
    faults = errors_of(_questionnaire(), answers)
    assert [fault.pointer for fault in faults] == [
        "/answers/0/question",
        "/answers/1/value",
        "/answers/2/question",
        "/answers/2/state",
        "/answers/2/value",
    ]
    assert not any("plum" in fault.detail or "colour" in fault.detail for fault in faults)


def test_a_question_left_out_is_not_answered() -> None:
    sheet = sheet_of(_questionnaire(), _answers(YES))
    assert [(a.question, a.state, a.value) for a in sheet.answers] == [
        ("better_at_work", "answered", "yes"),
        ("helps_class_work", "not-answered", None),
        ("comment", "not-answered", None),
    ]
    assert sheet.answered == 1
    assert sheet.texts == {}


def test_free_text_is_kept_apart_and_answers_its_question() -> None:
    words = {"question": "comment", "state": "answered", "value": "Made-up words."}
    answers = _answers(words, {"question": "better_at_work", "state": "illegible"})
    assert errors_of(_questionnaire(), answers) == []
    sheet = sheet_of(_questionnaire(), answers)
    assert sheet.texts == {"comment": Text("Made-up words.")}
    assert sheet.answered == 1
    assert "Made-up" not in str(sheet.answers)
    assert [(a.state, a.value) for a in sheet.answers] == [
        ("illegible", None),
        ("not-answered", None),
        ("answered", None),
    ]


def test_the_order_of_the_answers_does_not_matter() -> None:
    other = {"question": "helps_class_work", "state": "answered", "value": "no"}
    questionnaire = _questionnaire()
    assert sheet_of(questionnaire, _answers(YES, other)) == sheet_of(
        questionnaire, _answers(other, YES)
    )

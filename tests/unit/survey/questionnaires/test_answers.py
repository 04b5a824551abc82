"""Answers to every kind of question, and to those that only some are shown."""

from typing import Any

import pytest

from libs.common.contracts.survey import Channel
from services.survey.responses.answers import Answered, Text, errors_of, sheet_of
from tests.unit.survey.questionnaires.example import changed, item, questionnaire

KNEW = {"question": "knew_learning", "state": "answered", "value": "yes"}
TOLD = {"question": "told_by", "state": "answered", "values": ["phone", "meeting"]}
HELPED = {"question": "meeting_helped", "state": "answered", "value": "agree"}
COMMENT = {"question": "comment", "state": "answered", "value": "Made-up words.", "may_quote": True}


def _answers(*answers: dict[str, Any]) -> list[Answered]:
    return [Answered(**one) for one in answers]


def test_every_kind_is_taken_in_codes_and_free_text_apart() -> None:
    answers = _answers(KNEW, TOLD, HELPED, COMMENT)
    assert errors_of(questionnaire(), answers, "online") == []
    sheet = sheet_of(questionnaire(), answers)
    assert [(one.question, one.state, one.value) for one in sheet.answers] == [
        ("knew_learning", "answered", "yes"),
        ("told_by", "answered", None),
        ("meeting_helped", "answered", "agree"),
        ("comment", "answered", None),
    ]
    assert sheet.chosen == {"told_by": ["meeting", "phone"]}
    assert sheet.texts == {"comment": Text("Made-up words.", may_quote=True)}


def test_what_the_answers_do_not_lead_to_was_not_shown() -> None:
    sheet = sheet_of(questionnaire(), _answers(KNEW | {"value": "no"}))
    assert [one.state for one in sheet.answers] == [
        "answered",
        "not-shown",
        "not-shown",
        "not-answered",
    ]


@pytest.mark.parametrize(
    ("answers", "code", "pointer"),
    [
        ([KNEW | {"value": "no"}, TOLD], "not-shown", "/answers/1/question"),
        ([KNEW, TOLD | {"values": ["letter"]}, HELPED], "not-shown", "/answers/2/question"),
        ([KNEW, TOLD | {"values": ["letter", "drum"]}], "not-offered", "/answers/1/values"),
        ([KNEW, TOLD | {"values": ["letter", "letter"]}], "repeated", "/answers/1/values"),
        ([KNEW, TOLD | {"values": None}], "missing", "/answers/1/values"),
        (
            [KNEW, TOLD | {"values": None, "value": "letter"}],
            "takes-several",
            "/answers/1/value",
        ),
        ([KNEW | {"value": None, "values": ["yes", "no"]}], "takes-one", "/answers/0/values"),
        ([KNEW, HELPED | {"question": "knew_learning"}], "answered-twice", "/answers/1/question"),
        ([KNEW | {"may_quote": True}], "not-asked-to-quote", "/answers/0/may_quote"),
        (
            [COMMENT | {"state": "not-answered", "value": None}],
            "not-asked-to-quote",
            "/answers/0/may_quote",
        ),
    ],
)
def test_a_wrong_answer_is_named_at_its_place(
    answers: list[dict[str, Any]], code: str, pointer: str
) -> None:
    found = [(one.code, one.pointer) for one in errors_of(questionnaire(), _answers(*answers))]
    assert (code, pointer) in found
    assert len(found) == 1 or code == "answered-twice"


@pytest.mark.parametrize(
    ("channel", "left_out", "codes"),
    [("online", [], ["not-answered"]), ("paper", [], []), ("online", [KNEW], [])],
)
def test_online_a_required_answer_is_there_and_on_paper_it_may_be_missing(
    channel: Channel, left_out: list[dict[str, Any]], codes: list[str]
) -> None:
    found = errors_of(questionnaire(), _answers(*left_out, COMMENT), channel)
    assert [one.code for one in found] == codes


def test_what_is_required_and_not_shown_is_not_missed() -> None:
    required = questionnaire(changed(*item(1), required=True))
    assert errors_of(required, _answers(KNEW | {"value": "no"}), "online") == []
    assert [one.detail for one in errors_of(required, _answers(KNEW), "online")] == [
        "The question told_by has to be answered."
    ]


def test_not_applicable_is_taken_where_the_question_allows_it() -> None:
    """Trap 46: it is another thing than blank."""
    answers = _answers(KNEW, TOLD, {"question": "meeting_helped", "state": "not-applicable"})
    assert errors_of(questionnaire(), answers) == []
    assert sheet_of(questionnaire(), answers).answers[2].state == "not-applicable"
    refused = errors_of(
        questionnaire(), _answers({**KNEW, "state": "not-applicable", "value": None})
    )
    assert [one.code for one in refused] == ["not-applicable"]

"""The questionnaires as data: what is offered, and what a faulty file is refused for."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.survey.questionnaires.codes import OFFERED
from services.survey.questionnaires.domain import (
    FOLDER,
    questionnaire_of,
    questionnaires,
    read,
)

OFSTED = {"outstanding", "good", "requires-improvement", "inadequate"}
YES_NO = {"yes", "no"}
THREE_WAY = {"yes", "no", "not-sure", "sometimes"}


@pytest.mark.parametrize(
    ("audience", "question", "codes"),
    [
        ("schools", "effective", OFSTED),
        ("schools", "impact", OFSTED),
        ("parents", "knew_learning", YES_NO),
        ("parents", "given_ideas", YES_NO),
        ("children", "better_at_work", THREE_WAY),
        ("children", "helps_class_work", THREE_WAY),
        ("agencies", "impact", OFSTED),
    ],
)
def test_a_question_offers_its_codes(audience: str, question: str, codes: set[str]) -> None:
    questionnaire = questionnaire_of(audience, 1)
    assert questionnaire is not None
    item = questionnaire.item(question)
    assert item is not None
    assert item.codes == codes
    assert questionnaire.audience == audience


def test_each_questionnaire_ends_with_a_comment_that_offers_no_code() -> None:
    assert len(questionnaires()) >= 4
    for questionnaire in questionnaires():
        comment = questionnaire.item("comment")
        assert comment is not None
        assert not comment.coded
        assert comment.trend_key is None


def test_there_is_no_questionnaire_in_a_version_nobody_wrote() -> None:
    assert questionnaire_of("schools", 99) is None
    assert questionnaire_of("nobody-wrote-it", 1) is None


def test_ratings_are_whole_marks_from_1_to_10() -> None:
    assert OFFERED["rating_1_10"] == {str(mark) for mark in range(1, 11)}


def _file(tmp_path: Path, name: str = "agencies.v1.json", **item: Any) -> Path:
    document = json.loads((FOLDER / "agencies.v1.json").read_text(encoding="utf-8"))
    document["items"][0] |= item
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_unchanged_copy_is_read(tmp_path: Path) -> None:
    assert read(_file(tmp_path)) == questionnaire_of("agencies", 1)


@pytest.mark.parametrize(
    "item",
    [
        {"type": "yes_no"},
        {"values": []},
        {"values": [{"value": "good", "words": "Good"}] * 2},
        {"trend_key": None},
        {"id": "comment"},
        {"id": "Impact"},
        {"type": "likert5"},
        {"weight": 2},
        {"not_applicable": None},
    ],
)
def test_a_faulty_question_stops_the_start(tmp_path: Path, item: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"agencies|question|Questionnaire"):
        read(_file(tmp_path, **item))


@pytest.mark.parametrize(
    ("type_", "version"), [("a" * 41, 1), ("a b", 1), ("", 1), ("a", 0), ("a", 1_001), ("a", "1")]
)
def test_a_questionnaire_has_a_name_and_a_version_that_commands_take(
    tmp_path: Path, type_: str, version: int | str
) -> None:
    document = json.loads((FOLDER / "agencies.v1.json").read_text(encoding="utf-8"))
    path = tmp_path / f"{type_}.v{version}.json"
    path.write_text(
        json.dumps(document | {"questionnaire": type_, "version": version}), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="for Questionnaire"):
        read(path)


def test_a_file_is_called_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds agencies\.v1"):
        read(_file(tmp_path, name="agencies.v2.json"))

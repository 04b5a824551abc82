"""Questionnaires as data: what is shipped, and what a faulty file is refused for."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.survey.questionnaires.codes import OFFERED
from services.survey.questionnaires.definition import in_english
from services.survey.questionnaires.pictures import PICTURES
from services.survey.questionnaires.reading_age import reading_ages
from services.survey.questionnaires.shipped import (
    FOLDER,
    questionnaire_of,
    questionnaires,
    read,
)

OFSTED = {"outstanding", "good", "requires-improvement", "inadequate"}
YES_NO = {"yes", "no"}
THREE_WAY = {"yes", "no", "not-sure", "sometimes"}


@pytest.mark.parametrize("version", [1, 2])
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
def test_a_question_offers_its_codes(
    audience: str, question: str, codes: set[str], version: int
) -> None:
    questionnaire = questionnaire_of(audience, version)
    assert questionnaire is not None
    item = questionnaire.item(question)
    assert item is not None
    assert item.codes == codes
    assert questionnaire.audience == audience


def test_each_questionnaire_ends_with_free_text_and_from_version_2_asks_whether_to_quote_it() -> (
    None
):
    assert len(questionnaires()) == 9
    for questionnaire in questionnaires():
        last = questionnaire.items[-1]
        assert not last.coded
        assert last.trend_key is None
        assert last.asks_to_quote is (questionnaire.version > 1)


def test_what_a_child_is_proud_of_and_what_would_help_are_two_questions() -> None:
    children = questionnaire_of("children", 2)
    assert children
    texts = [in_english(one.wording) for one in children.items if not one.coded]
    assert texts == ["What are you proud of?", "What would help you to learn?"]


def test_what_would_help_opens_an_action_from_version_3_on_and_all_else_is_as_before() -> None:
    before, after = questionnaire_of("children", 2), questionnaire_of("children", 3)
    assert before
    assert after
    assert [one.id for one in after.items if one.opens_action] == ["would_help"]
    assert [one.model_copy(update={"opens_action": False}) for one in after.items] == [
        *before.items
    ]
    assert not any(one.opens_action for one in before.items)


def test_the_reading_ages_that_files_state_are_measured() -> None:
    for one in questionnaires():
        assert (one.reading_age, one.easy_reading_age) == reading_ages(one)
    children = questionnaire_of("children", 2)
    assert children
    assert children.easy_reading_age
    assert children.easy_reading_age < children.reading_age < 9


def test_the_documents_state_the_same_reading_ages() -> None:
    page = (FOLDER.parents[2] / "docs" / "questionnaires.md").read_text()
    stated: dict[str, tuple[str, str]] = {}
    rows = re.findall(r"^\| (\w+ [\d, ]+) \| (\d+) \| (\d*) ?\|$", page, re.MULTILINE)
    for name, plain, easy in rows:
        word, *versions = name.replace(",", "").split()
        stated |= {f"{word}.v{version}": (plain, easy) for version in versions}
    assert stated == {
        one.name: (str(one.reading_age), str(one.easy_reading_age or ""))
        for one in questionnaires()
    }


def test_pictures_are_drawings_without_script_or_address() -> None:
    items = [item for one in questionnaires() for item in one.items]
    named = {one.picture for one in items}
    named |= {choice.picture for one in items for choice in one.values}
    assert named - {None} <= PICTURES.keys()
    for name, svg in PICTURES.items():
        tags = {one.tag.rpartition("}")[2] for one in ET.fromstring(svg).iter()}  # noqa: S314 - our own
        assert tags <= {"svg", "path", "circle"}, name
        assert "href" not in svg


def test_there_is_no_questionnaire_in_a_version_nobody_wrote() -> None:
    assert questionnaire_of("schools", 99) is None
    assert questionnaire_of("nobody-wrote-it", 1) is None


def test_ratings_are_whole_marks_from_1_to_10() -> None:
    """Trap 56: 0, 11 and 9.5 are no marks."""
    assert OFFERED["rating_1_10"] == frozenset(map(str, range(1, 11)))


def _file(tmp_path: Path, name: str = "agencies.v1.json", **item: Any) -> Path:
    document = json.loads((FOLDER / "agencies.v1.json").read_text(encoding="utf-8"))
    document["sections"][0]["items"][0] |= item
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
        {"values": [{"value": "good", "words": {"en": "Good"}}] * 2},
        {"trend_key": None},
        {"id": "comment"},
        {"id": "Impact"},
        {"type": "likert7"},
        {"weight": 2},
        {"not_applicable": None},
    ],
)
def test_a_faulty_question_stops_the_start(tmp_path: Path, item: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"agencies|Questionnaire"):
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

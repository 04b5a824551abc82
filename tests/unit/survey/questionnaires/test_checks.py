"""What a definition is refused for: every fault, at its place, all at once."""

from typing import Any
from urllib.parse import urlencode

import pytest

from libs.common.pages import forms
from services.survey.asking.questions import questions_of
from services.survey.links import api
from services.survey.questionnaires import checks
from services.survey.questionnaires.checks import faults_of, faults_of_draft
from services.survey.questionnaires.shipped import questionnaires
from tests.unit.survey.questionnaires.example import (
    changed,
    definition,
    example,
    item,
    questionnaire,
)

KNEW, TOLD, MEETING = item(0), item(1), item(2)
COMMENT = item(0, 1)
YES = {"value": "yes", "words": {"en": "Yes"}}
EVER: list[dict[str, Any]] = [{"question": "comment", "answered": ["yes"]}]
ITSELF = [{"question": "told_by", "answered": ["letter"]}]
MAYBE = [{"question": "knew_learning", "answered": ["yes", "maybe"]}]


def test_the_example_of_the_documents_has_no_fault() -> None:
    assert faults_of(definition()) == []
    assert faults_of_draft(definition(), "parents", questionnaires()) == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (changed(title={"pl": "Ankieta"}), "missing", "/title/en"),
        (changed(*KNEW, easy={"pl": "Pytanie"}), "missing", "/sections/0/items/0/easy/en"),
        (changed(*COMMENT, id="told_by"), "repeated", "/sections/1/items/0/id"),
        (changed("sections", 1, id="support"), "repeated", "/sections/1/id"),
        (
            changed(*TOLD, trend_key="parents-knew-learning"),
            "repeated",
            "/sections/0/items/1/trend_key",
        ),
        (changed(*KNEW, values=[YES, YES]), "repeated", "/sections/0/items/0/values/1/value"),
        (changed(*MEETING, type="ofsted4"), "not-of-its-kind", "/sections/0/items/2/values"),
        (changed(*COMMENT, values=[YES]), "not-of-its-kind", "/sections/1/items/0/values"),
        (changed(*COMMENT, trend_key="c"), "not-of-its-kind", "/sections/1/items/0/trend_key"),
        (changed(*MEETING, values=[]), "missing", "/sections/0/items/2/values"),
        (changed(*TOLD, trend_key=None), "missing", "/sections/0/items/1/trend_key"),
        (
            changed(*KNEW, asks_to_quote=True),
            "not-of-its-kind",
            "/sections/0/items/0/asks_to_quote",
        ),
        (changed(*KNEW, opens_action=True), "not-of-its-kind", "/sections/0/items/0/opens_action"),
        (
            changed(*TOLD, shown_if=EVER),
            "not-asked-before",
            "/sections/0/items/1/shown_if/0/question",
        ),
        (
            changed(*TOLD, shown_if=ITSELF),
            "not-asked-before",
            "/sections/0/items/1/shown_if/0/question",
        ),
        (changed(*TOLD, shown_if=MAYBE), "not-offered", "/sections/0/items/1/shown_if/0/answered"),
        (changed(*KNEW, picture="cat"), "unknown-picture", "/sections/0/items/0/picture"),
        (changed(audience="children"), "required-of-a-child", "/sections/0/items/0/required"),
    ],
)
def test_a_fault_is_named_at_its_place(body: dict[str, Any], code: str, pointer: str) -> None:
    found = [(one.code, one.pointer) for one in faults_of(definition(body))]
    assert (code, pointer) in found
    assert len(found) == 1 or code == "missing", found


def test_a_questionnaire_of_free_text_alone_cannot_be_counted() -> None:
    body = example() | {"sections": example()["sections"][1:]}
    assert [one.code for one in faults_of(definition(body))] == ["no-coded-question"]


QUESTION = example()["sections"][0]["items"][0] | {"required": False}
TICKED = QUESTION | {
    "type": "multi_select",
    "values": [YES | {"value": f"v{n}"} for n in range(45)],
}
WRITTEN = {"id": "w", "type": "free_text", "wording": {"en": "Made up"}, "asks_to_quote": True}


@pytest.mark.parametrize(
    ("item", "most", "code"),
    [(QUESTION, 100, "100 questions"), (TICKED, 4, "180 fields"), (WRITTEN, 20, "20 questions")],
)
def test_what_no_page_takes_is_refused_when_it_is_drafted(
    item: dict[str, Any], most: int, code: str
) -> None:
    """What cannot be sent must not be published: 200 fields and a megabyte are a page's most."""
    for many in (most, most + 1):
        items = [item | {"id": f"q{n}"} for n in range(many)]
        if item is not WRITTEN:
            items = [one | {"trend_key": f"k{n}"} for n, one in enumerate(items)]
        else:
            items.append(QUESTION)
        halves = [items[:60], items[60:]] if many > 60 else [items]
        sections = [{"id": f"s{n}", "items": half} for n, half in enumerate(halves)]
        definition_ = definition(example() | {"sections": sections})
        told = [(one.code, one.pointer) for one in faults_of(definition_)]
        assert told == ([] if many == most else [("too-long", "/sections")])
        assert many == most or code in faults_of(definition_)[0].detail


def test_the_most_that_a_page_takes_can_be_sent() -> None:
    form = questionnaire(_longest())
    fields = {name: "🙂" * 4_000 for one in questions_of(form, {}) for name in one.fields}
    assert len(fields) == sum(one.fields for one in form.items) == checks.MOST_FIELDS
    written = {one.field for one in questions_of(form, {}) if not one.choices}
    assert len(written) == checks.MOST_TEXTS
    sent = {name: said if name in written else "yes" for name, said in fields.items()}
    assert len(urlencode(sent)) < api.MOST_BYTES - 10_000
    assert len(fields) < forms.MOST_FIELDS - 10


def _longest() -> dict[str, Any]:
    """Return a definition of 20 texts that may be quoted, and 140 boxes to tick."""
    written = [WRITTEN | {"id": f"w{n}"} for n in range(20)]
    ticked = [TICKED | {"id": f"t{n}", "trend_key": f"t{n}"} for n in range(3)]
    single = [QUESTION | {"id": f"q{n}", "trend_key": f"q{n}"} for n in range(5)]
    return example() | {"sections": [{"id": "all", "items": [*written, *ticked, *single]}]}


WORDS = {"en": "Did you hear what your child learnt?"}
TWO = {"en": "Were you told? Did it help?"}
VALUES = [{"value": "yes", "words": {"en": "Yes"}}]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (changed(audience="agencies"), [("another-audience", "/audience")]),
        (changed(*TOLD, wording=TWO), [("two-questions", "/sections/0/items/1/wording/en")]),
        (changed(*KNEW, wording=WORDS), [("reworded", "/sections/0/items/0/equivalence")]),
        (changed(*KNEW, wording=WORDS, equivalence="Tried with parents beside the other."), []),
        (
            changed(*KNEW, equivalence="As good."),
            [("not-reworded", "/sections/0/items/0/equivalence")],
        ),
        (changed(*KNEW, values=VALUES), [("another-scale", "/sections/0/items/0/trend_key")]),
        (
            changed(*TOLD, equivalence="As good."),
            [("not-asked-before", "/sections/0/items/1/equivalence")],
        ),
    ],
)
def test_a_draft_agrees_with_what_was_published_before(
    body: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    """Trap 51: another wording, scale or meaning is not compared unless somebody answers for it."""
    found = faults_of_draft(definition(body), "parents", questionnaires())
    assert [(one.code, one.pointer) for one in found] == faults


def test_all_faults_are_told_at_once() -> None:
    body = changed(*KNEW, picture="cat", wording=TWO)
    body["title"] = {"pl": "Ankieta"}
    body["sections"][1]["items"][0]["id"] = "told_by"
    found = {one.code for one in faults_of_draft(definition(body), "parents", questionnaires())}
    assert found == {"missing", "repeated", "unknown-picture", "two-questions", "reworded"}

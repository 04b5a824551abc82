"""The list of codes as data: which holds on a day, and what a faulty file is refused for."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from libs.common.core.errors import ValidationError
from services.survey.courses.domain import FOLDER, Course, CourseList, courses, merged, read
from services.survey.deliveries.commands import RecordDelivery, code_errors

FIRST = date(2018, 9, 1)


def listed(code: str, first: str | None, last: str | None, kind: str = "course") -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "words": "Made-up course",
        "valid_from": first,
        "valid_to": last,
    }


def issued(on: str, *codes: dict[str, Any]) -> CourseList:
    return CourseList.model_validate_json(json.dumps({"issued_on": on, "codes": codes}))


def test_the_list_that_is_shipped_is_valid_on_all_days() -> None:
    assert len(courses()) >= 3
    for one in courses():
        assert one.valid_on(date.min)
        assert one.valid_on(date.max)


@pytest.mark.parametrize(
    ("on", "valid"),
    [("2019-08-31", False), ("2019-09-01", True), ("2020-08-31", True), ("2020-09-01", False)],
)
def test_a_code_is_valid_from_its_first_day_to_its_last(on: str, valid: bool) -> None:
    (one,) = issued("2019-09-01", listed("made-up", "2019-09-01", "2020-08-31")).codes
    assert one.valid_on(date.fromisoformat(on)) is valid


def test_what_a_county_adds_stands_beside_what_was_there_and_the_later_wins() -> None:
    county = issued("2020-01-06", listed("made-up", None, None), listed("senco", None, None))
    ended = issued("2021-01-06", listed("made-up", None, "2021-08-31"))
    shipped = read(FOLDER / "2018-09-01.json")
    found = {(one.kind, one.code): one for one in merged([ended, shipped, county])}
    assert found["course", "made-up"].valid_to == date(2021, 8, 31)
    assert {("network", "senco"), ("course", "senco")} <= set(found)
    assert len(found) == len(shipped.codes) + 2


def faults(valid_on: str, kind: str = "course") -> list[ValidationError]:
    command = RecordDelivery.model_validate_json(
        json.dumps(
            {
                "reference": "D1",
                "kind": kind,
                "course": "made-up" if kind == "course" else None,
                "delivered_on": valid_on,
                "delegates": 3,
            }
        )
    )
    county = issued(
        "2019-09-01",
        listed("made-up", "2019-09-01", "2020-08-31"),
        listed("bespoke-training", "2019-09-01", None, kind="bespoke"),
    )
    return code_errors(command, county.codes)


def test_a_code_on_another_day_is_refused_whether_of_a_course_or_of_bespoke_work() -> None:
    assert faults("2019-09-01") == []
    assert faults("2019-09-01", "bespoke-training") == []
    for on, kind, pointer in (
        ("2019-08-31", "course", "/course"),
        ("2020-09-01", "course", "/course"),
        ("2019-08-31", "bespoke-training", "/kind"),
    ):
        found = faults(on, kind)
        assert [(one.code, one.pointer) for one in found] == [("code-not-valid-on-day", pointer)]
    assert [one.code for one in faults("2020-01-01", "bespoke-assessment")] == ["unknown-code"]


@pytest.mark.parametrize(
    "document",
    [
        {"codes": []},
        {"codes": [listed("a", None, None), listed("a", None, None)]},
        {"codes": [listed("a", "2019-09-02", "2019-09-01")]},
        {"codes": [listed("a", None, None, kind="talk")]},
        {"codes": [listed("a b", None, None)]},
        {"codes": [{**listed("a", None, None), "words": ""}]},
        {"codes": [{**listed("a", None, None), "weight": 2}]},
        {"issued_on": "2019-09-02"},
    ],
)
def test_a_faulty_or_misnamed_file_is_refused(tmp_path: Path, document: dict[str, Any]) -> None:
    good = {"issued_on": "2019-09-01", "codes": [listed("a", None, None)]}
    path = tmp_path / "2019-09-01.json"
    path.write_text(json.dumps(good), encoding="utf-8")
    assert read(path).codes[0] == Course.model_validate_json(json.dumps(listed("a", None, None)))
    path.write_text(json.dumps(good | document), encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        read(path)

"""Rule sets as data: which is in force on a day, what is refused, and what each answers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.referral.referrals.eligibility import PlanFacts, SchoolFacts, answer_rules, overall
from services.referral.rules import FOLDER, in_force, in_order, read, rule_sets, rules_on

BEGUN = date(2014, 9, 1)


@pytest.mark.parametrize(
    ("day", "rule_set", "plan_type", "establishment", "phase", "answer"),
    [
        ("2014-09-01", "2019-criteria", "EHC", "01", 2, "yes"),
        ("2019-09-02", "2019-criteria", "GRIP", "05", 3, "yes"),
        ("2019-09-02", "2019-criteria", "EYSEN-IF", "15", 1, "yes"),
        ("2019-09-02", "2019-criteria", "EHC", "15", 2, "no"),
        ("2019-09-02", "2019-criteria", "EHC", "34", 2, "no"),
        ("2019-09-02", "2019-criteria", "OTHER", "01", 2, "no"),
    ],
)
def test_the_rules_of_the_day_answer(
    day: str, rule_set: str, plan_type: str, establishment: str, phase: int, answer: str
) -> None:
    on = date.fromisoformat(day)
    rules = rules_on(on)
    assert rules is not None
    assert rules.rule_set == rule_set
    school = SchoolFacts(830, establishment, phase, 1, None, None)
    plan = PlanFacts(plan_type, True, BEGUN, None)
    assert overall(answer_rules(rules, on, school, [plan])) == answer


def _file(tmp_path: Path, name: str = "2019-criteria.json", **changed: Any) -> Path:
    document = json.loads((FOLDER / "2019-criteria.json").read_text(encoding="utf-8"))
    path = tmp_path / name
    path.write_text(json.dumps(document | changed), encoding="utf-8")
    return path


def test_an_unchanged_copy_is_read(tmp_path: Path) -> None:
    assert read(_file(tmp_path)) in rule_sets()


@pytest.mark.parametrize(
    "changed",
    [
        {"weight": 2},
        {"texts": {"school-open": "The school is open on the day."}},
        {"plan_types": ["EHC", "no-such-plan"]},
        {"plan_types": []},
        {"valid_from": "2014-02-30"},
        {"rule_set": "2021-criteria"},
    ],
)
def test_a_faulty_file_stops_the_start(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"RuleSet|criteria"):
        read(_file(tmp_path, **changed))


@pytest.mark.parametrize(
    ("first_ends", "day", "expected"),
    [
        (None, "2014-08-31", None),
        (None, "2014-09-01", "2019-criteria"),
        (None, "2021-08-31", "2019-criteria"),
        (None, "2021-09-01", "2021-criteria"),
        ("2020-08-31", "2020-08-31", "2019-criteria"),
        ("2020-08-31", "2020-09-01", None),
        ("2024-08-31", "2021-09-01", "2021-criteria"),
        (None, "2022-09-01", None),
    ],
)
def test_rules_are_in_force_until_they_end_or_the_next_begin(
    tmp_path: Path, first_ends: str | None, day: str, expected: str | None
) -> None:
    first = read(_file(tmp_path, valid_to=first_ends))
    later = {"rule_set": "2021-criteria", "valid_from": "2021-09-01", "valid_to": "2022-08-31"}
    second = read(_file(tmp_path, "2021-criteria.json", **later))
    found = in_force(in_order([second, first]), date.fromisoformat(day))
    assert (found.rule_set if found else None) == expected


def test_two_rule_sets_do_not_begin_on_one_day(tmp_path: Path) -> None:
    other = read(_file(tmp_path, "2021-criteria.json", rule_set="2021-criteria"))
    with pytest.raises(ValueError, match="2019-criteria and 2021-criteria begin on one day"):
        in_order([*rule_sets(), other])

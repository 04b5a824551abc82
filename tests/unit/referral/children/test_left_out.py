"""What a push of a child leaves out says nothing, null empties: each field, in JSON and in CSV."""

from typing import Any

import pytest

from services.referral.children.commands import RecordChild
from services.referral.children.plans import PlanPart
from tests.imports import imported
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World

URL = "/referral/v1/children/by-reference/county/C1"
DAY = {"effective_on": "2018-11-05"}
PLAN: dict[str, Any] = {
    **CHILD["plans"][0],  # type: ignore[index]  # a list of one
    "review_due_on": "2019-01-10",
    "ends_on": "2019-08-31",
    "cease_reason": "needs-met",
}
WHOLE = {**CHILD, "upn": "U830200119001", "plans": [PLAN]}
EMPTIED: dict[str, Any] = {"upn": None, "forename": None, "needs": []}
OF_PLAN = {"ends_on", "cease_reason", "review_due_on"}
NOT_HERE = {"effective_on", "upn_duplicate_confirmed", "parents", "plans"}
"""The push's own; and lists, of which the tests below are."""


@pytest.fixture
async def known(referral: World) -> World:
    await ready(referral)
    await _put(referral, WHOLE)
    return referral


async def _put(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = await call(world, "PUT", URL, body)
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def _import(world: World, text: str) -> dict[str, Any]:
    [outcome] = (await imported(world, "referral/children", text))["outcomes"]
    return dict(outcome)


def _csv(**cells: str) -> str:
    row = {"scheme": "county", "reference": "C1", **DAY, **cells}
    return f"{','.join(row)}\n{','.join(row.values())}"


async def test_a_push_of_a_day_alone_changes_nothing(known: World) -> None:
    before = await _put(known, WHOLE)
    assert await _put(known, DAY) == before
    cells = dict.fromkeys(RecordChild.model_fields.keys() - {"effective_on", "plans"}, "")
    assert (await _import(known, _csv(**cells)))["outcome"] == "unchanged"
    plan = {"reference": "PL-1"}
    assert await _put(known, {**DAY, "plans": [plan]}) == before
    empty = {f"plans.0.{name}": "" for name in PlanPart.model_fields}
    row = _csv(**empty | {"plans.0.reference": "PL-1"})
    assert (await _import(known, row))["outcome"] == "unchanged"
    assert await _put(known, DAY) == before


def _faults(refused: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["pointer"]) for one in refused.get("errors") or refused["faults"]]


async def test_null_empties_what_a_child_can_be_without_and_nothing_else(known: World) -> None:
    for name in sorted(RecordChild.model_fields.keys() - NOT_HERE):
        refused = [("not-emptied", f"/{name}")]
        in_csv = await _import(known, _csv(**{name: r"\N"}))
        if name not in EMPTIED:
            in_json = await call(known, "PUT", URL, {**DAY, name: None})
            assert _faults(in_csv) == _faults(in_json.json()) == refused
            continue
        assert (name, in_csv["outcome"]) == (name, "updated")
        assert (await _put(known, DAY))[name] == EMPTIED[name]
        await _put(known, {**DAY, name: WHOLE[name]})
        assert (await _put(known, {**DAY, name: None}))[name] == EMPTIED[name]


async def test_null_empties_what_a_plan_can_be_without_and_nothing_else(known: World) -> None:
    for number, name in enumerate(sorted(PlanPart.model_fields.keys() - {"reference"})):
        plan = {**PLAN, "reference": f"PL-{number}"}
        await _put(known, {**DAY, "plans": [plan]})
        null = {**DAY, "plans": [{"reference": plan["reference"], name: None}]}
        answer = (await call(known, "PUT", URL, null)).json()
        if name not in OF_PLAN:
            assert _faults(answer) == [("not-emptied", f"/plans/0/{name}")]
            continue
        shown = next(one for one in answer["plans"] if one["reference"] == plan["reference"])
        emptied = {"ends_on": {"ends_on", "cease_reason"}, "review_due_on": {"review_due_on"}}
        gone = emptied.get(name, set())
        assert {one for one in OF_PLAN if shown[one] is None} == gone


async def test_a_plan_that_is_no_longer_listed_ends_and_goes_on_when_it_is_again(
    known: World,
) -> None:
    other = {**PLAN, "reference": "PL-2", "ends_on": None, "cease_reason": None}
    await _put(known, {**DAY, "plans": [PLAN, other]})
    ended = await _put(known, {"effective_on": "2018-12-03", "plans": [PLAN]})
    assert [(one["reference"], one["ends_on"]) for one in ended["plans"]] == [
        ("PL-1", "2019-08-31"),
        ("PL-2", "2018-12-02"),
    ]
    again = await _put(known, {"effective_on": "2018-12-04", "plans": [PLAN, other]})
    assert [one["ends_on"] for one in again["plans"]] == ["2019-08-31", None]
    none = await _import(known, _csv(effective_on="2018-12-05", plans=r"\N"))
    assert none["outcome"] == "updated"
    shown = await _put(known, {"effective_on": "2018-12-05"})
    assert [one["ends_on"] for one in shown["plans"]] == ["2019-08-31", "2018-12-04"]


async def test_only_a_new_child_needs_all_that_a_child_cannot_be_without(known: World) -> None:
    new = f"{URL}-new"
    answer = await call(known, "PUT", new, {**DAY, "plans": [{"reference": "PL-9"}]})
    assert {(one["code"], one["pointer"]) for one in answer.json()["errors"]} == {
        ("missing", f"/{name}")
        for name in (
            "surname", "born_on", "sex", "year_group", "school_urn",
            "pupil_premium", "looked_after", "eal",
            "plans/0/plan_type", "plans/0/names_service", "plans/0/starts_on",
        )
    }  # fmt: skip


async def test_a_push_older_than_what_is_known_says_which_day_holds(known: World) -> None:
    await _put(known, {"effective_on": "2019-06-03", "surname": "Newly"})
    late = await _put(known, {**DAY, "surname": "Formerly"})
    assert (late["surname"], late["superseded_by"]) == ("Newly", "2019-06-03")
    done = await _import(known, _csv(surname="Formerly"))
    assert (done["outcome"], done["holds_from"]) == ("superseded", "2019-06-03")
    assert (await _put(known, {**DAY, "surname": "Newly"}))["superseded_by"] is None


async def test_a_child_may_have_one_name_and_no_blanks_around_it(known: World) -> None:
    shown = await _put(known, {**DAY, "forename": None, "surname": " \u00a0Oneword  "})
    assert (shown["forename"], shown["surname"]) == (None, "Oneword")
    new = {name: value for name, value in CHILD.items() if name not in {"forename", "plans"}}
    made = await call(known, "PUT", f"{URL}/2019/x", {**new, "surname": "Mc O'Neill-D\u00e9"})
    assert (made.status_code, made.json()["surname"]) == (201, "Mc O'Neill-D\u00e9")
    assert (made.json()["reference"], made.json()["forename"]) == ("C1/2019/x", None)

"""A row that an import has twice is recorded once, whatever kind of row it is."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from libs.common.security import Role
from services.referral import service
from services.referral.referrals.domain import Referral
from tests.imports import checked_apart, imported
from tests.journeys.casework import CHILD, agreed, call, opened, ready, referred, who_reviews
from tests.worlds import World

HEAD = Role.HEAD_OF_SERVICE
ENDED = {"ended_on": "2019-07-19", "although_named": "amendment-decided"}
LOADERS = {"reviews": Role.ADMINISTRATOR}
"""Who loads what the Head of Service does not write."""

KINDS = {kind.kind: kind for kind in service.KINDS}


async def _import(world: World, kind: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Import rows, once a check of only so many at once as depend on each other said the same."""
    body = "\n".join(map(json.dumps, rows))
    foreseen = await checked_apart(world, "referral", KINDS[kind], body)
    sender = world.as_(LOADERS.get(kind, HEAD))
    report = await imported(world, f"referral/{kind}", list(rows), sender)
    outcomes: list[dict[str, Any]] = report["outcomes"]
    assert foreseen == [(one["outcome"], one["code"]) for one in outcomes]
    return outcomes


ROWS: list[tuple[str, dict[str, Any]]] = [
    ("visits", {"case_id": "", "week_beginning": "2018-10-08", "planned": 1, "attended": 1}),
    (
        "reviews",
        {
            "case_id": "",
            "held_on": "2019-03-01",
            "recommendation": "continue",
            "recommended_on": "2019-03-01",
        },
    ),
    ("risk-assessments", {"case_id": "", "assessed_on": "2019-03-01", "level": "high"}),
    (
        "referrals",
        {"reference": "R2", "child_id": "", "submitted_on": "2018-09-03", "evidence": {}},
    ),
    (
        "exclusions",
        {
            "reference": "E1",
            "child_id": "",
            "school_id": "",
            "category": "SUSP",
            "starts_on": "2018-11-05",
        },
    ),
]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[kind for kind, _ in ROWS])
async def test_a_row_that_is_there_twice_is_recorded_once(
    referral: World, kind: str, row: dict[str, Any]
) -> None:
    known = await opened(referral)
    case = (await call(referral, "GET", f"/referral/v1/cases/{known['case']}")).json()
    row = {name: value or case[name] if name in case else value for name, value in row.items()}
    first, again = await _import(referral, kind, row, row)
    assert [first["outcome"], again["outcome"]] == ["created", "unchanged"]
    assert first["id"] == again["id"]
    assert [one["outcome"] for one in await _import(referral, kind, row)] == ["unchanged"]


async def test_siblings_of_one_file_share_their_parent(referral: World) -> None:
    await ready(referral)
    row = {**CHILD, "scheme": "county", "reference": "C1"}
    parent = {"reference": "P1", "name": "Testparent", "relationship": "mother"}
    await _import(referral, "children", {**row, "parents": [parent]})
    reached = {**row, "parents": [{**parent, "phone": "07"}]}
    plans = [{**CHILD["plans"][0], "reference": "PL-2"}]  # type: ignore[index]  # a list of one
    sibling = {**reached, "reference": "C2", "forename": "Bryn", "plans": plans}
    outcomes = await _import(referral, "children", sibling, reached)
    assert [one["outcome"] for one in outcomes] == ["created", "unchanged"]


async def test_checks_of_two_days_imported_again_change_nothing_even_once_decided(
    referral: World,
) -> None:
    known = await ready(referral)
    id_ = await referred(referral, known["child"])
    rows = [{"referral_id": id_, "checked_on": day} for day in ("2018-09-10", "2018-09-12")]
    assert [one["outcome"] for one in await _import(referral, "eligibility-checks", *rows)] == [
        "created",
        "created",
    ]
    url = f"/referral/v1/referrals/{id_}"
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    for decided in (False, True):
        if decided:
            assert (await call(referral, "POST", f"{url}/decision", decision)).is_success
        found = await _import(referral, "eligibility-checks", *rows)
        assert [one["outcome"] for one in found] == ["unchanged", "unchanged"]
        for row in rows:
            day = {"checked_on": row["checked_on"]}
            alone = await call(referral, "POST", f"{url}/eligibility-checks", day)
            assert alone.status_code == 200, alone.text
    assert (await call(referral, "GET", url)).json()["checked_on"] == "2018-09-12"


async def test_one_import_opens_no_second_case_of_a_child(referral: World) -> None:
    known = await ready(referral)
    first = await agreed(referral, known["child"])
    second = await referred(referral, known["child"], "R2")
    async with referral.database("referral").writing() as connection:  # agreed before two could not
        of_second = Referral.id == UUID(second)
        await connection.execute(update(Referral).where(of_second).values(state="agreed"))
    rows = [
        {"referral_id": id_, "staff_id": known["staff"], "started_on": "2018-10-01"}
        for id_ in (first, second)
    ]
    found = await _import(referral, "cases", *rows)
    assert [one["outcome"] for one in found] == ["created", "refused"]
    assert found[1]["code"] == "already-supported"


async def test_a_decision_imported_twice_is_taken_once(referral: World) -> None:
    known = await opened(referral)
    review = await call(
        referral,
        "POST",
        f"/referral/v1/cases/{known['case']}/reviews",
        {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-01"},
        headers=await who_reviews(referral, known["case"]),
    )
    row = {
        "review_id": review.json()["review_id"],
        "decision": "discontinue",
        "decided_on": "2019-03-10",
        "reason": "criteria-not-met",
    }
    found = await _import(referral, "continuations", row, row, {**row, "decision": "continue"})
    assert [one["outcome"] for one in found] == ["updated", "unchanged", "refused"]
    assert found[2]["code"] == "already-decided"


async def test_a_second_decision_on_a_case_is_checked_after_the_first(referral: World) -> None:
    known = await opened(referral)
    reviews = []
    for day in ("2019-03-01", "2019-06-03"):
        review = {"held_on": day, "recommendation": "discontinue", "recommended_on": day}
        path = f"/referral/v1/cases/{known['case']}/reviews"
        recorded = await call(
            referral, "POST", path, review, headers=await who_reviews(referral, known["case"])
        )
        reviews.append(recorded.json()["review_id"])
    decision = {"decision": "discontinue", "decided_on": "2019-06-10", "reason": "criteria-not-met"}
    rows = [{"review_id": id_, **decision} for id_ in reviews]
    found = await _import(referral, "continuations", *rows)
    assert [one["outcome"] for one in found] == ["updated", "updated"]
    ending = {**ENDED, "reason": "criteria-no-longer-met"}
    ended = await _import(referral, "endings", {"case_id": known["case"], **ending})
    assert [one["outcome"] for one in ended] == ["updated"]


async def test_an_ending_that_nothing_was_decided_for_is_refused_in_an_import(
    referral: World,
) -> None:
    known = await opened(referral)
    ending = {**ENDED, "reason": "criteria-no-longer-met"}
    found = await _import(referral, "endings", {"case_id": known["case"], **ending})
    assert [one["code"] for one in found] == ["not-discontinued"]


async def test_a_refused_row_leaves_nothing_that_the_next_would_publish(referral: World) -> None:
    await ready(referral)
    child = {**CHILD, "scheme": "county", "reference": "C1", "effective_on": "2018-10-01"}
    plan = {"reference": "PL-1", "plan_type": "EHC", "names_service": True}
    ended = {**plan, "starts_on": "2018-01-10", "ends_on": "2018-09-30"}
    await _import(referral, "children", {**child, "plans": [ended]})
    reopened = {**ended, "starts_on": "2018-09-02"}
    first = {**child, "year_group": "4", "effective_on": "2018-11-01", "plans": [reopened]}
    found = await _import(referral, "children", first, {**first, "plans": []})
    assert [(one["outcome"], one["code"]) for one in found] == [
        ("refused", "plan-closed"),
        ("updated", None),
    ]

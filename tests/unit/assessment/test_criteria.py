"""Criteria: what may be proposed for a year, and what is kept of their signing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.contracts.assessment import CriteriaAdopted
from libs.common.persistence import tables
from libs.common.security import Role
from tests.journeys.casework import call
from tests.worlds import World

CRITERIA: dict[str, Any] = {
    "academic_year": "2018-19",
    "version": 1,
    "progress": [
        {"scale": "N", "grade": "good", "at_least_tenths": 40},
        {"scale": "N", "grade": "expected", "at_least_tenths": 30},
    ],
    "cohort": [{"outcome": "good", "expected_or_better": 80, "good_or_better": 50}],
    "minimum_months": 6,
    "minimum_terms_on_caseload": 2,
    "minimum_judged": 10,
    "adopted_on": "2018-10-01",
}


@pytest.mark.parametrize(
    ("thresholds", "pointers"),
    [
        ([], []),
        ([{"scale": "X", "grade": "good", "at_least_tenths": 4}], ["/progress/2/scale"]),
        ([{"scale": "n", "grade": "good", "at_least_tenths": 4}], ["/progress/2/scale"]),
        ([{"scale": "N", "grade": "below", "at_least_tenths": 30}], ["/progress"]),
        ([{"scale": "N", "grade": "good", "at_least_tenths": 20}], ["/progress"]),
        ([{"scale": "N", "grade": "outstanding", "at_least_tenths": 20}], ["/progress"]),
        ([{"scale": "P", "grade": "outstanding", "at_least_tenths": 15}], []),
    ],
    ids=[
        "as agreed",
        "a scale of no scheme",
        "in small letters",
        "not falling",
        "a grade twice",
        "the best last",
        "each scale for itself",
    ],
)
async def test_criteria_are_of_scales_that_a_scheme_has(
    assessment: World, thresholds: list[dict[str, Any]], pointers: list[str]
) -> None:
    proposal = CRITERIA | {"progress": CRITERIA["progress"] + thresholds}
    answer = await call(assessment, "POST", "/assessment/v1/criteria", proposal)
    assert answer.status_code == (422 if pointers else 201), answer.text
    assert [one["pointer"] for one in answer.json().get("errors", [])] == pointers


@pytest.mark.parametrize(
    ("outcomes", "accepted"),
    [
        ([("outstanding", 90, 75), ("good", 80, 50), ("requires-improvement", 65, 0)], True),
        ([("outstanding", 90, 75), ("good", 90, 75), ("inadequate", 0, 0)], True),
        ([("outstanding", 90, 75), ("requires-improvement", 65, 0)], True),
        ([("good", 90, 75), ("outstanding", 80, 50)], False),
        ([("outstanding", 90, 10), ("good", 80, 75)], False),
        ([("outstanding", 80, 75), ("good", 90, 50)], False),
        ([("good", 90, 75), ("good", 80, 50)], False),
        ([("outstanding", 101, 75)], False),
        ([("outstanding", 90, -1)], False),
    ],
)
async def test_outcomes_go_from_the_best_on_and_so_do_their_shares(
    assessment: World, outcomes: list[tuple[str, int, int]], accepted: bool
) -> None:
    cohort = [
        {"outcome": name, "expected_or_better": expected, "good_or_better": good}
        for name, expected, good in outcomes
    ]
    proposal = CRITERIA | {"cohort": cohort}
    answer = await call(assessment, "POST", "/assessment/v1/criteria", proposal)
    assert answer.status_code == (201 if accepted else 422), answer.text
    pointers = {one["pointer"] for one in answer.json().get("errors", [])}
    assert pointers == (set() if accepted else {"/cohort"})


async def test_the_day_of_the_other_signature_is_kept(assessment: World) -> None:
    adviser = assessment.as_(Role.LINK_ADVISER)
    proposed = await call(assessment, "POST", "/assessment/v1/criteria", CRITERIA)
    assert (proposed.json()["state"], proposed.json()["signed_on"]) == ("proposed", None)
    url = f"/assessment/v1/criteria/{proposed.json()['criteria_id']}"
    signing = adviser | {"If-Match": proposed.headers["ETag"]}
    day = {"signed_on": "2018-10-08"}
    signed = await call(assessment, "POST", f"{url}/signature", day, headers=signing)
    assert (signed.status_code, signed.json()["state"]) == (200, "adopted")
    assert (await call(assessment, "GET", url)).json() == proposed.json() | signed.json()
    assert signed.json()["signed_on"] == "2018-10-08"
    async with assessment.database("assessment").reading() as connection:
        published = (await connection.execute(select(tables.event.c.data))).scalars().all()
    (adopted,) = map(CriteriaAdopted.read, map(str.encode, published))
    assert (adopted.adopted_on, adopted.signed_on) == (date(2018, 10, 1), date(2018, 10, 8))


def test_an_event_from_before_the_signatures_day_was_told_is_read() -> None:
    sample = Path(__file__).parents[2] / "contracts" / "samples" / "CriteriaAdopted.v1.json"
    event = CriteriaAdopted.read(sample.read_bytes())
    assert event.signed_on is None

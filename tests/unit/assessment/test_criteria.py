"""Criteria: what may be proposed for a year."""

from typing import Any

import pytest

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
    ],
    ids=["as agreed", "a scale of no scheme", "in small letters", "not falling"],
)
async def test_criteria_are_of_scales_that_a_scheme_has(
    assessment: World, thresholds: list[dict[str, Any]], pointers: list[str]
) -> None:
    proposal = CRITERIA | {"progress": CRITERIA["progress"] + thresholds}
    answer = await call(assessment, "POST", "/assessment/v1/criteria", proposal)
    assert answer.status_code == (422 if pointers else 201), answer.text
    assert [one["pointer"] for one in answer.json().get("errors", [])] == pointers

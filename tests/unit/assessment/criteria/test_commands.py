"""What may be proposed as criteria for a year."""

from typing import Any

import pytest

from libs.common.core.errors import Conflict, Rejected
from libs.common.persistence.uow import Units
from services.assessment.criteria.commands import ProposeCriteria, propose_criteria
from services.assessment.criteria.domain import CriteriaSet
from tests.unit.refused import refused
from tests.worlds import request_context

PROPOSAL: dict[str, Any] = {
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


async def _propose(units: Units, **other: Any) -> CriteriaSet:
    command = ProposeCriteria.model_validate({**PROPOSAL, **other})
    async with units.work(request_context()) as uow:
        return await propose_criteria(uow, command)


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
    units: Units, thresholds: list[dict[str, Any]], pointers: list[str]
) -> None:
    progress = PROPOSAL["progress"] + thresholds
    if pointers:
        with refused(Rejected, *pointers):
            await _propose(units, progress=progress)
    else:
        assert (await _propose(units, progress=progress)).progress == progress


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
    units: Units, outcomes: list[tuple[str, int, int]], accepted: bool
) -> None:
    cohort = [
        {"outcome": name, "expected_or_better": expected, "good_or_better": good}
        for name, expected, good in outcomes
    ]
    if accepted:
        assert (await _propose(units, cohort=cohort)).cohort == cohort
        return
    with pytest.raises(Rejected) as refusal:
        await _propose(units, cohort=cohort)
    assert {one.pointer for one in refusal.value.errors} == {"/cohort"}


async def test_a_version_is_proposed_once_for_a_year(units: Units) -> None:
    await _propose(units)
    with refused(Conflict, "/version", code="already-proposed"):
        await _propose(units, minimum_judged=11)
    assert await _propose(units, version=2)

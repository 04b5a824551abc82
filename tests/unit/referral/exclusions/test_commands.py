"""An exclusion told of in one call or in several: what became of it, and in which order."""

from datetime import date
from typing import Any

import pytest

from libs.common.core.errors import Rejected
from libs.common.persistence.uow import Units
from services.referral.exclusions.commands import RecordExclusion, record_exclusion
from tests.unit.referral.made import CHILD, SCHOOL, keep
from tests.unit.refused import refused
from tests.worlds import request_context

FIRST: dict[str, Any] = {
    "child_id": CHILD,
    "school_id": SCHOOL,
    "category": "PERM",
    "starts_on": date(2018, 11, 5),
}
RESCINDED = {"rescinded_on": date(2018, 12, 20), "ground": "overturned"}


async def _record(units: Units, said: dict[str, Any], reference: str = "E1") -> dict[str, Any]:
    async with units.work(request_context()) as uow:
        exclusion, _ = await record_exclusion(uow, reference, RecordExclusion(**said))
    return {name: getattr(exclusion, name) for name in RecordExclusion.model_fields}


@pytest.mark.parametrize(
    ("became", "pointers"),
    [
        ({"upheld_on": date(2018, 11, 4)}, ["/upheld_on"]),
        ({"rescinded_on": date(2018, 11, 4), "ground": "withdrawn"}, ["/rescinded_on"]),
        (
            {
                "upheld_on": date(2018, 11, 21),
                "rescinded_on": date(2018, 11, 20),
                "ground": "withdrawn",
            },
            ["/upheld_on"],
        ),
    ],
)
async def test_nothing_becomes_of_an_exclusion_before_it_began_or_once_it_no_longer_stands(
    units: Units, became: dict[str, Any], pointers: list[str]
) -> None:
    await keep(units)
    with refused(Rejected, *pointers):
        await _record(units, FIRST | became)
    await _record(units, FIRST)
    parts = [{k: v for k, v in became.items() if (k == "upheld_on") == last} for last in (0, 1)]
    *before, last = filter(None, parts)
    for part in before:
        await _record(units, FIRST | part)
    with refused(Rejected, *pointers):
        await _record(units, FIRST | last)


async def test_an_upholding_may_be_told_after_the_rescinding_that_followed_it(
    units: Units,
) -> None:
    await keep(units)
    whole = FIRST | RESCINDED | {"upheld_on": date(2018, 11, 20)}
    at_once = await _record(units, whole, "E1")
    await _record(units, FIRST | RESCINDED, "E2")
    assert await _record(units, whole, "E2") == at_once


@pytest.mark.parametrize(
    ("faulty", "pointers"),
    [
        ({"ground": "withdrawn"}, ["/ground"]),
        ({"rescinded_on": date(2018, 11, 5)}, ["/ground"]),
        ({"category": "SUSP", "upheld_on": date(2018, 11, 5)}, ["/upheld_on"]),
        ({"half_days": 0}, ["/half_days"]),
        ({"half_days": 91}, ["/half_days"]),
        ({"upheld_on": date(2198, 1, 1), "half_days": 91}, ["/upheld_on", "/half_days"]),
    ],
    ids=str,
)
async def test_all_that_is_wrong_with_an_exclusion_is_named_at_once(
    units: Units, faulty: dict[str, Any], pointers: list[str]
) -> None:
    await keep(units)
    with refused(Rejected, *pointers):
        await _record(units, FIRST | faulty)

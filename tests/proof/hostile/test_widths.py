"""What is wider than the column it would be kept in is refused, on every database."""

from typing import Any

import pytest

from libs.common.runtime.manifest import Service
from services.referral.service import SERVICE as REFERRAL
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World

PARENT = {"reference": "P1", "name": "Pat Example", "relationship": "parent"}


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"school_urn": 2**31}, "/school_urn"),
        ({"school_urn": 1_000_000}, "/school_urn"),
        ({"school_urn": 0}, "/school_urn"),
        ({"parents": [{**PARENT, "phone": "0" * 41}]}, "/parents/0/phone"),
    ],
    ids=["2^31", "seven digits", "nought", "a long number"],
)
async def test_what_is_too_wide_is_refused(
    world: World, changed: dict[str, Any], pointer: str
) -> None:
    await ready(world)
    url = "/referral/v1/children/by-reference/county/C2"
    answer = await call(world, "PUT", url, {**CHILD, **changed})
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]

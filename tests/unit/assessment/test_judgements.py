"""A teacher's year is judged by somebody else (domain brief 10: separation of duty)."""

from typing import Any

import pytest

from libs.common.auth import Role
from tests.journeys.casework import call
from tests.unit.assessment.conftest import ANOTHER, STAFF, TEAM, imported
from tests.unit.assessment.test_again import JUDGEMENT
from tests.worlds import World


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"role": Role.AREA_MANAGER, "teams": [TEAM], "staff_id": STAFF}, 403),
        ({"role": Role.HEAD_OF_SERVICE, "staff_id": STAFF}, 403),
        ({"role": Role.AREA_MANAGER, "teams": [TEAM], "staff_id": ANOTHER}, 201),
        ({"role": Role.AREA_MANAGER, "teams": [TEAM]}, 201),
    ],
    ids=["area manager", "head", "another", "of the team, not of the staff"],
)
async def test_nobody_judges_their_own_teaching(
    taught: World, who: dict[str, Any], status: int
) -> None:
    url = "/assessment/v1/teaching-judgements"
    headers = taught.as_(**who)
    [row] = await imported(taught, "teaching-judgements", JUDGEMENT, headers=headers)
    answer = await call(taught, "POST", url, JUDGEMENT, headers=headers)
    assert answer.status_code == status, answer.text
    assert row["code"] == answer.json().get("code")
    if status == 403:
        assert answer.json()["code"] == "separation-of-duty"

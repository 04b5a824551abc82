"""A teacher's year is judged by somebody else (domain brief 10: separation of duty)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from libs.common.contracts.referral import ChildMovedSchool
from libs.common.security import Role
from tests.journeys.casework import call
from tests.unit.assessment.conftest import ANOTHER, CHILD, RESULT, STAFF, TEAM, handle, imported
from tests.unit.assessment.test_again import JUDGEMENT
from tests.worlds import World


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"role": Role.AREA_MANAGER, "teams": [TEAM], "staff_id": STAFF}, 403),
        ({"role": Role.HEAD_OF_SERVICE, "staff_id": STAFF}, 403),
        ({"role": Role.AREA_MANAGER, "teams": [TEAM], "staff_id": ANOTHER}, 200),
        ({"role": Role.AREA_MANAGER, "teams": [TEAM]}, 200),
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


async def test_whom_an_area_manager_does_not_reach_is_as_nobody(taught: World) -> None:
    """Of another team's teacher is heard no more than of somebody who does not exist."""
    bodies = []
    for staff in (STAFF, UUID(int=99)):
        headers = taught.as_(Role.AREA_MANAGER, teams=[UUID(int=98)])
        body = JUDGEMENT | {"staff_id": str(staff)}
        answer = await call(
            taught, "POST", "/assessment/v1/teaching-judgements", body, headers=headers
        )
        assert answer.status_code == 404
        bodies.append(answer.content)
    assert bodies[0] == bodies[1]


async def test_a_senco_reads_results_of_children_at_their_school_now(taught: World) -> None:
    """Heard of from referral: where a child was registered, and each move (domain brief 10)."""
    [row] = await imported(taught, "results", RESULT, headers=taught.as_(Role.ADMINISTRATOR))
    url = f"/assessment/v1/results/{row['id']}"
    before, after = TEAM, UUID(int=97)  # the school of the fixture's children, and another

    async def statuses() -> list[int]:
        sencos = [taught.as_(Role.SCHOOL_SENCO, schools=[one]) for one in (before, after)]
        return [(await call(taught, "GET", url, headers=who)).status_code for who in sencos]

    assert await statuses() == [200, 404]
    for school, day in ((after, date(2019, 1, 7)), (before, date(2018, 11, 5))):
        moved = ChildMovedSchool(
            child_id=CHILD, from_school_id=before, school_id=school, moved_on=day
        )
        await handle(taught, moved)
        assert await statuses() == [404, 200], "an earlier move that is heard of later is the past"

"""Whose caseload is whose, where nobody is named on one side or the other."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import insert

from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.assessment.known import known_case, known_child, known_holder
from services.assessment.service import SERVICE as ASSESSMENT
from tests.imports import imported
from tests.worlds import World, embedded

RESULT = {
    "academic_year": "2018-19",
    "term": "summer",
    "subject": "reading",
    "position": "Y1.2",
    "assessed_on": "2019-06-17",
    "moderated": False,
}


@pytest.fixture
def at_work() -> list[Service]:
    return [ASSESSMENT]


@pytest.mark.parametrize("named", [True, False])
@embedded
async def test_a_teacher_whom_nobody_named_reaches_no_case(world: World, named: bool) -> None:
    """A case whose teacher is not known yet belongs to no caseload, least of all to nobody's."""
    child, teacher = uuid4(), uuid4()
    case = {"case_id": uuid4(), "child_id": child}
    async with world.database("assessment").writing() as connection:
        await connection.execute(insert(known_child), {"child_id": child})
        await connection.execute(insert(known_case), case)
        lead = {"staff_id": teacher if named else None, "from_on": date(2018, 10, 1)}
        held = {"case_id": case["case_id"], **lead, "void": False}
        await connection.execute(insert(known_holder), held)
    nobody = world.as_(Role.SUPPORT_TEACHER)
    body = {**RESULT, "reference": "A-1", "child_id": str(child)}
    refused = await world.client.post("/assessment/v1/results", json=body, headers=nobody)
    assert refused.status_code == 404
    loader = world.as_(Role.ADMINISTRATOR)
    [row] = (await imported(world, "assessment/results", [body], loader))["outcomes"]
    assert row["outcome"] == "created"
    url = f"/assessment/v1/results/{row['id']}"
    assert (await world.client.get(url, headers=nobody)).status_code == 404
    own = await world.client.get(url, headers=world.as_(Role.SUPPORT_TEACHER, staff_id=teacher))
    assert own.status_code == (200 if named else 404)

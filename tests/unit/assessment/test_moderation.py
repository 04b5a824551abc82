"""A result is moderated by a second person: not by the teacher who records it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from libs.common.core.errors import NotFound
from libs.common.persistence.uow import Access, RequestContext
from libs.common.security import Actor, Reach, Role
from services.assessment.results.access import moderating
from services.assessment.results.commands import RecordResult, record_result
from tests.journeys.casework import call
from tests.unit.assessment.conftest import ANOTHER, DAY, RESULT, STAFF, TEAM, imported
from tests.worlds import World

URL = "/assessment/v1/results"
TEACHER: dict[str, Any] = {"role": Role.SUPPORT_TEACHER, "staff_id": STAFF}
AREA: dict[str, Any] = {"role": Role.AREA_MANAGER, "teams": [TEAM]}


@pytest.mark.parametrize(("who", "status"), [(TEACHER, 422), (AREA, 201)])
async def test_a_teacher_does_not_moderate_their_own_results(
    taught: World, who: dict[str, Any], status: int
) -> None:
    answer = await call(taught, "POST", URL, RESULT, headers=taught.as_(**who))
    assert answer.status_code == status, answer.text
    [row] = await imported(
        taught, "results", RESULT | {"reference": "A2"}, headers=taught.as_(**who)
    )
    assert row["outcome"] == ("refused" if status == 422 else "created")
    if status == 422:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/moderated"]
        assert [one["pointer"] for one in row["faults"]] == ["/moderated"]


async def test_what_a_teacher_records_is_moderated_by_a_correction(taught: World) -> None:
    result = RESULT | {"moderated": False}
    recorded = await call(taught, "POST", URL, result, headers=taught.as_(**TEACHER))
    assert recorded.status_code == 201, recorded.text
    correction = {
        "position": RESULT["position"],
        "assessed_on": RESULT["assessed_on"],
        "moderated": True,
        "reason": "moderated",
    }
    url = f"{URL}/{recorded.json()['assessment_id']}/corrections"
    for who, status in ((TEACHER, 403), (AREA, 200)):
        version = {"If-Match": recorded.headers["etag"]}
        answer = await call(taught, "POST", url, correction, headers=taught.as_(**who), **version)
        assert answer.status_code == status, answer.text
    assert answer.json()["moderated"] is True
    again = await call(taught, "POST", URL, result, headers=taught.as_(**TEACHER))
    assert (again.status_code, again.json()["moderated"]) == (200, True)


def test_who_teaches_too_moderates_for_their_teams_alone() -> None:
    nobody: frozenset[UUID] = frozenset()
    roles = frozenset({Role.AREA_MANAGER, Role.SUPPORT_TEACHER})
    actor = Actor("a", roles, frozenset({TEAM}), nobody, nobody, STAFF)
    recording = Access(actor, "result.record", frozenset({Reach.TEAM, Reach.OWN}), DAY)
    assert moderating(recording).reaches == {Reach.TEAM}


async def test_all_that_is_wrong_with_a_result_is_named_at_once(taught: World) -> None:
    wrong = RESULT | {"position": "Y9.9", "assessed_on": "2019-09-01", "child_id": str(ANOTHER)}
    answer = await call(taught, "POST", URL, wrong, headers=taught.as_(**TEACHER))
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        "/assessed_on",
        "/position",
        "/moderated",
    }


async def test_who_decides_too_records_for_their_own_caseload_alone(taught: World) -> None:
    """The Head of Service moderates for the whole county, and records for no child of it."""
    nobody: frozenset[UUID] = frozenset()
    roles = frozenset({Role.HEAD_OF_SERVICE, Role.SUPPORT_TEACHER})
    actor = Actor("a", roles, nobody, nobody, nobody, STAFF)
    context = RequestContext(
        Access(actor, "result.record", frozenset({Reach.OWN}), date(2019, 7, 1))
    )
    units = taught.system.running["assessment"].units
    async with units.work(context) as uow:
        _, done = await record_result(uow, RecordResult.model_validate(RESULT))
        assert done.outcome == "created"
        other = RecordResult.model_validate(RESULT | {"child_id": str(ANOTHER), "reference": "A2"})
        with pytest.raises(NotFound):
            await record_result(uow, other)

"""A reference that is of another's thing, and a child out of reach, tell the caller no more."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from libs.common.security import Role
from services.assessment import known as assessment
from services.referral.schools.domain import School
from services.survey import known as survey
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World, embedded

REFERRAL = {"reference": "R1", "submitted_on": "2018-09-03", "evidence": {}}
RESULT = {
    "reference": "A-1",
    "academic_year": "2018-19",
    "term": "summer",
    "subject": "reading",
    "position": "Y1.2",
    "assessed_on": "2019-06-17",
    "moderated": False,
}
COMPLAINT = {"reference": "CO1", "received_on": "2019-02-14", "formal": False, "text": "Made up."}


@embedded
async def test_a_childs_records_go_with_them_and_another_schools_reference_is_as_good_as_any(
    world: World,
) -> None:
    """A SENCO's sight ends when the child leaves the school (domain brief 10)."""
    known = await ready(world)
    async with world.database("referral").reading() as connection:
        schools = dict((await connection.execute(select(School.urn, School.id))).all())
    before = schools.pop(900001)  # which CHILD goes to
    urn, after = next(iter(schools.items()))
    body = {**REFERRAL, "child_id": known["child"]}
    ours = world.as_(Role.SCHOOL_SENCO, schools=[before])
    first = await call(world, "POST", "/referral/v1/referrals", body, headers=ours)
    assert first.status_code == 201, first.text
    suspended = {"category": "SUSP", "starts_on": "2018-09-10", "half_days": 2}
    excluded = {"child_id": known["child"], "school_id": str(before), **suspended}
    url = "/referral/v1/exclusions"
    second = (await call(world, "PUT", f"{url}/by-reference/E1", excluded)).json()
    shown = [f"/referral/v1/referrals/{first.json()['referral_id']}"]
    shown += [f"{url}/{second['exclusion_id']}"]
    theirs = world.as_(Role.SCHOOL_SENCO, schools=[after])
    assert await _statuses(world, shown, ours) == {200}
    assert await _statuses(world, shown, theirs) == {404}
    other = {**CHILD, "school_urn": urn, "plans": []}
    put = "/referral/v1/children/by-reference/county/C"
    child = (await call(world, "PUT", f"{put}2", other)).json()["child_id"]
    for day, status in (("2018-09-03", 201), ("2018-09-03", 200), ("2018-10-08", 409)):
        again = {**body, "child_id": child, "submitted_on": day}
        headers = {**theirs, "Idempotency-Key": str(uuid4())}
        answer = await call(world, "POST", "/referral/v1/referrals", again, headers=headers)
        assert answer.status_code == status, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/submitted_on"]
    again = {**body, "child_id": child, "reference": "R1"}
    for who in (world.as_(), world.as_(Role.COUNTY_SEND_OFFICER)):
        answer = await call(world, "POST", "/referral/v1/referrals", again, headers=who)
        assert (answer.status_code, answer.json()["child_id"]) == (200, child)
    moved = {**CHILD, "school_urn": urn, "effective_on": "2018-10-01"}
    await call(world, "PUT", f"{put}1", moved)
    assert await _statuses(world, shown, ours) == {404}
    assert await _statuses(world, shown, theirs) == {200}


async def _statuses(world: World, urls: Sequence[str], who: Mapping[str, str]) -> set[int]:
    return {(await call(world, "GET", url, headers=dict(who))).status_code for url in urls}


async def _taught(world: World, children: list[UUID], staff: UUID, team: UUID) -> None:
    """Let assessment and survey know of children, and of a case that a teacher has of each."""
    cases = [{"case_id": uuid4(), "child_id": child} for child in children]
    held = {"staff_id": staff, "team_id": team, "from_on": date(2018, 10, 1), "void": False}
    holders = [{"case_id": case["case_id"], **held} for case in cases]
    rows = [{"child_id": child} for child in children]
    async with world.database("assessment").writing() as connection:
        await connection.execute(insert(assessment.known_child), rows)
        await connection.execute(insert(assessment.known_case), cases)
        await connection.execute(insert(assessment.known_holder), holders)
    async with world.database("survey").writing() as connection:
        await connection.execute(insert(survey.known_child), rows)
        await connection.execute(insert(survey.known_case), cases)
        await connection.execute(insert(survey.known_holder), holders)


@embedded
async def test_a_result_under_another_teachers_reference_is_as_good_as_any(
    world: World,
) -> None:
    """Whoever tries one does not hear whether there is such a result."""
    mine, other, me, them = uuid4(), uuid4(), uuid4(), uuid4()
    await _taught(world, [mine], me, uuid4())
    await _taught(world, [other], them, uuid4())
    url = "/assessment/v1/results"
    body = {**RESULT, "child_id": str(other)}
    first = world.as_(Role.SUPPORT_TEACHER, staff_id=them)
    assert (await call(world, "POST", url, body, headers=first)).status_code == 201
    made = []
    for _ in range(2):
        teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=me)
        made.append(
            await call(world, "POST", url, {**RESULT, "child_id": str(mine)}, headers=teacher)
        )
    assert [one.status_code for one in made] == [201, 200]
    assert made[0].json() == made[1].json()


@pytest.mark.parametrize("there_is", [True, False], ids=["there", "not-there"])
@embedded
async def test_nobody_hears_whether_there_is_a_child_they_do_not_reach(
    world: World, there_is: bool
) -> None:
    child, team = uuid4(), uuid4()
    if there_is:
        await _taught(world, [child], uuid4(), uuid4())
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=uuid4())
    body = {**RESULT, "child_id": str(child)}
    result = await call(world, "POST", "/assessment/v1/results", body, headers=teacher)
    assert (result.status_code, result.json()["code"]) == (404, "not-found")
    wave = {
        "reference": "W1",
        "audience": "children",
        "academic_year": "2018-19",
        "questionnaire": "children",
        "questionnaire_version": 1,
        "issued_on": "2019-05-14",
        "closes_on": "2019-06-28",
    }
    area = world.as_(Role.AREA_MANAGER, teams=[team])
    drafted = await call(world, "POST", "/survey/v1/waves", wave, headers=area)
    url = f"/survey/v1/waves/{drafted.json()['wave_id']}/recipients"
    recipients = [{"reference": "C0", "child_id": str(child)}]
    headers = {**area, "Idempotency-Key": str(uuid4())}
    listed = await call(world, "POST", url, recipients, headers=headers)
    assert (listed.status_code, listed.json()["code"]) == (403, "outside-your-caseload")


COMPLIMENT = {"reference": "CO1", "received_on": "2019-02-14", "source": "parents"}


@pytest.mark.parametrize(("what", "body"), [("complaints", COMPLAINT), ("compliments", COMPLIMENT)])
@embedded
async def test_a_reference_that_another_parent_gave_is_as_good_as_any(
    world: World, what: str, body: dict[str, Any]
) -> None:
    """Whoever tries one does not hear whether there is such a complaint."""
    url = f"/survey/v1/{what}"
    parents = [world.as_(Role.PARENT, subject=name) for name in ("one", "other")]
    raised, other = [await call(world, "POST", url, body, headers=who) for who in parents]
    assert (raised.status_code, other.status_code) == (201, 201)
    assert _key(raised.json()) != _key(other.json())
    parents = [world.as_(Role.PARENT, subject=name) for name in ("one", "other")]
    again = [await call(world, "POST", url, body, headers=who) for who in parents]
    assert [one.json() for one in again] == [raised.json(), other.json()]
    [seen] = [await call(world, "POST", url, body)]  # the Head of Service sees them all
    assert (seen.status_code, _key(seen.json()) in {_key(raised.json()), _key(other.json())}) == (
        200,
        True,
    )


def _key(shown: dict[str, Any]) -> str:
    return str(shown.get("complaint_id") or shown["compliment_id"])


@embedded
async def test_an_exclusion_under_a_reference_of_another_child_is_as_good_as_any(
    world: World,
) -> None:
    known = await ready(world)
    async with world.database("referral").reading() as connection:
        schools = dict((await connection.execute(select(School.urn, School.id))).all())
    before = schools.pop(900001)  # which CHILD goes to
    urn, after = next(iter(schools.items()))
    other = {**CHILD, "school_urn": urn, "plans": []}
    put = "/referral/v1/children/by-reference/county/C2"
    child = (await call(world, "PUT", put, other)).json()["child_id"]
    url = "/referral/v1/exclusions/by-reference/E1"
    suspended = {"category": "SUSP", "starts_on": "2018-09-10", "half_days": 2}
    made = []
    for pupil, school in ((known["child"], before), (child, after)):
        senco = world.as_(Role.SCHOOL_SENCO, schools=[school])
        body = {"child_id": pupil, "school_id": str(school), **suspended}
        made.append(await call(world, "PUT", url, body, headers=senco))
        again = await call(world, "PUT", url, body, headers=senco)
        assert (again.status_code, again.json()) == (200, made[-1].json())
    assert [one.status_code for one in made] == [201, 201]

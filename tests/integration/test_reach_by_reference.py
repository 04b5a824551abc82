"""Who a token names by the county's references reaches what a token with our ids reaches."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from deploy.services import SERVICES
from libs.common.security import Actor, References, Role, TokenChecker
from tests.journeys.casework import CHILD, agreed, call, ready
from tests.worlds import World, embedded, world_of

TEAM = {"name": "Northern Team", "area": "north", "formed_on": "2014-09-01"}
MEMBER = {
    "name": "Testcase Colleague",
    "post": "specialist-teacher",
    "team_code": "T1",
    "fte": "1.00",
    "appointed_on": "2015-09-01",
}
RESULT = {
    "reference": "A-1",
    "academic_year": "2018-19",
    "term": "summer",
    "subject": "reading",
    "position": "Y1.2",
    "assessed_on": "2019-06-17",
    "moderated": False,
}
WAVE = {
    "academic_year": "2018-19",
    "questionnaire_version": 1,
    "issued_on": "2019-05-14",
    "closes_on": "2019-06-28",
    "grace_days": 0,
}
STANDING: dict[str, References] = {
    "a-team": References(teams=frozenset({"T1"})),
    "a-teacher": References(staff="S2"),
    "a-school": References(schools=frozenset({"900001"})),
    "a-parent": References(children=frozenset({("county", "C1")})),
    "later": References(teams=frozenset({"T2"}), staff="S3"),
    "nobody": References(
        teams=frozenset({"T9", "t1"}),
        schools=frozenset({"900002", "x", "9" * 30}),
        staff="S9",
        children=frozenset({("county", "C9"), ("other", "C1")}),
    ),
}
"""What each subject's identity provider says of them."""


class ByReference(TokenChecker):
    """Reads in a token what it says in the county's own words."""

    async def actor(self, authorization_header: str | None, now: datetime) -> Actor:
        """Return who calls, with the references of their subject."""
        found = await super().actor(authorization_header, now)
        return replace(found, references=STANDING.get(found.subject, References()))


@pytest.fixture
async def world(kind: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(kind, tmp_path, SERVICES, tokens=ByReference) as started:
        yield started


@dataclass(frozen=True)
class Known:
    """What there is to reach: by whom, and where."""

    ids: Mapping[str, Any]
    paths: Mapping[str, list[str]]


@pytest.fixture
async def known(world: World) -> Known:
    """Return a case of a teacher of a team, a result, and answers of child and school."""
    first = await ready(world)
    team = (await put(world, "/referral/v1/teams/by-code/T1", TEAM))["team_id"]
    staff = (await put(world, "/referral/v1/staff/by-reference/S2", MEMBER))["staff_id"]
    child = first["child"]
    referral = await agreed(world, child)
    start = {"referral_id": referral, "staff_id": staff, "started_on": "2018-10-01"}
    case = (await post(world, "/referral/v1/cases", start))["case_id"]
    shown = await call(world, "GET", f"/referral/v1/children/{child}")
    school = shown.json()["school_id"]
    await world.settle()
    area = world.as_(Role.AREA_MANAGER, teams=[team])
    result = await post(world, "/assessment/v1/results", RESULT | {"child_id": child}, headers=area)
    of_child = await answered(world, "children", "better_at_work", "yes", child_id=child)
    of_school = await answered(world, "schools", "effective", "good", school_id=school)
    return Known(
        {"teams": [team], "staff_id": staff, "schools": [school], "children": [child]},
        {
            "referral": [
                "/referral/v1/cases",
                f"/referral/v1/cases/{case}",
                f"/referral/v1/children/{child}",
                f"/referral/v1/staff/{staff}",
                f"/referral/v1/referrals/{referral}",
            ],
            "assessment": [
                f"/assessment/v1/results?child_id={child}",
                f"/assessment/v1/results/{result['assessment_id']}",
            ],
            "survey": [f"/survey/v1/responses/{of_child}", f"/survey/v1/responses/{of_school}"],
        },
    )


async def put(world: World, path: str, body: Any) -> Any:
    answer = await call(world, "PUT", path, body)
    assert answer.is_success, answer.text
    return answer.json()


async def post(world: World, path: str, body: Any = None, **more: Any) -> Any:
    answer = await call(world, "POST", path, body, **more)
    assert answer.is_success, answer.text
    return answer.json()


async def answered(world: World, audience: str, question: str, value: str, **about: str) -> str:
    """Issue a wave to one recipient, who answers one question; return the response's id."""
    wave = WAVE | {"reference": f"W-{audience}", "audience": audience, "questionnaire": audience}
    path = f"/survey/v1/waves/{(await post(world, '/survey/v1/waves', wave))['wave_id']}"
    await post(world, f"{path}/recipients", [{"reference": "R1", **about}])
    version = (await call(world, "GET", path)).headers["ETag"]
    await post(world, f"{path}/issue", **{"If-Match": version})
    response = {
        "reference": f"Q-{audience}",
        "recipient": "R1",
        "received_at": "2019-06-01T12:00:00+01:00",
        "channel": "paper",
        "assisted_by": "none",
        "answers": [{"question": question, "state": "answered", "value": value}],
    }
    return str((await post(world, f"{path}/responses", response))["response_id"])


async def seen(world: World, paths: list[str], role: Role, **claims: Any) -> list[tuple[int, Any]]:
    """Return what each path answers somebody of a role."""
    headers = world.as_(role, **claims)
    answers = [await world.client.get(path, headers=headers) for path in paths]
    return [(a.status_code, a.json() if a.is_success else a.json()["code"]) for a in answers]


CASES = [
    (Role.AREA_MANAGER, "a-team", "teams", {"referral", "assessment", "survey"}),
    (Role.SUPPORT_TEACHER, "a-teacher", "staff_id", {"referral", "assessment"}),
    (Role.SCHOOL_SENCO, "a-school", "schools", {"referral", "assessment", "survey"}),
    (Role.PARENT, "a-parent", "children", {"referral"}),
]
"""Whom the claim of ids that says the same is set beside, and where they reach something."""


@pytest.mark.parametrize(("role", "subject", "claim", "services"), CASES)
@embedded
async def test_a_reference_reaches_exactly_what_the_id_reaches(
    world: World, known: Known, role: Role, subject: str, claim: str, services: set[str]
) -> None:
    by_id: Any = {claim: known.ids[claim]}
    for service, paths in known.paths.items():
        with_id = await seen(world, paths, role, subject="by-id", **by_id)
        assert await seen(world, paths, role, subject=subject) == with_id, service
        without = await seen(world, paths, role, subject="by-nothing")
        assert (with_id != without) == (service in services), service
        assert await seen(world, paths, role, subject="nobody") == without, service


async def test_a_code_that_is_given_later_is_heard(world: World, known: Known) -> None:
    """The token names a second team and its new colleague before there are any."""
    paths = known.paths["assessment"]
    before = await seen(world, paths, Role.AREA_MANAGER, subject="later")
    await put(world, "/referral/v1/teams/by-code/T2", TEAM | {"name": "Southern Team"})
    moved = MEMBER | {"team_code": "T2"}
    staff = (await put(world, "/referral/v1/staff/by-reference/S3", moved))["staff_id"]
    child = await put(
        world,
        "/referral/v1/children/by-reference/county/C2",
        CHILD | {"plans": [{**CHILD["plans"][0], "reference": "PL-2"}]},  # type: ignore[index]
    )
    referral = await agreed(world, child["child_id"], "R2")
    start = {"referral_id": referral, "staff_id": staff, "started_on": "2018-10-01"}
    await post(world, "/referral/v1/cases", start)
    await world.settle()
    other = RESULT | {"reference": "A-2", "child_id": child["child_id"]}
    area = world.as_(Role.AREA_MANAGER, subject="later")
    made = await post(world, "/assessment/v1/results", other, headers=area)
    result = made["assessment_id"]
    for role in (Role.AREA_MANAGER, Role.SUPPORT_TEACHER):
        mine = await seen(world, [f"/assessment/v1/results/{result}"], role, subject="later")
        assert mine[0][0] == 200, role
    assert await seen(world, paths, Role.AREA_MANAGER, subject="later") == before


@embedded
async def test_looking_up_costs_one_query_and_none_without_references(
    world: World, known: Known
) -> None:
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    path = f"/assessment/v1/criteria/{known.ids['staff_id']}"
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for subject, queries in (("by-nothing", 0), ("nobody", 1), ("a-team", 1)):
            asked.clear()
            headers = world.as_(Role.AREA_MANAGER, subject=subject)
            assert (await world.client.get(path, headers=headers)).status_code == 404
            looked_up = [statement for statement in asked if "FROM known_" in statement]
            assert len(looked_up) == queries, subject
    finally:
        event.remove(Engine, "before_cursor_execute", note)

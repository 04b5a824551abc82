"""Each record of assessment: in its list, at its own address, by the county's key, as a file."""

from typing import Any

import pytest

from libs.common.contracts.referral import SchoolRecorded, StaffReferenceRecorded
from libs.common.security import Role
from tests.architecture.roles.stage import CRITERIA
from tests.reads import check_listing, get
from tests.unit.assessment.conftest import (
    ANOTHER,
    CHILD,
    DAY,
    RESULT,
    STAFF,
    TEAM,
    area,
    handle,
    imported,
)
from tests.worlds import World

URL = "/assessment/v1"
YEAR = {"academic_year": "2018-19"}
JUDGED = {"judgement": "good", "evidence": ["observation"], "judged_on": "2019-07-01"}
HELD = {"held_on": "2019-11-05", "key_areas": [{"code": "K1", "status": "open"}]}
ENDS = {"autumn_to": "2018-12-20", "spring_to": "2019-04-05", "summer_to": "2019-08-31"}
LISTS = (
    (
        "results",
        "/{assessment_id}",
        "/by-reference/A1",
        f"""child={CHILD}|{ANOTHER} child=county/C1|county/C2 child_id={CHILD}|{ANOTHER}
        subject=reading|writing term=summer|autumn academic_year=2018-19|2017-18
        scheme=SSSEN-DEFAULT|X moderated=true|false assessed_on_from=2019-06-17|2019-06-18
        team=T1|T2 staff=S1|S2 school=900001|900002 sort=-assessed_on|""",
    ),
    (
        "criteria",
        "/{criteria_id}",
        "/by-version/2018-19/1",
        """academic_year=2018-19|2017-18 adopted_on_until={adopted_on}|2001-01-01
        signed_on_from=|2001-01-01 sort=academic_year|""",
    ),
    (
        "teaching-judgements",
        "/{judgement_id}",
        "/by-staff/2018-19/S1",
        f"staff=S1|S2 staff={STAFF}|{TEAM} judgement=good|outstanding sort=judged_on|",
    ),
    (
        "quality-dialogues",
        "/{dialogue_id}",
        "/by-team/2018-19/T1",
        f"team=T1|T2 team={TEAM}|{STAFF} academic_year=2018-19|2017-18 sort=-held_on|",
    ),
    ("windows", "/{academic_year}", "", "academic_year=2018-19|2017-18 sort=-academic_year|"),
)


@pytest.fixture
async def recorded(taught: World) -> World:
    """Return the service with one record of each kind."""
    school = SchoolRecorded(
        school_id=TEAM,
        urn=900001,
        la_code=830,
        establishment_type="1",
        phase=2,
        status=1,
        kind="primary",
        opened_on=None,
        closed_on=None,
        snapshot_on=DAY,
    )
    await handle(taught, school, StaffReferenceRecorded(staff_id=STAFF, reference="S1"))
    handed = {"scheme": "county", "reference": "C1", "child_id": str(CHILD)}
    await imported(taught, "child-references", handed)
    for method, path, body, headers in (
        ("POST", "/results", {**RESULT, "moderated": False}, area(taught)),
        ("POST", "/criteria", CRITERIA, taught.as_()),
        ("POST", "/teaching-judgements", {"staff_id": str(STAFF), **YEAR, **JUDGED}, taught.as_()),
        ("POST", "/quality-dialogues", {"team_id": str(TEAM), **YEAR, **HELD}, taught.as_()),
        ("PUT", "/windows/2018-19", ENDS, taught.as_()),
    ):
        made = await taught.client.request(method, f"{URL}{path}", json=body, headers=headers)
        assert made.status_code == 201, made.text
        if path == "/results":
            await _moderated(taught, made)
    return taught


async def _moderated(world: World, made: Any) -> None:
    right = {"position": "Y1.3", "assessed_on": "2019-06-17", "moderated": True}
    done = await world.client.post(
        f"{URL}/results/{made.json()['assessment_id']}/corrections",
        json={**right, "reason": "moderated"},
        headers={**world.as_(subject="the-head"), "If-Match": made.headers["ETag"]},
    )
    assert done.status_code == 200, done.text


async def test_each_record_is_listed_shown_found_by_its_key_and_taken_away(recorded: World) -> None:
    for things, item, key, asked in LISTS:
        url = f"{URL}/{things}"
        await check_listing(recorded, url, url + item, url + key if key else "", asked)


async def test_a_result_keeps_all_its_steps_and_shows_who_to_whom_may_know(recorded: World) -> None:
    for headers, who in ((recorded.as_(), "the-head"), (area(recorded), None)):
        [result] = (await get(recorded, f"{URL}/results", headers)).json()["items"]
        [before] = result["versions"]
        assert (before["position"], before["moderated"], before["reason"]) == (
            "Y1.2",
            False,
            "moderated",
        )
        assert before["changed_by"] == who
        assert result["withheld"] == ([] if who else ["versions.changed_by"])


async def test_schemes_are_read_in_every_version(recorded: World) -> None:
    schemes = (await get(recorded, f"{URL}/schemes")).json()
    for one in schemes:
        shown = await get(recorded, f"{URL}/schemes/{one['scheme']}/{one['version']}")
        assert shown.json() == one
    assert (await get(recorded, f"{URL}/schemes/NONE/1")).status_code == 404


async def test_a_record_shows_each_role_the_steps_that_its_state_leaves_them(
    recorded: World,
) -> None:
    teacher = recorded.as_(Role.SUPPORT_TEACHER, staff_id=STAFF)
    adviser = recorded.as_(Role.LINK_ADVISER)
    for things, headers, steps in (
        ("results", recorded.as_(), ["correct", "void"]),
        ("results", area(recorded), ["correct", "void"]),
        ("results", teacher, []),
        ("criteria", recorded.as_(), ["sign", "void"]),
        ("criteria", adviser, ["sign"]),
        ("criteria", teacher, []),
        ("teaching-judgements", recorded.as_(), ["correct", "void"]),
        ("teaching-judgements", teacher, []),
        ("quality-dialogues", adviser, ["correct", "void"]),
    ):
        [item] = (await get(recorded, f"{URL}/{things}", headers)).json()["items"]
        assert item["allowed"] == steps, things
    [item] = (await get(recorded, f"{URL}/results")).json()["items"]
    url = f"{URL}/results/{item['assessment_id']}"
    headers = {**recorded.as_(), "If-Match": item["etag"]}
    void = await recorded.client.post(
        f"{url}/void", json={"reason": "wrong-child"}, headers=headers
    )
    assert void.status_code == 200, void.text
    assert (await get(recorded, url)).json()["allowed"] == []
    headers = {**recorded.as_(), "If-Match": void.headers["ETag"]}
    again = await recorded.client.post(
        f"{url}/void", json={"reason": "wrong-child"}, headers=headers
    )
    assert again.status_code == 409

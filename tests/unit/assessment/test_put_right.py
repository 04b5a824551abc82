"""Judgements, dialogues, criteria and results are put right; windows hold what is recorded."""

from datetime import date
from typing import Any

import pytest

from libs.common.contracts import Event
from libs.common.contracts.referral import (
    AppointmentCorrected,
    LeavingCorrected,
    LeavingVoided,
    StaffAppointed,
    StaffLeft,
)
from libs.common.security import Role
from tests.architecture.roles.stage import CRITERIA
from tests.unit.assessment.conftest import RESULT, STAFF, TEAM, area, handle, imported
from tests.worlds import World

WHY = {"reason": "entry-error", "note": "Made-up words."}
JUDGED = {"judgement": "good", "evidence": ["observation"], "judged_on": "2019-07-01"}
YEAR = {"academic_year": "2018-19"}
KINDS = (
    (
        "teaching-judgements",
        {"staff_id": str(STAFF), **YEAR},
        JUDGED,
        {**JUDGED, "judgement": "outstanding", "judged_on": "2019-07-02"},
    ),
    (
        "quality-dialogues",
        {"team_id": str(TEAM), **YEAR},
        {"held_on": "2019-11-05", "key_areas": [{"code": "K1", "status": "open"}]},
        {"held_on": "2019-11-06", "key_areas": [{"code": "K1", "status": "achieved"}]},
    ),
)
IMPORTS = {"teaching-judgements": "teaching-judgements", "quality-dialogues": "dialogues"}


async def call(
    world: World,
    method: str,
    path: str,
    body: Any = None,
    version: str = "",
    headers: dict[str, str] | None = None,
) -> Any:
    """Call the service as the Head of Service unless told."""
    sent = (headers or world.as_()) | ({"If-Match": version} if version else {})
    return await world.client.request(method, f"/assessment/v1{path}", json=body, headers=sent)


@pytest.mark.parametrize(("kind", "key", "content", "right"), KINDS, ids=lambda one: str(one)[:9])
async def test_what_is_recorded_is_corrected_voided_and_recorded_again(
    taught: World, kind: str, key: dict[str, Any], content: dict[str, Any], right: dict[str, Any]
) -> None:
    made = await call(taught, "POST", f"/{kind}", key | content)
    assert made.status_code == 201, made.text
    path = f"/{kind}/{next(iter(made.json().values()))}"
    assert (await call(taught, "POST", f"{path}/corrections", right | WHY)).status_code == 428
    version = made.headers["ETag"]
    done = await call(taught, "POST", f"{path}/corrections", right | WHY, version)
    assert done.status_code == 200, done.text
    shown = (await call(taught, "GET", path)).json()
    assert {name: shown[name] for name in right} == right
    void = await call(taught, "POST", f"{path}/void", WHY, done.headers["ETag"])
    assert void.json()["void"]
    late = await call(taught, "POST", f"{path}/corrections", right | WHY, void.headers["ETag"])
    assert (late.status_code, late.json()["code"][-5:]) == (409, "-void")
    [same] = await imported(taught, IMPORTS[kind], key | right)
    assert same["outcome"] == "unchanged", "a file that is loaded again undoes no withdrawal"
    back = await call(taught, "POST", f"/{kind}", key | content)
    assert (back.status_code, back.json()["void"]) == (201, False)
    log = await call(taught, "GET", f"/change-log?record_id={path.rsplit('/', 1)[1]}")
    assert {"entry-error", None} == {line["reason"] for line in log.json()["items"]}
    assert "Made-up words." in {line["note"] for line in log.json()["items"]}


async def test_nobody_puts_their_own_judgement_right(taught: World) -> None:
    made = await call(taught, "POST", "/teaching-judgements", KINDS[0][1] | JUDGED)
    path, version = f"/teaching-judgements/{made.json()['judgement_id']}", made.headers["ETag"]
    for step, body in (("corrections", KINDS[0][3] | WHY), ("void", WHY)):
        me = taught.as_(Role.AREA_MANAGER, teams=[TEAM], staff_id=STAFF)
        refused = await call(taught, "POST", f"{path}/{step}", body, version, me)
        assert (refused.status_code, refused.json()["code"]) == (403, "separation-of-duty")


@pytest.mark.parametrize(
    ("appointed", "left", "in_post"),
    [
        (date(2019, 8, 31), None, True),
        (date(2019, 9, 1), None, False),
        (date(2015, 9, 1), date(2018, 9, 1), True),
        (date(2015, 9, 1), date(2018, 8, 31), False),
    ],
    ids=str,
)
async def test_only_who_was_in_post_on_a_day_of_the_year_is_judged_for_it(
    taught: World, appointed: date, left: date | None, in_post: bool
) -> None:
    """Domain brief 13.13."""
    told: list[Any] = [
        StaffAppointed(
            staff_id=STAFF,
            post="specialist-teacher",
            team_id=TEAM,
            fte_hundredths=100,
            appointed_on=appointed,
        )
    ]
    if left:
        told.append(StaffLeft(staff_id=STAFF, left_on=left))
    await handle(taught, *told)
    made = await call(taught, "POST", "/teaching-judgements", KINDS[0][1] | JUDGED)
    if in_post:
        assert made.status_code == 201
    else:
        [fault] = made.json()["errors"]
        assert (fault["code"], fault["pointer"]) == ("not-in-post", "/academic_year")


async def test_who_was_in_post_is_as_it_was_put_right(taught: World) -> None:
    why, began, ended = "entry-error", date(2015, 9, 1), date(2018, 8, 31)
    put_right: tuple[tuple[Event, bool], ...] = (
        (StaffLeft(staff_id=STAFF, left_on=ended), False),
        (LeavingCorrected(staff_id=STAFF, left_on=date(2018, 9, 1), reason=why), True),
        (LeavingCorrected(staff_id=STAFF, left_on=ended, reason=why), False),
        (LeavingVoided(staff_id=STAFF, reason=why), True),
        (
            AppointmentCorrected(
                staff_id=STAFF,
                post="specialist-teacher",
                appointed_on=date(2019, 9, 1),
                formerly_on=began,
                reason=why,
            ),
            False,
        ),
    )
    for event, in_post in put_right:
        await handle(taught, event)
        made = await call(taught, "POST", "/teaching-judgements", KINDS[0][1] | JUDGED)
        assert made.is_success is in_post, event
        if in_post:
            path = f"/teaching-judgements/{made.json()['judgement_id']}"
            await call(taught, "POST", f"{path}/void", WHY, made.headers["ETag"])


async def test_criteria_are_withdrawn_until_both_have_signed(taught: World) -> None:
    proposed = await call(taught, "POST", "/criteria", CRITERIA)
    path = f"/criteria/{proposed.json()['criteria_id']}"
    void = await call(taught, "POST", f"{path}/void", WHY, proposed.headers["ETag"])
    assert void.json()["state"] == "withdrawn"
    adviser, day = taught.as_(Role.LINK_ADVISER), {"signed_on": "2018-10-08"}
    version = void.headers["ETag"]
    refused = await call(taught, "POST", f"{path}/signature", day, version, adviser)
    assert (refused.status_code, refused.json()["code"]) == (409, "criteria-void")
    again = await call(taught, "POST", "/criteria", {**CRITERIA, "minimum_judged": 5})
    assert (again.json()["state"], again.json()["minimum_judged"]) == ("proposed", 5)
    adviser, version = taught.as_(Role.LINK_ADVISER), again.headers["ETag"]
    signed = await call(taught, "POST", f"{path}/signature", day, version, adviser)
    assert signed.json()["state"] == "adopted"
    late = await call(taught, "POST", f"{path}/void", WHY, signed.headers["ETag"])
    assert (late.status_code, late.json()["code"]) == (409, "criteria-signed")


async def test_a_void_result_stands_again_when_it_is_recorded_again(taught: World) -> None:
    [row] = await imported(taught, "results", RESULT, headers=area(taught))
    path = f"/results/{row['id']}"
    version = (await call(taught, "GET", path)).headers["ETag"]
    void = {"reason": "entry-error", "note": "Made-up words."}
    await call(taught, "POST", f"{path}/void", void, version)
    [same] = await imported(taught, "results", RESULT, headers=area(taught))
    assert same["outcome"] == "unchanged", "a file that is loaded again undoes no withdrawal"
    assert (await call(taught, "GET", path)).json()["void"]
    other = {**RESULT, "term": "spring", "assessed_on": "2019-03-31", "position": "Y1.3"}
    back = await call(taught, "POST", "/results", other, headers=area(taught))
    assert (back.status_code, back.json()["void"], back.json()["term"]) == (201, False, "spring")
    again = await call(taught, "POST", "/results", other, headers=area(taught))
    assert again.is_success, again.text
    refused = await call(taught, "POST", "/results", RESULT, headers=area(taught))
    assert (refused.status_code, refused.json()["code"]) == (409, "already-recorded")


ENDS = {"autumn_to": "2018-12-21", "spring_to": "2019-04-05", "summer_to": "2019-07-24"}


@pytest.mark.parametrize(
    ("term", "day", "own", "fits"),
    [
        ("autumn", "2018-12-31", False, True),
        ("autumn", "2019-01-01", False, False),
        ("spring", "2019-01-01", False, True),
        ("spring", "2019-03-31", False, True),
        ("spring", "2019-04-01", False, False),
        ("summer", "2019-04-01", False, True),
        ("summer", "2019-08-31", False, True),
        ("autumn", "2018-12-22", True, False),
        ("spring", "2018-12-22", True, True),
        ("spring", "2019-04-05", True, True),
        ("summer", "2019-04-05", True, False),
        ("summer", "2019-04-06", True, True),
        ("summer", "2019-07-25", True, False),
    ],
)
async def test_a_results_day_is_in_its_terms_window(
    taught: World, term: str, day: str, own: bool, fits: bool
) -> None:
    """Both ends included, and when it is corrected too (domain brief 13.3)."""
    if own:
        assert (await call(taught, "PUT", "/windows/2018-19", ENDS)).status_code == 201
    told = {**RESULT, "term": term, "assessed_on": day}
    made = await call(taught, "POST", "/results", told, headers=area(taught))
    assert made.is_success is fits, made.text
    if not fits:
        assert [one["code"] for one in made.json()["errors"]] == ["outside-window"]
        return
    result = made.json()
    outside = "2018-11-01" if term == "summer" else "2019-06-01"
    moved = {"position": "Y1.2", "assessed_on": outside, "moderated": True, **WHY}
    path, version = f"/results/{result['assessment_id']}/corrections", made.headers["ETag"]
    refused = await call(taught, "POST", path, moved, version)
    assert [one["code"] for one in refused.json()["errors"]] == ["outside-window"]


async def test_a_years_windows_are_the_countys_once_it_sets_them(taught: World) -> None:
    path = "/windows/2018-19"
    without = (await call(taught, "GET", path)).json()
    assert (without["set_by_county"], without["autumn"]["last_day"]) == (False, "2018-12-31")
    recorded = await call(taught, "POST", "/results", RESULT, headers=area(taught))
    first = await call(taught, "PUT", path, {**ENDS, "summer_to": "2019-05-31"})
    assert (first.status_code, first.json()["summer"]["first_day"]) == (201, "2019-04-06")
    same = await call(taught, "POST", "/results", RESULT, headers=area(taught))
    assert same.json()["assessment_id"] == recorded.json()["assessment_id"]
    again = await call(taught, "PUT", path, ENDS, first.headers["ETag"])
    assert (again.status_code, again.json()["summer"]["last_day"]) == (200, "2019-07-24")
    stale = await call(taught, "PUT", path, {**ENDS, "summer_to": "2019-07-23"}, '"1"')
    assert stale.status_code == 412
    shown = await call(taught, "GET", path)
    assert shown.headers["ETag"] == again.headers["ETag"]
    for wrong, pointers in (
        ({"autumn_to": "2018-08-31"}, ["/autumn_to"]),
        ({"summer_to": "2019-09-01"}, ["/summer_to"]),
        ({"spring_to": "2018-12-21"}, ["/spring_to"]),
    ):
        refused = await call(taught, "PUT", path, {**ENDS, **wrong})
        assert [fault["pointer"] for fault in refused.json()["errors"]] == pointers

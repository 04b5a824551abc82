"""Waves: drafted, listed, issued and closed, and by whom."""

from typing import Any
from uuid import uuid4

from libs.common.security import Role
from tests.unit.survey.calls import (
    a_case,
    a_response,
    a_wave,
    events_of,
    get,
    handle,
    issued_wave,
    post,
    registered,
)
from tests.worlds import World


async def test_a_wave_goes_from_draft_to_close(survey: World) -> None:
    children = [uuid4() for _ in range(5)]
    path = await issued_wave(survey, children)
    assert (await events_of(survey, "WaveIssued"))[0]["issued"] == 5
    standings = []
    for body in (
        a_response("Q1", "C0", "yes", "sometimes"),
        a_response("Q2", "C0", "no"),
        a_response("Q3", "C1", "yes", received_at="2019-06-29T00:00:00+01:00"),
        a_response("Q4", "C2"),
        a_response("Q5", "C3", "no"),
    ):
        answer = await post(survey, f"{path}/responses", body)
        assert answer.status_code == 201, answer.text
        standings.append(answer.json()["standing"])
    assert standings == ["counted", "duplicate", "late", "too-few-answers", "counted"]
    progress = (await get(survey, f"{path}/progress")).json()
    counted = {"issued": 5, "returned": 5, "counted": 2, "late": 1, "duplicate": 1}
    assert progress == counted | {"open_link": 0}
    events = await events_of(survey, "ResponseReceived")
    assert events[1]["duplicate_of"] == events[0]["response_id"]
    assert [event["received_on"] for event in events[1:3]] == ["2019-06-28", "2019-06-29"]
    version = (await get(survey, path)).headers["ETag"]
    closed = await post(survey, f"{path}/close", version=version)
    assert closed.json()["state"] == "closed"
    assert len(await events_of(survey, "WaveClosed")) == 1
    after = await post(survey, f"{path}/responses", a_response("Q6", "C4", "yes"))
    assert (after.status_code, after.json()["code"]) == (409, "wave-is-closed")
    again = await post(survey, f"{path}/responses", a_response("Q5", "C3", "no"))
    assert again.status_code == 200


async def test_a_faulty_wave_is_refused_in_each_place(survey: World) -> None:
    answer = await post(survey, "/waves", a_wave(academic_year="2018-20", closes_on="2019-05-13"))
    assert (answer.status_code, answer.json()["code"]) == (422, "rejected")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/academic_year",
        "/closes_on",
    }


async def test_the_same_wave_again_changes_nothing_and_another_conflicts(survey: World) -> None:
    first = await post(survey, "/waves", a_wave())
    again = await post(survey, "/waves", a_wave())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await post(survey, "/waves", a_wave(grace_days=2))
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")
    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/grace_days"]


async def test_a_draft_is_neither_issued_to_nobody_nor_closed(survey: World) -> None:
    drafted = await post(survey, "/waves", a_wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    early = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    assert early.status_code == 422  # nobody is on the list yet
    refused = await post(survey, f"{path}/issue", version=drafted.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "no-recipients")
    unversioned = await post(survey, f"{path}/issue")
    assert unversioned.status_code == 428
    closed = await post(survey, f"{path}/close", version=drafted.headers["ETag"])
    assert (closed.status_code, closed.json()["code"]) == (409, "wave-not-issued")


async def test_an_area_manager_changes_only_their_own_waves(survey: World) -> None:
    child, stranger, team = uuid4(), uuid4(), uuid4()
    area: dict[str, Any] = {"teams": [team]}
    _, events = a_case(child, uuid4(), team)
    await handle(survey, registered(child), registered(stranger), *events)
    heads = await post(survey, "/waves", a_wave())
    theirs = f"/waves/{heads.json()['wave_id']}/recipients"
    one = [{"reference": "C0", "child_id": str(child)}]
    refused = await post(survey, theirs, one, Role.AREA_MANAGER, **area)
    assert refused.status_code == 404
    own = await post(survey, "/waves", a_wave(reference="W-area"), Role.AREA_MANAGER, **area)
    path = f"/waves/{own.json()['wave_id']}"
    other = [{"reference": "C1", "child_id": str(stranger)}]
    outside = await post(survey, f"{path}/recipients", other, Role.AREA_MANAGER, **area)
    assert (outside.status_code, outside.json()["code"]) == (403, "outside-your-caseload")
    listed = await post(survey, f"{path}/recipients", one, Role.AREA_MANAGER, **area)
    assert listed.status_code == 200


async def test_a_wave_closed_by_mistake_is_opened_again(survey: World) -> None:
    path = await issued_wave(survey, [uuid4(), uuid4()])
    why = {"reason": "closed-by-mistake", "note": "Made-up words."}

    async def version() -> str:
        return (await get(survey, path)).headers["ETag"]

    early = await post(survey, f"{path}/reopening", why, version=await version())
    assert (early.status_code, early.json()["code"]) == (409, "wave-not-closed")
    await post(survey, f"{path}/close", version=await version())
    refused = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    assert refused.json()["code"] == "wave-is-closed"
    opened = await post(survey, f"{path}/reopening", why, version=await version())
    assert (opened.json()["state"], opened.json()["closed_on"]) == ("issued", None)
    assert [one["reason"] for one in await events_of(survey, "WaveReopened")] == [why["reason"]]
    taken = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    assert (taken.status_code, taken.json()["standing"]) == (201, "counted")


async def test_what_was_issued_is_corrected_and_voided_and_drafted_again(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    run = {"issued": 7, "issued_on": "2019-05-15", "closes_on": "2019-06-27", "grace_days": 3}
    why = {"reason": "entry-error"}
    version = (await get(survey, path)).headers["ETag"]
    backward = {**run, "closes_on": "2019-05-14"}
    wrong = await post(survey, f"{path}/corrections", backward | why, version=version)
    assert [fault["pointer"] for fault in wrong.json()["errors"]] == ["/closes_on"]
    right = await post(survey, f"{path}/corrections", run | why, version=version)
    assert {name: right.json()[name] for name in run} == run
    [event] = await events_of(survey, "WaveCorrected")
    assert (event["issued"], event["respondent_unit"], event["reason"]) == (
        7,
        "child",
        why["reason"],
    )
    void = await post(survey, f"{path}/void", why, version=right.headers["ETag"])
    assert void.json()["void"]
    late = await post(survey, f"{path}/corrections", run | why, version=void.headers["ETag"])
    assert (late.status_code, late.json()["code"]) == (409, "wave-void")
    drafted: dict[str, Any] = {"academic_year": "2017-18"} | {
        name: run[name] for name in run if name != "issued"
    }
    other = await post(survey, "/waves", a_wave(audience="parents", reference="W-children"))
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")
    again = await post(survey, "/waves", a_wave(**drafted))
    assert (again.status_code, again.json()["state"], again.json()["void"]) == (201, "draft", False)
    issued = await post(survey, f"{path}/issue", version=again.headers["ETag"])
    assert issued.json()["issued"] == 1


async def test_a_teacher_corrects_the_response_that_they_entered(survey: World) -> None:
    child, me = uuid4(), {"staff_id": uuid4()}
    path = await issued_wave(survey, [child])
    _, events = a_case(child, me["staff_id"], uuid4())
    await handle(survey, *events)
    said = a_response("Q1", "C0", "yes", "sometimes")
    mine = await post(survey, f"{path}/responses", said, Role.SUPPORT_TEACHER, **me)
    right = {name: said[name] for name in said if name not in {"reference", "recipient"}}
    right |= {"answers": said["answers"][:1], "reason": "typing-error"}
    url = f"/responses/{mine.json()['response_id']}/corrections"
    version = mine.headers["ETag"]
    other = await post(
        survey, url, right, Role.SUPPORT_TEACHER, version=version, **me, subject="a-colleague"
    )
    assert other.status_code == 404
    done = await post(survey, url, right, Role.SUPPORT_TEACHER, version=version, **me)
    assert done.status_code == 200, done.text
    states = [answer["state"] for answer in done.json()["answers"]]
    assert states == ["answered", "not-answered", "not-answered"]
    [event] = await events_of(survey, "ResponseCorrected")
    assert (event["reason"], event["standing"]) == ("typing-error", "counted")

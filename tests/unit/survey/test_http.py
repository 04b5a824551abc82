"""The survey service alone over HTTP: a wave from draft to close, and everything beside it."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from libs.common import tables
from libs.common.auth import Role
from libs.common.events.base import Event, Recorded
from libs.common.events.referral import (
    ChildRegistered,
    SupportEnded,
    SupportStarted,
    TeacherAllocated,
)
from services.survey.domain import AnswerText, Recipient
from services.survey.reactions import SUBSCRIPTIONS
from services.survey.service import SERVICE
from tests.worlds import EMBEDDED, World, world_of

DAY = date(2019, 5, 1)


@pytest.fixture
async def survey(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world


async def _post(
    world: World, path: str, body: Any = None, role: Role = Role.HEAD_OF_SERVICE, **more: Any
) -> httpx.Response:
    version = more.pop("version", None)
    headers = world.as_(role, **more) | ({"If-Match": version} if version else {})
    if body is None:
        return await world.client.post(f"/survey/v1{path}", headers=headers)
    return await world.client.post(f"/survey/v1{path}", json=body, headers=headers)


async def _get(
    world: World, path: str, role: Role = Role.HEAD_OF_SERVICE, **claims: Any
) -> httpx.Response:
    return await world.client.get(f"/survey/v1{path}", headers=world.as_(role, **claims))


async def _import(world: World, kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    answer = await world.client.post(
        f"/survey/v1/imports?kind={kind}&mode=commit",
        content="\n".join(map(json.dumps, rows)),
        headers=world.as_() | {"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def _hear(world: World, *events: Event) -> None:
    heard: list[Recorded[Any]] = [
        Recorded(event, uuid4(), 1, datetime(2019, 5, 1, tzinfo=UTC)) for event in events
    ]
    async with world.database("survey").writing() as connection:
        await SUBSCRIPTIONS.apply(connection, heard)


async def _events(world: World, name: str) -> list[dict[str, Any]]:
    async with world.database("survey").reading() as connection:
        query = select(tables.event).order_by(tables.event.c.position)
        rows = (await connection.execute(query)).all()
    return [json.loads(row.data) for row in rows if row.type == f"uk.sssen.survey.{name}.v1"]


async def _recipient_rows(world: World) -> Sequence[Any]:
    async with world.database("survey").reading() as connection:
        columns = (Recipient.reference, Recipient.address, Recipient.cancelled_on)
        return (await connection.execute(select(*columns).order_by(Recipient.reference))).all()


def _wave(audience: str = "children", **other: Any) -> dict[str, Any]:
    return {
        "reference": f"W-{audience}",
        "audience": audience,
        "academic_year": "2018-19",
        "questionnaire": audience,
        "questionnaire_version": 1,
        "issued_on": "2019-05-14",
        "closes_on": "2019-06-28",
        "grace_days": 0,
        **other,
    }


def _response(reference: str, recipient: str, *answers: str, **other: Any) -> dict[str, Any]:
    questions = ("better_at_work", "helps_class_work")
    return {
        "reference": reference,
        "recipient": recipient,
        "received_at": "2019-06-28T23:59:59+01:00",
        "channel": "paper",
        "assisted_by": "support-teacher",
        "answers": [
            {"question": question, "state": "answered", "value": value}
            for question, value in zip(questions, answers, strict=False)
        ],
        **other,
    }


def _registered(child_id: UUID) -> ChildRegistered:
    return ChildRegistered(
        child_id=child_id, school_id=uuid4(), year_group="3", sex="U", registered_on=DAY
    )


def _case(child_id: UUID, staff_id: UUID, team_id: UUID) -> tuple[UUID, list[Event]]:
    case_id = uuid4()
    started = SupportStarted(
        case_id=case_id,
        child_id=child_id,
        referral_id=uuid4(),
        school_id=uuid4(),
        plan_id=uuid4(),
        plan_type="EHC",
        started_on=DAY,
    )
    allocated = TeacherAllocated(
        case_id=case_id, child_id=child_id, staff_id=staff_id, team_id=team_id, allocated_on=DAY
    )
    return case_id, [started, allocated]


async def _issued(world: World, children: Sequence[UUID], **wave: Any) -> str:
    """Draft and issue a wave to children, whose references are C0, C1, …; return its path."""
    await _hear(world, *map(_registered, children))
    drafted = await _post(world, "/waves", _wave(**wave))
    assert drafted.status_code == 201, drafted.text
    path = f"/waves/{drafted.json()['wave_id']}"
    listed = await _post(
        world,
        f"{path}/recipients",
        [{"reference": f"C{n}", "child_id": str(id_)} for n, id_ in enumerate(children)],
    )
    assert listed.status_code == 200, listed.text
    version = (await _get(world, path)).headers["ETag"]
    issued = await _post(world, f"{path}/issue", version=version)
    assert issued.status_code == 200, issued.text
    return path


async def test_a_wave_goes_from_draft_to_close(survey: World) -> None:
    children = [uuid4() for _ in range(5)]
    path = await _issued(survey, children)
    assert (await _events(survey, "WaveIssued"))[0]["issued"] == 5
    standings = []
    for body in (
        _response("Q1", "C0", "yes", "sometimes"),
        _response("Q2", "C0", "no"),
        _response("Q3", "C1", "yes", received_at="2019-06-29T00:00:00+01:00"),
        _response("Q4", "C2"),
        _response("Q5", "C3", "no"),
    ):
        answer = await _post(survey, f"{path}/responses", body)
        assert answer.status_code == 201, answer.text
        standings.append(answer.json()["standing"])
    assert standings == ["counted", "duplicate", "late", "too-few-answers", "counted"]
    progress = (await _get(survey, f"{path}/progress")).json()
    assert progress == {"issued": 5, "returned": 5, "counted": 2, "late": 1, "duplicate": 1}
    events = await _events(survey, "ResponseReceived")
    assert events[1]["duplicate_of"] == events[0]["response_id"]
    assert [event["received_on"] for event in events[1:3]] == ["2019-06-28", "2019-06-29"]
    version = (await _get(survey, path)).headers["ETag"]
    closed = await _post(survey, f"{path}/close", version=version)
    assert closed.json()["state"] == "closed"
    assert len(await _events(survey, "WaveClosed")) == 1
    after = await _post(survey, f"{path}/responses", _response("Q6", "C4", "yes"))
    assert (after.status_code, after.json()["code"]) == (409, "wave-is-closed")
    again = await _post(survey, f"{path}/responses", _response("Q5", "C3", "no"))
    assert again.status_code == 200


async def test_a_wave_is_checked_whole(survey: World) -> None:
    faulty = _wave(
        academic_year="2018-20", questionnaire="schools", closes_on="2019-05-13", audience="parents"
    )
    answer = await _post(survey, "/waves", faulty)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/academic_year",
        "/audience",
        "/closes_on",
    }
    unknown = await _post(survey, "/waves", _wave(questionnaire_version=2))
    assert unknown.json()["errors"][0]["code"] == "unknown-questionnaire"


async def test_the_same_wave_again_changes_nothing_and_another_conflicts(survey: World) -> None:
    first = await _post(survey, "/waves", _wave())
    again = await _post(survey, "/waves", _wave())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await _post(survey, "/waves", _wave(grace_days=2))
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")


async def test_a_wave_to_nobody_is_not_issued(survey: World) -> None:
    drafted = await _post(survey, "/waves", _wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    early = await _post(survey, f"{path}/responses", _response("Q1", "C0", "yes"))
    assert early.status_code == 422  # nobody is on the list yet
    refused = await _post(survey, f"{path}/issue", version=drafted.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "no-recipients")
    unversioned = await _post(survey, f"{path}/issue")
    assert unversioned.status_code == 428
    closed = await _post(survey, f"{path}/close", version=drafted.headers["ETag"])
    assert (closed.status_code, closed.json()["code"]) == (409, "wave-not-issued")


async def test_a_list_is_taken_whole_or_not_at_all(survey: World) -> None:
    known, unknown = uuid4(), uuid4()
    await _hear(survey, _registered(known))
    drafted = await _post(survey, "/waves", _wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    one = {"reference": "C0", "child_id": str(known)}
    for bad, status, code in (
        ({"reference": "C1", "child_id": str(unknown)}, 409, "not-yet-known"),
        ({"reference": "C1", "school_id": str(unknown)}, 422, "rejected"),
        ({"reference": "C1", "child_id": str(known)}, 409, "asked-already"),
        ({"reference": "C0"}, 409, "already-recorded"),
    ):
        answer = await _post(survey, f"{path}/recipients", [one, bad])
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["errors"][0]["pointer"].startswith("/1")
        assert str(unknown) not in answer.text
    assert (await _get(survey, path)).json()["listed"] == 0
    listed = await _post(survey, f"{path}/recipients", [one, one])
    assert [row["outcome"] for row in listed.json()] == ["created", "unchanged"]
    stale = await _post(survey, f"{path}/issue", version=drafted.headers["ETag"])
    assert stale.status_code == 412


async def test_an_issued_list_stays_and_addresses_are_deleted_at_the_close(survey: World) -> None:
    drafted = await _post(survey, "/waves", _wave("parents"))
    wave_id = drafted.json()["wave_id"]
    path = f"/waves/{wave_id}"
    parent = {"wave_id": wave_id, "reference": "P1", "address": "p1@example.org"}
    assert (await _import(survey, "recipients", parent))["created"] == 1
    moved = {**parent, "address": "p2@example.org"}
    assert (await _import(survey, "recipients", moved))["updated"] == 1
    version = (await _get(survey, path)).headers["ETag"]
    issued = await _post(survey, f"{path}/issue", version=version)
    assert (await _import(survey, "recipients", moved))["unchanged"] == 1
    assert (await _import(survey, "recipients", parent))["refused"] == 1
    late = await _import(survey, "recipients", {"wave_id": wave_id, "reference": "P2"})
    assert late["outcomes"][0]["code"] == "wave-not-draft"
    assert (await _recipient_rows(survey))[0].address == "p2@example.org"
    assert "example.org" not in (await _get(survey, f"{path}/recipients")).text
    await _post(survey, f"{path}/close", version=issued.headers["ETag"])
    assert (await _recipient_rows(survey))[0].address is None
    assert (await _import(survey, "recipients", moved))["unchanged"] == 1


async def test_free_text_stays_here(survey: World) -> None:
    path = await _issued(survey, [uuid4()])
    body = _response("Q1", "C0", "yes")
    body["answers"].append({"question": "comment", "state": "answered", "value": "Purple words."})
    recorded = await _post(survey, f"{path}/responses", body)
    event = (await _events(survey, "ResponseReceived"))[0]
    assert "Purple" not in json.dumps(event)
    assert event["answers"][-1] == {"question": "comment", "state": "answered", "value": None}
    assert "Purple" not in recorded.text
    assert "Purple" not in (await _get(survey, f"{path}/responses")).text
    one = await _get(survey, f"/responses/{recorded.json()['response_id']}")
    assert one.json()["texts"] == {"comment": "Purple words."}
    async with survey.database("survey").reading() as connection:
        assert (await connection.execute(select(AnswerText.text))).scalars().all() == [
            "Purple words."
        ]
    body["answers"][-1]["value"] = "Other words."
    assert (await _post(survey, f"{path}/responses", body)).status_code == 409


async def test_all_faults_of_a_response_are_named_at_once(survey: World) -> None:
    path = await _issued(survey, [uuid4()])
    body = _response("Q1", "nobody", "perhaps")
    body["answers"].append({"question": "colour", "state": "not-shown"})
    answer = await _post(survey, f"{path}/responses", body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/answers/0/value",
        "/answers/1/question",
        "/recipient",
    ]


async def test_a_void_response_counts_nowhere_and_the_next_one_does(survey: World) -> None:
    path = await _issued(survey, [uuid4()])
    first = await _post(survey, f"{path}/responses", _response("Q1", "C0", "yes"))
    void = f"/responses/{first.json()['response_id']}/void"
    reason = {"reason": "test-entry"}
    assert (await _post(survey, void, reason)).status_code == 428
    assert (await _post(survey, void, reason, version='"9"')).status_code == 412
    voided = await _post(survey, void, reason, version=first.headers["ETag"])
    assert voided.json()["void_reason"] == "test-entry"
    other = await _post(survey, void, {"reason": "other"}, version=voided.headers["ETag"])
    assert (other.status_code, other.json()["code"]) == (409, "response-void")
    next_ = await _post(survey, f"{path}/responses", _response("Q2", "C0", "no"))
    assert next_.json()["standing"] == "counted"
    progress = (await _get(survey, f"{path}/progress")).json()
    assert (progress["returned"], progress["counted"]) == (1, 1)
    assert len(await _events(survey, "ResponseVoided")) == 1


async def test_responses_are_listed_page_by_page(survey: World) -> None:
    path = await _issued(survey, [uuid4() for _ in range(5)])
    for n in range(5):
        await _post(survey, f"{path}/responses", _response(f"Q{n}", f"C{n}", "yes"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await _get(survey, f"{path}/responses?limit=2{cursor}")).json()
        seen += [item["reference"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == ["Q0", "Q1", "Q2", "Q3", "Q4"]


async def test_nobody_is_asked_about_a_child_who_died(survey: World) -> None:
    alive, dead = uuid4(), uuid4()
    path = await _issued(survey, [alive, dead])
    other = await _post(survey, "/waves", _wave(reference="W-next", issued_on="2019-06-20"))
    next_path = f"/waves/{other.json()['wave_id']}"
    both = [
        {"reference": "D0", "child_id": str(alive)},
        {"reference": "D1", "child_id": str(dead), "address": "d1@example.org"},
    ]
    await _post(survey, f"{next_path}/recipients", both)
    case_id, events = _case(dead, uuid4(), uuid4())
    ended = SupportEnded(
        case_id=case_id, child_id=dead, ended_on=date(2019, 6, 3), reason="deceased"
    )
    await _hear(survey, *events, ended)
    rows = {row.reference: row for row in await _recipient_rows(survey)}
    assert rows["C1"].cancelled_on == rows["D1"].cancelled_on == date(2019, 6, 3)
    assert rows["C0"].cancelled_on is None
    assert rows["D1"].address is None
    assert (await _get(survey, path)).json()["issued"] == 2
    version = (await _get(survey, next_path)).headers["ETag"]
    assert (await _post(survey, f"{next_path}/issue", version=version)).json()["issued"] == 1


async def test_who_is_listed_after_the_news_is_not_issued_either(survey: World) -> None:
    alive, dead = uuid4(), uuid4()
    case_id, events = _case(dead, uuid4(), uuid4())
    ended = SupportEnded(
        case_id=case_id, child_id=dead, ended_on=date(2019, 5, 2), reason="deceased"
    )
    await _hear(survey, *events, ended)
    path = await _issued(survey, [alive, dead])
    assert (await _get(survey, path)).json()["issued"] == 1
    assert (await _recipient_rows(survey))[1].cancelled_on == date(2019, 5, 2)


async def test_a_teacher_reaches_their_own_caseload_only(survey: World) -> None:
    mine, other = uuid4(), uuid4()
    me = {"staff_id": uuid4()}
    path = await _issued(survey, [mine, other])
    _, events = _case(mine, me["staff_id"], uuid4())
    _, others = _case(other, uuid4(), uuid4())
    await _hear(survey, *events, *others)
    shown = await _get(survey, f"{path}/recipients", Role.SUPPORT_TEACHER, **me)
    assert [item["reference"] for item in shown.json()["items"]] == ["C0"]
    nobody = await _get(survey, f"{path}/recipients", Role.SUPPORT_TEACHER)
    assert nobody.json()["items"] == []
    for recipient, status in (("C0", 201), ("C1", 422)):
        answer = await _post(
            survey,
            f"{path}/responses",
            _response(f"Q{recipient}", recipient, "yes"),
            Role.SUPPORT_TEACHER,
            **me,
        )
        assert answer.status_code == status
    for denied in (f"{path}/responses", f"{path}/progress"):
        assert (await _get(survey, denied, Role.SUPPORT_TEACHER, **me)).status_code == 403


async def test_a_school_answers_for_itself_and_reads_only_that(survey: World) -> None:
    ours, theirs = uuid4(), uuid4()
    drafted = await _post(survey, "/waves", _wave("schools"))
    path = f"/waves/{drafted.json()['wave_id']}"
    await _post(
        survey,
        f"{path}/recipients",
        [{"reference": f"S{n}", "school_id": str(id_)} for n, id_ in enumerate((ours, theirs))],
    )
    version = (await _get(survey, path)).headers["ETag"]
    await _post(survey, f"{path}/issue", version=version)
    good = [{"question": "impact", "state": "answered", "value": "good"}]
    answers = [
        await _post(
            survey,
            f"{path}/responses",
            _response(f"Q{n}", f"S{n}", answers=good),
            Role.SCHOOL_SENCO,
            schools=[school],
        )
        for n, school in enumerate((ours, ours))
    ]
    assert [answer.status_code for answer in answers] == [201, 422]
    one = f"/responses/{answers[0].json()['response_id']}"
    assert (await _get(survey, one, Role.SCHOOL_SENCO, schools=[ours])).status_code == 200
    assert (await _get(survey, one, Role.SCHOOL_SENCO, schools=[theirs])).status_code == 404
    assert (await _get(survey, one, Role.LINK_ADVISER)).status_code == 403


async def test_an_area_manager_changes_only_their_own_waves(survey: World) -> None:
    child, stranger, team = uuid4(), uuid4(), uuid4()
    area: dict[str, Any] = {"teams": [team]}
    _, events = _case(child, uuid4(), team)
    await _hear(survey, _registered(child), _registered(stranger), *events)
    heads = await _post(survey, "/waves", _wave())
    theirs = f"/waves/{heads.json()['wave_id']}/recipients"
    one = [{"reference": "C0", "child_id": str(child)}]
    refused = await _post(survey, theirs, one, Role.AREA_MANAGER, **area)
    assert refused.status_code == 404
    own = await _post(survey, "/waves", _wave(reference="W-area"), Role.AREA_MANAGER, **area)
    path = f"/waves/{own.json()['wave_id']}"
    other = [{"reference": "C1", "child_id": str(stranger)}]
    outside = await _post(survey, f"{path}/recipients", other, Role.AREA_MANAGER, **area)
    assert (outside.status_code, outside.json()["code"]) == (403, "outside-your-caseload")
    listed = await _post(survey, f"{path}/recipients", one, Role.AREA_MANAGER, **area)
    assert listed.status_code == 200


async def test_a_delivery_is_rated_form_by_form(survey: World) -> None:
    course = {
        "reference": "D1",
        "kind": "course",
        "course": "p-scales-to-pre-key-stage",
        "delivered_on": "2019-01-23",
        "delegates": 20,
    }
    delivered = await _post(survey, "/deliveries", course)
    assert delivered.status_code == 201
    path = f"/deliveries/{delivered.json()['delivery_id']}"
    form = {"form": 1, "content": 10, "methods": None}
    first = await _post(survey, f"{path}/ratings", form)
    again = await _post(survey, f"{path}/ratings", form)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["rating_id"] == again.json()["rating_id"]
    other = await _post(survey, f"{path}/ratings", {**form, "content": 9})
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")
    for mark in (0, 11, 9.5):
        refused = await _post(survey, f"{path}/ratings", {"form": 2, "content": mark})
        assert refused.status_code == 422
    events = await _events(survey, "RatingReceived")
    assert [(event["content"], event["methods"]) for event in events] == [(10, None)]
    assert events[0]["rating_id"] == first.json()["rating_id"]
    assert (await _get(survey, path)).headers["ETag"] == '"2"'
    bare = await _post(
        survey,
        "/deliveries",
        {"reference": "D2", "kind": "network", "delivered_on": "2019-01-23"},
    )
    assert [fault["pointer"] for fault in bare.json()["errors"]] == ["/course", "/delegates"]


async def test_the_registers_keep_text_and_publish_codes(survey: World) -> None:
    complaint = {
        "reference": "CO1",
        "received_on": "2019-02-14",
        "formal": True,
        "text": "Made-up concern.",
    }
    teachers = await _post(survey, "/complaints", complaint, Role.SUPPORT_TEACHER)
    assert (teachers.status_code, teachers.json()["code"]) == (403, "formal-is-for-the-head")
    entered = await _post(survey, "/complaints", complaint)
    path = f"/complaints/{entered.json()['complaint_id']}"
    assert (await _get(survey, path, Role.SUPPORT_TEACHER)).status_code == 404
    early = {"closed_on": "2019-02-13", "outcome": "not-upheld"}
    version = entered.headers["ETag"]
    refused = await _post(survey, f"{path}/closure", early, version=version)
    assert refused.status_code == 422
    answered = {**early, "closed_on": "2019-03-01"}
    closed = await _post(survey, f"{path}/closure", answered, version=version)
    assert closed.json()["outcome"] == "not-upheld"
    compliment = {"reference": "CP1", "received_on": "2019-02-14", "source": "parents"}
    raised = await _post(survey, "/compliments", compliment, Role.PARENT)
    assert raised.status_code == 201
    check = {"kind": "complaints", "month": "2019-02", "checked_on": "2019-03-04"}
    checked = await _post(survey, "/register-checks", check)
    assert checked.status_code == 201
    assert (await _post(survey, "/register-checks", check)).status_code == 200
    other = await _post(survey, "/register-checks", {**check, "checked_on": "2019-03-05"})
    assert other.status_code == 409
    soon = await _post(survey, "/register-checks", {**check, "checked_on": "2019-02-27"})
    assert soon.status_code == 422
    check_path = f"/register-checks/{checked.json()['check_id']}"
    assert (await _get(survey, check_path, Role.LINK_ADVISER)).status_code == 200
    received = await _events(survey, "ComplaintReceived")
    assert received[0]["formal"] is True
    assert "text" not in received[0]
    assert len(await _events(survey, "RegisterChecked")) == 1


async def test_what_was_imported_once_is_unchanged_the_second_time(survey: World) -> None:
    children = [uuid4() for _ in range(3)]
    path = await _issued(survey, children)
    wave_id = path.rpartition("/")[2]
    rows = [{**_response(f"Q{n}", f"C{n}", "yes", "no"), "wave_id": wave_id} for n in range(3)]
    rows[0]["answers"].append({"question": "comment", "state": "answered", "value": "Made up."})
    rows.append({**_response("Q9", "C0", "no"), "wave_id": wave_id})
    first = await _import(survey, "responses", *rows)
    assert first["created"] == 4
    again = await _import(survey, "responses", *rows)
    assert again["unchanged"] == 4
    assert [o["id"] for o in first["outcomes"]] == [o["id"] for o in again["outcomes"]]
    events = await _events(survey, "ResponseReceived")
    assert [event["standing"] for event in events] == ["counted"] * 3 + ["duplicate"]
    void = {"response_id": first["outcomes"][1]["id"], "reason": "test-entry"}
    assert (await _import(survey, "response-voids", void))["updated"] == 1
    assert (await _import(survey, "response-voids", void))["unchanged"] == 1
    unknown = {**void, "response_id": str(uuid4())}
    assert (await _import(survey, "response-voids", unknown, void))["refused"] == 1


async def test_everything_else_is_imported_too(survey: World) -> None:
    delivery = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-01-23"}
    first = await _import(survey, "deliveries", delivery, delivery)
    assert (first["created"], first["unchanged"]) == (1, 1)
    id_ = first["outcomes"][0]["id"]
    ratings = [{"delivery_id": id_, "form": n, "content": 9, "methods": 10} for n in (1, 2, 1)]
    rated = await _import(survey, "ratings", *ratings)
    assert (rated["created"], rated["unchanged"]) == (2, 1)
    faulty = await _import(survey, "ratings", {**ratings[0], "form": 3, "content": 11})
    assert faulty["outcomes"][0]["faults"][0]["pointer"] == "/content"
    for kind, row in (
        ("waves", _wave()),
        ("complaints", {"reference": "CO1", "received_on": "2019-01-23", "formal": False}),
        ("compliments", {"reference": "CP1", "received_on": "2019-01-23", "source": "schools"}),
        (
            "register-checks",
            {"kind": "compliments", "month": "2019-01", "checked_on": "2019-02-04"},
        ),
    ):
        report = await _import(survey, kind, row, row)
        assert (report["created"], report["unchanged"]) == (1, 1), kind
        assert (await _import(survey, kind, row))["unchanged"] == 1, kind

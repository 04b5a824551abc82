"""A command's way, over HTTP, in both worlds: once, whole, versioned, and only for who may."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from services.survey.service import SERVICE as SURVEY
from tests.imports import imported
from tests.worlds import World, embedded

TEAM = {"name": "Team North", "area": "N", "formed_on": "2014-09-01"}
COMPLIMENT = {"reference": "CP-1", "received_on": "2018-10-01", "source": "parents"}
CANARY = "Zzcanary Example"


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL, SURVEY]


async def count(world: World, service: str, table: Any) -> int:
    async with world.database(service).reading() as connection:
        found = await connection.execute(select(func.count()).select_from(table))
        return int(found.scalar_one())


async def outcomes(world: World, service: str) -> list[str]:
    async with world.database(service).reading() as connection:
        rows = await connection.execute(
            select(tables.audit.c.outcome).order_by(tables.audit.c.number)
        )
        return [row[0] for row in rows]


async def wave(world: World) -> httpx.Response:
    draft = {
        "reference": "W-1",
        "audience": "parents",
        "academic_year": "2018-19",
        "questionnaire": "parents",
        "questionnaire_version": 1,
        "issued_on": "2019-05-14",
        "closes_on": "2019-06-28",
        "grace_days": 0,
    }
    return await world.client.post("/survey/v1/waves", json=draft, headers=world.as_())


async def test_the_same_key_gives_the_same_answer_and_one_effect(world: World) -> None:
    headers = world.as_()
    url = "/survey/v1/compliments"
    first = await world.client.post(url, json=COMPLIMENT, headers=headers)
    again = await world.client.post(url, json=COMPLIMENT, headers=headers)
    assert first.status_code == 201
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert await count(world, "survey", tables.event) == 1


@embedded
async def test_a_key_is_required_and_is_for_one_command(world: World) -> None:
    headers = world.as_()
    url = "/survey/v1/compliments"
    await world.client.post(url, json=COMPLIMENT, headers=headers)
    other = await world.client.post(url, json={**COMPLIMENT, "reference": "CP-2"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    del headers["Idempotency-Key"]
    without = await world.client.post(url, json=COMPLIMENT, headers=headers)
    assert (without.status_code, without.json()["code"]) == (400, "idempotency-key-required")


async def test_fifty_copies_at_once_have_one_effect(world: World) -> None:
    headers = world.as_()
    url = "/survey/v1/compliments"
    answers = await asyncio.gather(
        *(world.client.post(url, json=COMPLIMENT, headers=headers) for _ in range(50))
    )
    kinds = {answer.status_code for answer in answers}
    assert 201 in kinds
    assert kinds <= {201, 503}  # who waits too long for a connection is told to come again
    created = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in created}) == 1
    replayed = [answer for answer in created if "idempotency-replayed" in answer.headers]
    assert len(replayed) == len(created) - 1
    assert await count(world, "survey", tables.event) == 1


async def test_a_change_names_the_version_it_was_made_to(world: World) -> None:
    drafted = await wave(world)
    url = f"/survey/v1/waves/{drafted.json()['wave_id']}"
    recipients = [{"reference": "P-1"}, {"reference": "P-2"}]
    added = await world.client.post(f"{url}/recipients", json=recipients, headers=world.as_())
    assert added.is_success, added.text
    etag = (await world.client.get(url, headers=world.as_())).headers["etag"]
    without = await world.client.post(f"{url}/issue", headers=world.as_())
    stale = await world.client.post(f"{url}/issue", headers={**world.as_(), "If-Match": '"99"'})
    some = {**world.as_(), "If-Match": '"98", "99"'}
    several = await world.client.post(f"{url}/issue", headers=some)
    right = await world.client.post(f"{url}/issue", headers={**world.as_(), "If-Match": etag})
    codes = [answer.status_code for answer in (without, stale, several, right)]
    assert codes == [428, 412, 412, 200]
    assert right.json()["issued"] == 2
    assert right.headers["etag"] != etag
    for any_ in (right.headers["etag"], f"W/{right.headers['etag']}", "*"):
        twice = await world.client.post(f"{url}/issue", headers={**world.as_(), "If-Match": any_})
        assert (twice.status_code, twice.json()["code"]) == (409, "wave-not-draft")
    nothing = f"/survey/v1/waves/{uuid4()}/issue"
    none = await world.client.post(nothing, headers={**world.as_(), "If-Match": "*"})
    assert none.status_code == 404


@embedded
@pytest.mark.parametrize(
    ("asked", "of_new", "of_known"),
    [
        ({}, 201, 200),
        ({"If-Match": '"1"'}, 412, 200),
        ({"If-Match": 'W/"1"'}, 412, 200),
        ({"If-Match": '"3", "1"'}, 412, 200),
        ({"If-Match": '"2"'}, 412, 412),
        ({"If-Match": "*"}, 412, 200),
        ({"If-None-Match": "*"}, 201, 412),
        ({"If-None-Match": '"1"'}, 201, 412),
        ({"If-None-Match": '"2"'}, 201, 200),
        ({"If-Match": "1"}, 412, 412),
    ],
)
async def test_a_put_by_the_callers_own_key_does_what_its_headers_ask(
    world: World, asked: dict[str, str], of_new: int, of_known: int
) -> None:
    team = {"name": "First", "area": "North", "formed_on": "2018-09-01"}
    known = "/referral/v1/teams/by-code/T1"
    made = await world.client.put(known, json=team, headers=world.as_())
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    for url, status in ((known, of_known), ("/referral/v1/teams/by-code/T2", of_new)):
        renamed = {**team, "name": "Second"}
        answer = await world.client.put(url, json=renamed, headers=world.as_() | asked)
        assert answer.status_code == status, url
    shown = await world.client.get(
        f"/referral/v1/teams/{made.json()['team_id']}", headers=world.as_()
    )
    assert shown.json()["name"] == ("Second" if of_known == 200 else "First")


@embedded
async def test_what_a_reader_has_is_not_sent_again(world: World) -> None:
    team = {"name": "First", "area": "North", "formed_on": "2018-09-01"}
    url = "/referral/v1/teams/by-code/T1"
    made = await world.client.put(url, json=team, headers=world.as_())
    url = f"/referral/v1/teams/{made.json()['team_id']}"
    for known, status in (('"1"', 304), ('W/"1", "7"', 304), ("*", 304), ('"7"', 200), ("", 200)):
        answer = await world.client.get(url, headers=world.as_() | {"If-None-Match": known})
        assert (answer.status_code, answer.headers["ETag"]) == (status, '"1"'), known
        assert bool(answer.content) == (status == 200)


@embedded
async def test_every_fault_is_named_at_once_and_nothing_is_echoed(world: World) -> None:
    body = {"name": CANARY, "area": 7, "formed_on": "2018-02-30", CANARY: CANARY}
    answer = await world.client.put("/referral/v1/teams/by-code/T1", json=body, headers=world.as_())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    pointers = {fault.get("pointer") for fault in answer.json()["errors"]}
    assert {"/area", "/formed_on"} <= pointers
    assert len(answer.json()["errors"]) == 3
    assert "canary" not in answer.text.lower()
    assert await count(world, "referral", tables.event) == 0


@embedded
async def test_bad_requests_are_refused_before_anything_happens(world: World) -> None:
    url = "/referral/v1/teams/by-code/T1"
    json_type = {"Content-Type": "application/json"}
    cases: list[tuple[bytes, dict[str, str], str, int]] = [
        (b"{", json_type, "", 400),
        (b'{"name":"a","name":"b"}', json_type, "", 400),
        (b'{"name":NaN}', json_type, "", 400),
        (b'{"name":"\\ud800"}', json_type, "", 400),
        (b'{"name":"a\\u0000b","area":"N","formed_on":"2014-09-01"}', json_type, "", 422),
        (b"[" * 1000, json_type, "", 400),
        (b"{}", {"Content-Type": "text/plain"}, "", 415),
        (b"{}", {"Content-Type": "application/json; charset=utf-7"}, "", 415),
        (b"{}", {**json_type, "Content-Encoding": "gzip"}, "", 415),
        (b" " * 1_000_001, json_type, "", 413),
        (b"{}", json_type, "?sort=password", 400),
        (b"{}", json_type, "", 422),
    ]
    for body, headers, query, status in cases:
        answer = await world.client.put(
            url + query, content=body, headers={**world.as_(), **headers}
        )
        assert answer.status_code == status, (body[:40], headers, query, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await count(world, "referral", tables.event) == 0


@embedded
async def test_who_may_not_is_refused_and_the_refusal_is_on_record(world: World) -> None:
    url = "/referral/v1/teams/by-code/T1"
    anonymous = await world.client.put(url, json=TEAM)
    teacher = await world.client.put(url, json=TEAM, headers=world.as_(Role.SUPPORT_TEACHER))
    assert (anonymous.status_code, teacher.status_code) == (401, 403)
    assert await outcomes(world, "referral") == ["not-allowed"]


@embedded
async def test_what_may_not_be_seen_is_not_there(world: World) -> None:
    made = await world.client.put(
        "/referral/v1/staff/by-reference/S1",
        json={
            "name": CANARY,
            "post": "specialist-teacher",
            "fte": "0.80",
            "appointed_on": "2015-09-01",
        },
        headers=world.as_(),
    )
    url = f"/referral/v1/staff/{made.json()['staff_id']}"
    own = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(made.json()["staff_id"]))
    assert (await world.client.get(url, headers=world.as_())).json()["name"] == CANARY
    assert (await world.client.get(url, headers=own)).status_code == 200
    other = await world.client.get(url, headers=world.as_(Role.SUPPORT_TEACHER, staff_id=uuid4()))
    missing = await world.client.get(f"/referral/v1/staff/{uuid4()}", headers=world.as_())
    assert other.status_code == missing.status_code == 404
    assert other.content == missing.content
    assert await outcomes(world, "referral") == ["done", "read", "read", "not-found", "not-found"]


@embedded
async def test_names_stay_in_the_service_that_owns_them(world: World) -> None:
    await world.client.put(
        "/referral/v1/staff/by-reference/S1",
        json={
            "name": CANARY,
            "post": "specialist-teacher",
            "fte": "0.80",
            "appointed_on": "2015-09-01",
        },
        headers=world.as_(),
    )
    async with world.database("referral").reading() as connection:
        events = (await connection.execute(select(tables.event))).all()
        audit = (await connection.execute(select(tables.audit))).all()
    metrics = (await world.client.get("/referral/metrics")).text
    assert events
    assert "canary" not in f"{events}{audit}{metrics}".lower()


@embedded
async def test_every_answer_has_its_headers(world: World) -> None:
    answer = await world.client.get("/referral/health/ready", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    nothing = await world.client.get("/referral/v1/nothing")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "no-such-route")
    verb = await world.client.request("TRACE", "/referral/v1/cases")
    assert verb.status_code == 405


async def test_an_import_says_what_became_of_every_row(world: World) -> None:
    csv = "code,name,area,formed_on\nT1,One,N,2014-09-01\nT2,Two,N,2014-02-30\nT1,One,N,2014-09-01"
    checked = await imported(world, "referral/teams", csv, mode="check")
    assert await count(world, "referral", tables.event) == 0
    kept = await imported(world, "referral/teams", csv)
    again = await imported(world, "referral/teams", csv)
    found = [[row["outcome"] for row in report["outcomes"]] for report in (checked, kept, again)]
    assert found == [
        ["created", "refused", "unchanged"],
        ["created", "refused", "unchanged"],
        ["unchanged", "refused", "unchanged"],
    ]
    assert kept["outcomes"][1]["faults"][0]["pointer"] == "/formed_on"
    url, headers = "/referral/v1/imports?kind=teams&mode=check", {"Content-Type": "text/csv"}
    columns = await world.client.post(url, content="code,nam\n", headers=world.as_() | headers)
    assert columns.status_code == 422

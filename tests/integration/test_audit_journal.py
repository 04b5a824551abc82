"""What is asked of a service, done or refused, is in its audit once, sealed, and without names."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from deploy.audit_verdict import Verdict, verify
from libs.common.audit.anchor import Anchors
from libs.common.audit.chain import AuditFiles, Chain
from libs.common.core.clock import FixedClock
from libs.common.messaging.bus.local import LocalBus
from libs.common.persistence.db import Database
from libs.common.persistence.tables import audit, audit_seal
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, Role, TokenChecker
from services.assessment.service import SERVICE as ASSESSMENT
from services.referral.service import SERVICE as REFERRAL
from services.survey.service import SERVICE as SURVEY
from tests.audits import BEGAN, line
from tests.imports import imported
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World, databases, embedded, world_of

CANARY = "Zzcanary"
SERVICES = (REFERRAL, SURVEY)
COMPLIMENTS = "/survey/v1/compliments"
COMPLIMENT = {"reference": "CP-1", "received_on": "2018-10-01", "source": "parents"}
TEAM = "/referral/v1/teams/by-code/T1"
NORTH = {"name": "Team North", "area": "N", "formed_on": "2014-09-01"}
STAFF = {
    "name": CANARY,
    "post": "specialist-teacher",
    "fte": "0.80",
    "appointed_on": "2015-09-01",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, AuditFiles]:
    return {
        one.name: AuditFiles(key=one.name.encode(), heads=tmp_path / f"{one.name}.heads")
        for one in SERVICES
    }


@pytest.fixture
async def sealing(kind: str, tmp_path: Path, files: dict[str, AuditFiles]) -> AsyncIterator[World]:
    """Two services that seal their audits."""
    async with world_of(kind, tmp_path, SERVICES, audit_files=files) as started:
        yield started


async def lines(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as connection:
        rows = await connection.execute(select(audit).order_by(audit.c.number))
        return [(row.outcome, row.object) for row in rows]


async def verdict(database: Database, service: str, files: AuditFiles) -> Verdict:
    anchored = Anchors(service, files.heads).read()
    async with database.reading() as connection:
        return await verify(connection, Chain(service, files.key), anchored)


async def gauge(client: httpx.AsyncClient, name: str) -> float:
    text = (await client.get("/survey/metrics")).text
    found = re.search(rf'^{name}{{service="survey"}} (\S+)$', text, re.MULTILINE)
    assert found, text
    return float(found[1])


async def test_each_command_read_and_refusal_leaves_its_lines_once(sealing: World) -> None:
    client, headers = sealing.client, sealing.as_()
    made = await client.post(COMPLIMENTS, json=COMPLIMENT, headers=headers)
    compliment = made.json()["compliment_id"]
    expected = [("done", f"ComplimentReceived:{compliment}")]
    await client.post(COMPLIMENTS, json=COMPLIMENT, headers=headers)
    expected += [("done", f"/v1/compliments {compliment}")]  # the same answer again
    await client.post(COMPLIMENTS, json={**COMPLIMENT, "reference": "CP-2"}, headers=headers)
    expected += [("idempotency-key-reused", "/v1/compliments")]
    await client.post(COMPLIMENTS, json={"reference": 7}, headers=sealing.as_())
    expected += [("not-valid", "/v1/compliments")]
    await client.post("/survey/v1/waves", json={}, headers=sealing.as_(Role.PARENT))
    expected += [("not-allowed", "/v1/waves")]
    nothing = uuid4()
    await client.get(f"/survey/v1/waves/{nothing}", headers=sealing.as_())
    expected += [("not-found", f"/v1/waves/{{wave_id}} {nothing}")]
    await client.post(f"/survey/v1/waves/{nothing}/issue", headers=sealing.as_())
    expected += [("precondition-required", f"/v1/waves/{{wave_id}}/issue {nothing}")]
    assert await lines(sealing.database("survey")) == expected
    assert await lines(sealing.database("referral")) == []


@embedded
async def test_reads_changes_and_imports_leave_a_line_for_each_event(sealing: World) -> None:
    client = sealing.client
    team = (await client.put(TEAM, json=NORTH, headers=sealing.as_())).json()["team_id"]
    await client.put(TEAM, json=NORTH, headers=sealing.as_())
    staff = (
        await client.put("/referral/v1/staff/by-reference/S1", json=STAFF, headers=sealing.as_())
    ).json()["staff_id"]
    await client.get(f"/referral/v1/staff/{staff}", headers=sealing.as_())
    csv = "code,name,area,formed_on\nT2,Two,N,2014-09-01\nT3,Three,N,2014-09-01"
    done = await imported(sealing, "referral/teams", csv)
    teams = [one["id"] for one in done["outcomes"]]
    import_id = done["import_id"]
    assert await lines(sealing.database("referral")) == [
        ("done", f"TeamFormed:{team}"),
        ("done", f"Team:{team}"),
        ("done", f"StaffAppointed:{staff}"),
        ("read", f"/v1/staff/{{staff_id}} {staff}"),
        ("done", f"Import:{import_id}"),
        *(("done", f"TeamFormed:{one}") for one in teams),
        ("read", f"/v1/imports/{{import_id}} {import_id}"),
        ("read", f"/v1/imports/{{import_id}}/rows {import_id}"),
    ]


@embedded
async def test_whose_record_was_changed_or_shown_without_an_event_is_in_the_audit(
    sealing: World,
) -> None:
    known = await ready(sealing)
    url = "/referral/v1/children/by-reference/county/C1"
    parent = {"reference": "P1", "name": CANARY, "relationship": "mother"}
    child, referral = known["child"], sealing.database("referral")

    async def left(body: dict[str, Any]) -> list[tuple[str, str]]:
        before = len(await lines(referral))
        answer = await call(sealing, "PUT", url, body)
        assert answer.status_code == 200
        ids = {one["plan_id"]: "PLAN" for one in answer.json()["plans"]}
        ids |= {one["parent_id"]: "PARENT" for one in answer.json()["parents"]}
        ids |= {one["relationship_id"]: "RELATIONSHIP" for one in answer.json()["parents"]}
        found = (await lines(referral))[before:]
        about_people = [one for one in found if not one[1].startswith("School:")]
        return sorted((outcome, _named(object_, ids)) for outcome, object_ in about_people)

    shown = [("done", f"Child:{child}"), ("done", "Plan:PLAN")]
    assert await left(CHILD) == shown
    told = ("done", f"ChildParticularsChanged:{child}")
    assert await left({**CHILD, "surname": CANARY}) == [told, shown[1]]
    assert await left({**CHILD, "parents": [parent]}) == [
        told,
        ("done", "Person:PARENT"),
        shown[1],
        ("done", "RelationshipRecorded:RELATIONSHIP"),
    ]


def _named(object_: str, ids: dict[str, str]) -> str:
    kind, _, id_ = object_.partition(":")
    return f"{kind}:{ids.get(id_, id_)}"


@embedded
async def test_whose_records_an_import_had_is_in_the_audit_once_each(sealing: World) -> None:
    known = await ready(sealing)
    referral = sealing.database("referral")
    row = {**CHILD, "scheme": "county", "reference": "C1"}
    before = len(await lines(referral))
    assert (await imported(sealing, "referral/children", [row] * 3))["unchanged"] == 3
    objects = [object_ for said, object_ in (await lines(referral))[before:] if said == "done"]
    had = [object_.partition(":")[0] for object_ in objects]
    assert had == ["Import", "Child", "School", "Plan"]
    assert objects[1] == f"Child:{known['child']}"


@embedded
async def test_whose_results_were_asked_for_is_in_the_audit(kind: str, tmp_path: Path) -> None:
    async with world_of(kind, tmp_path, [ASSESSMENT]) as world:
        child = uuid4()
        for query in (f"child_id={child}", f"child_id={CANARY}"):
            await world.client.get(f"/assessment/v1/results?{query}", headers=world.as_())
        assert await lines(world.database("assessment")) == [
            ("read", f"/v1/results {child}"),
            ("read", "/v1/results"),
        ]


async def test_many_at_once_are_each_in_the_audit_and_a_clean_stop_seals_and_anchors_them(
    kind: str, tmp_path: Path, files: dict[str, AuditFiles]
) -> None:
    async with world_of(kind, tmp_path, SERVICES, audit_files=files) as world:
        answers = await asyncio.gather(*(_one(world, number) for number in range(45)))
        assert set(answers) == {201, 403, 404}
        database = Database(world.database("survey").url.render_as_string(hide_password=False))
        running = world.system.running["survey"]
        while await gauge(world.client, "audit_unsealed_rows"):
            await asyncio.sleep(0.05)
        assert await gauge(world.client, "audit_oldest_unsealed_seconds") == 0
        await _one(world, 1_000)
        while await gauge(world.client, "audit_unsealed_rows"):
            await asyncio.sleep(0.05)  # by the part that runs beside, or both would be at it
        assert running.sealer is not None
        await running.sealer.finish()
        state = (await world.client.get("/survey/health/ready")).json()
        assert state["audit"] == {"unsealed": 0, "oldest_unsealed_seconds": 0.0}
        found = await verdict(database, "survey", files["survey"])
        await database.close()
    assert (found.rows, found.sealed, found.unsealed, found.faults) == (46, 46, [], [])
    assert found.last_anchor is not None
    assert found.last_anchor.head.seal == 46


async def _one(world: World, number: int) -> int:
    wave = f"/survey/v1/waves/{uuid4()}"
    if number % 3 == 0:
        answer = await world.client.get(wave, headers=world.as_())
    elif number % 3 == 1:
        answer = await world.client.post(f"{wave}/issue", headers=world.as_(Role.PARENT))
    else:
        body = {**COMPLIMENT, "reference": f"CP-{number}"}
        answer = await world.client.post(COMPLIMENTS, json=body, headers=world.as_())
    return answer.status_code


@embedded
async def test_what_waits_for_its_seal_is_measured(
    kind: str, tmp_path: Path, files: dict[str, AuditFiles]
) -> None:
    async with databases(kind, tmp_path, [SURVEY]) as urls:
        around = Surroundings(
            database_urls=urls,
            bus=LocalBus(str(tmp_path / "bus.db")),
            tokens=TokenChecker(DemoIssuer(tmp_path).settings),
            clock=FixedClock(BEGAN + timedelta(seconds=90)),
            audit_files=files,
        )
        system = System([SURVEY], around)  # nothing of it is started: nobody seals
        database = system.running["survey"].database
        async with database.writing() as connection:
            await connection.execute(audit.insert(), [line(30), line(40)])
        transport = httpx.ASGITransport(system.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            assert await gauge(client, "audit_unsealed_rows") == 2
            assert await gauge(client, "audit_oldest_unsealed_seconds") == 60
        await database.close()


async def test_no_name_gets_into_the_audit_or_its_seals(
    sealing: World, files: dict[str, AuditFiles]
) -> None:
    client = sealing.client
    url = f"/referral/v1/staff/by-reference/{CANARY}"
    made = await client.put(url, json=STAFF, headers=sealing.as_())
    assert made.is_success
    await client.put(url, json={**STAFF, "fte": CANARY, CANARY: 1}, headers=sealing.as_())
    await client.put(url, json=STAFF, headers=sealing.as_(Role.PARENT))
    await client.post(COMPLIMENTS, json={**COMPLIMENT, "text": CANARY}, headers=sealing.as_())
    for service in ("referral", "survey"):
        database = sealing.database(service)
        sealer = sealing.system.running[service].sealer
        assert sealer is not None
        async with asyncio.timeout(60):
            while not files[service].heads.exists():  # a busy machine does not finish in its time
                await sealer.finish()
        async with database.reading() as connection:
            kept: list[Any] = [
                *(await connection.execute(select(audit))).all(),
                *(await connection.execute(select(audit_seal))).all(),
            ]
        assert len(kept) > 1
        assert CANARY.lower() not in f"{kept}{_texts(files[service].heads)}".lower()


def _texts(path: Path) -> Sequence[str]:
    return path.read_text().splitlines()

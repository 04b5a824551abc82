"""Databases made by the version before, brought on: what they lack is read first."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, insert, inspect, select, text

from libs.common.contracts import Envelope, Event, assessment, referral
from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.base import Bus, Partition, Reader, Spans, to_headers
from libs.common.messaging.positions import move
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import configuration
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, Role, TokenChecker
from services.assessment.known import known_school, known_staff, known_team
from services.assessment.service import SERVICE as ASSESSMENT
from services.reporting import facts
from services.reporting.rebuild import rebuild
from services.reporting.service import SERVICE as REPORTING
from services.survey.known import known_school as survey_school
from services.survey.known import known_staff as survey_staff
from services.survey.known import known_team as survey_team
from services.survey.service import SERVICE as SURVEY
from tests.applied import apply_batch
from tests.proof.hostile.events.logs_of_events import envelope
from tests.worlds import bus_in, empty_database

TEAM, STAFF, SCHOOL, OTHER = (UUID(int=number) for number in (11, 12, 13, 14))
DAY = date(2018, 9, 3)
BEFORE = {"assessment": "0005", "survey": "0002", "reporting": "0002", "referral": "0007"}


class HeldBus:
    """A bus that answers where a topic begins and ends, and gives what is on it, once it may."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.may = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)

    async def spans(self, topic: str) -> Spans:
        await self.may.wait()
        return await self._bus.spans(topic)

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        await self.may.wait()
        return await self._bus.reader(positions)


def published() -> list[Envelope]:
    """Return what referral published before: nothing in it told a reference of staff."""
    appointed = envelope(
        referral.StaffAppointed(
            staff_id=STAFF,
            post="specialist-teacher",
            team_id=TEAM,
            fte_hundredths=100,
            appointed_on=DAY,
        ),
        1,
    )
    school: dict[str, Any] = {"la_code": 888, "establishment_type": "01", "phase": 2, "status": 1}
    return [
        envelope(referral.TeamFormed(team_id=TEAM, code="T1", area="north", formed_on=DAY), 1),
        appointed,
        envelope(
            referral.StaffContractChanged(
                staff_id=STAFF, team_id=OTHER, fte_hundredths=50, changed_on=DAY
            ),
            2,
        ),
        envelope(
            referral.SchoolRecorded(
                **school,
                school_id=SCHOOL,
                urn=100001,
                kind="primary",
                opened_on=None,
                closed_on=None,
                snapshot_on=DAY,
            ),
            1,
        ),
    ]


def told() -> Envelope:
    """Return what the new version publishes of staff on record."""
    return envelope(referral.StaffReferenceRecorded(staff_id=STAFF, reference="S1"), 3)


@pytest.fixture
async def bus(kind: str, tmp_path: Path) -> AsyncIterator[Bus]:
    async with bus_in(kind, tmp_path) as found:
        await found.start()
        await found.publish("referral", published())
        yield found
        await found.stop()


@asynccontextmanager
async def made_before(
    service: Service, kind: str, folder: Path, revision: str | None = None
) -> AsyncIterator[Database]:
    """Yield a database with the tables that a version before had."""
    async with empty_database(kind, folder, service.name) as url:
        database = Database(url)
        await migrate(database, service, revision or BEFORE[service.name])
        try:
            yield database
        finally:
            await database.close()


async def migrate(database: Database, service: Service, revision: str) -> None:
    def run(connection: Connection) -> None:
        config = configuration(service.migrations)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.writing() as connection:
        await connection.run_sync(run)


RENAMED = {"parked": "dead_letter", "heard_type": "subscribed_type"}


async def rename(database: Database, names: Mapping[str, str]) -> None:
    async with database.writing() as connection:
        there = await connection.run_sync(lambda on: inspect(on).get_table_names())
        for old, new in names.items():
            if old in there:
                await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


@asynccontextmanager
async def named_as_now(database: Database) -> AsyncIterator[None]:
    """Have the tables of the version before be as this version's code knows them."""
    await rename(database, RENAMED)
    await alter(database, "ADD COLUMN {} BIGINT DEFAULT 0")
    yield
    await alter(database, "DROP COLUMN {}")
    await rename(database, {new: old for old, new in RENAMED.items()})


ADDED = {"aggregate_version": "known", "consumer_position": "reread_until"}


async def alter(database: Database, how: str) -> None:
    async with database.writing() as connection:
        for table, column in ADDED.items():
            await connection.execute(text(f"ALTER TABLE {table} {how.format(column)}"))


async def read_before(database: Database, bus: Bus, topic: str = "referral") -> None:
    """Have the database pass all of a topic, as a version does that subscribes to none of it."""
    async with named_as_now(database):
        await _read(database, bus, topic)


async def _read(database: Database, bus: Bus, topic: str) -> None:
    reader = await bus.reader(dict.fromkeys(await bus.partitions(topic), 0))
    spans = await bus.spans(topic)
    nothing = Subscriptions("before")
    try:
        async with database.writing() as connection:
            rows = [
                {"topic": p.topic, "partition": p.number, "position": 0} for p in reader.positions
            ]
            await connection.execute(insert(tables.consumer_position), rows)
        while any(reader.positions[p] < end for p, (_, end) in spans.items()):
            began = dict(reader.positions)
            records = await reader.fetch(100, 5)
            async with database.writing() as connection:
                await move(connection, records, began)
                await apply_batch(connection, nothing, records)
    finally:
        await reader.close()


@asynccontextmanager
async def at_work(
    bus: Any, folder: Path, *services: tuple[Service, Database]
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve services on their databases, brought on by their own migrations."""
    around = Surroundings(
        database_urls={
            service.name: database.url.render_as_string(hide_password=False)
            for service, database in services
        },
        bus=bus,
        tokens=TokenChecker(DemoIssuer(folder).settings),
        clock=SystemClock(),
    )
    system = System([service for service, _ in services], around)
    transport = httpx.ASGITransport(system.app, raise_app_exceptions=False)
    async with (
        system.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client,
    ):
        yield client


async def until_ready(client: httpx.AsyncClient, service: str, lag: int | None = None) -> None:
    async with asyncio.timeout(30):
        while True:
            answer = await client.get(f"/{service}/health/ready")
            if answer.status_code == 200 and (
                lag is None or answer.json()["consumer"]["lag"] == lag
            ):
                return
            await asyncio.sleep(0.02)


async def rows_of(database: Database, table: Any, *columns: str) -> list[Any]:
    async with database.reading() as connection:
        found = await connection.execute(select(*(table.c[name] for name in columns)))
        return [tuple(row) for row in found]


LISTENERS = [
    (ASSESSMENT, known_team, known_staff, known_school),
    (SURVEY, survey_team, survey_staff, survey_school),
]


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda one: one[0].name)
async def test_what_is_kept_only_now_is_there_before_it_is_ready(
    listener: tuple[Service, Any, Any, Any], kind: str, bus: Bus, tmp_path: Path
) -> None:
    service, team, staff, school = listener
    async with made_before(service, kind, tmp_path) as database:
        await read_before(database, bus)
        held = HeldBus(bus)
        async with at_work(held, tmp_path, (service, database)) as client:
            waiting = await client.get(f"/{service.name}/health/ready")
            assert (waiting.status_code, waiting.json()["status"]) == (503, "catching-up")
            held.may.set()
            await until_ready(client, service.name)
            assert await rows_of(database, team, "team_id", "code") == [(TEAM, "T1")]
            assert await rows_of(database, school, "school_id", "urn") == [(SCHOOL, 100001)]
            assert await rows_of(database, staff, "staff_id", "reference") == [(STAFF, None)]
            await bus.publish("referral", [told()])
            await until_ready(client, service.name, lag=0)
            assert await rows_of(database, staff, "staff_id", "reference") == [(STAFF, "S1")]
        assert await rows_of(database, tables.dead_letter, "reason") == []


async def test_a_later_contract_stands_where_an_appointment_is_read_again(
    kind: str, bus: Bus, tmp_path: Path
) -> None:
    async with made_before(ASSESSMENT, kind, tmp_path) as database:
        await read_before(database, bus)
        async with at_work(bus, tmp_path, (ASSESSMENT, database)) as client:
            await until_ready(client, "assessment")
            assert await rows_of(database, known_staff, "team_id") == [(OTHER,)]


async def test_what_the_version_before_did_not_know_is_taken_up(
    kind: str, bus: Bus, tmp_path: Path
) -> None:
    """Its first event of a type that was new to it is a dead letter, and all behind it."""
    async with made_before(SURVEY, kind, tmp_path) as database:
        await bus.publish("referral", [unknown(told()), envelope(left(), 4)])
        await read_before(database, bus)
        async with named_as_now(database):
            async with database.writing() as connection:
                was_unknown = tables.dead_letter.c.reason == "unknown-type"
                now = {"headers": to_headers(told())}
                await connection.execute(tables.dead_letter.update().where(was_unknown).values(now))
            assert len(await rows_of(database, tables.dead_letter, "reason")) == 2
        async with at_work(bus, tmp_path, (SURVEY, database)) as client:
            await until_ready(client, "survey", lag=0)
            assert await rows_of(database, survey_staff, "staff_id", "reference") == [(STAFF, "S1")]
            assert await rows_of(database, tables.dead_letter, "reason") == []


def unknown(sent: Envelope) -> Envelope:
    """Return an event of a type that nobody knows yet."""
    return Envelope(
        id=sent.id,
        source=sent.source,
        type="uk.sssen.referral.NotKnownYet.v1",
        subject=sent.subject,
        sequence=sent.sequence,
        time=sent.time,
        data=sent.data,
    )


def left() -> Event:
    return referral.StaffLeft(staff_id=STAFF, left_on=DAY)


async def test_reporting_reads_all_again_and_gives_no_report_meanwhile(
    kind: str, bus: Bus, tmp_path: Path
) -> None:
    """A dead letter of the version before is met again: this one can be applied now."""
    head = {"Authorization": f"Bearer {DemoIssuer(tmp_path).token(Role.HEAD_OF_SERVICE)}"}
    report = "/reporting/v1/reports/2018-19"
    async with made_before(REPORTING, kind, tmp_path) as database:
        await read_before(database, bus)
        held = HeldBus(bus)
        async with at_work(held, tmp_path, (REPORTING, database)) as client:
            waiting = await client.get(report, headers=head)
            assert (waiting.status_code, waiting.json()["code"]) == (503, "being-rebuilt")
            assert int(waiting.headers["Retry-After"]) > 0
            page = await client.get("/reporting/reports", headers=head)
            assert page.status_code == 503
            assert (await client.get("/reporting/health/ready")).json()["status"] == "catching-up"
            held.may.set()
            await until_ready(client, "reporting", lag=0)
            assert (await client.get(report, headers=head)).status_code == 200
        assert await rows_of(database, facts.team, "team_id", "code") == [(TEAM, "T1")]
        assert await rows_of(database, facts.past_of(facts.staff), "staff_id") == []
        assert await rows_of(database, tables.dead_letter, "reason") == []


async def test_results_and_criteria_from_before_are_as_a_rebuild_makes_them(
    kind: str, bus: Bus, tmp_path: Path
) -> None:
    """A correction keeps a result's place; of criteria the first signature's day stands."""
    recorded, criteria = sample("AssessmentRecorded"), sample("CriteriaAdopted")
    corrected = json.loads(recorded.data) | {"value_tenths": 8}
    again = assessment.AssessmentCorrected.read(json.dumps(corrected).encode())
    await bus.publish("assessment", [recorded, envelope(again, 2), criteria])
    async with made_before(REPORTING, kind, tmp_path) as database:
        await read_before(database, bus, "assessment")
        async with at_work(bus, tmp_path, (REPORTING, database)) as client:
            await until_ready(client, "reporting", lag=0)
            columns = ("value_tenths", "recorded_at")
            first = recorded.time.isoformat(timespec="microseconds")
            assert await rows_of(database, facts.result, *columns) == [(8, first)]
            days = await rows_of(database, facts.criteria, "signed_on")
            assert days == [(date(2019, 1, 17),)]
        url = database.url.render_as_string(hide_password=False)
        assert (await rebuild(url, bus, swap=False)).same_facts


PARKED_BEFORE = {"assessment": "0008", "survey": "0005"}
TEAMS = {"assessment": known_team, "survey": survey_team}
PARKED, HEARD = (
    table.to_metadata(MetaData(), name=name)
    for table, name in ((tables.dead_letter, "parked"), (tables.subscribed_type, "heard_type"))
)


@pytest.mark.parametrize("service", [ASSESSMENT, SURVEY], ids=lambda one: one.name)
async def test_dead_letters_of_the_version_before_are_kept_and_redriven(
    service: Service, kind: str, tmp_path: Path
) -> None:
    sent = published()[0]
    letter = {"source": "referral", "subject": TEAM, "sequence": 1, "reason": "failed"}
    place = {"topic": "referral", "partition": 0, "offset": 5}
    record = {"headers": to_headers(sent), "value": sent.data}
    handled = ("referral", 0, "uk.sssen.referral.NotKnownYet.v1", 7)
    head = {"Authorization": f"Bearer {DemoIssuer(tmp_path).token(Role.ADMINISTRATOR)}"}
    letters = f"/{service.name}/v1/dead-letters"
    async with (
        bus_in(kind, tmp_path) as bus,
        made_before(service, kind, tmp_path, PARKED_BEFORE[service.name]) as database,
    ):
        async with database.writing() as connection:
            await connection.execute(insert(PARKED), letter | place | record)
            await connection.execute(insert(HEARD).values(handled))
        async with at_work(bus, tmp_path, (service, database)) as client:
            seen = (await client.get(letters, headers=head)).json()
            assert seen == [letter | place | {"subject": str(TEAM)}]
            redriving = f"{letters}/referral/{TEAM}/redrive"
            done = await client.post(redriving, headers=head | {"Idempotency-Key": "1"})
            assert done.json() == {"applied": 1, "remaining": 0, "still_parked": 0}
        assert await rows_of(database, TEAMS[service.name], "team_id") == [(TEAM,)]
        assert await rows_of(database, tables.dead_letter, "reason") == []
        columns = ("topic", "partition", "type", "position")
        assert handled in await rows_of(database, tables.subscribed_type, *columns)


def sample(name: str) -> Envelope:
    """Return an event as it was published first."""
    data = (Path("tests/contracts/samples") / f"{name}.v1.json").read_bytes()
    return envelope(getattr(assessment, name).read(data), 1)

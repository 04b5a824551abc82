"""A rebuild gives what is there already, mends what is wrong, and shows nobody half of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import delete, select, text, update

from deploy.demo.county import small_county
from deploy.demo.load import load
from deploy.services import SERVICES
from libs.common.contracts import Envelope, referral
from libs.common.core.clock import AcademicYear
from libs.common.core.digest import digest
from libs.common.core.failpoints import arm
from libs.common.persistence.db import Database
from libs.common.persistence.tables import consumer_position
from libs.common.security import Role
from services.reporting import facts
from services.reporting.queries import report
from services.reporting.rebuild import AlreadyRebuilding, Difference, rebuild
from tests.imports import imported
from tests.worlds import REAL, World, embedded, world_of

YEAR = AcademicYear(2018)

# An SQLite file is rebuilt by the one process that has it.
only_postgresql = pytest.mark.parametrize(
    "kind", [pytest.param(REAL, marks=pytest.mark.real)], scope="session"
)


in_one_world = pytest.mark.asyncio(loop_scope="module")
"""The mark of tests that share `loaded`: each leaves its facts as the log tells them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded(kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Return a world with a small county in it."""
    county = small_county(7)
    county.visits = county.visits[:100]
    async with world_of(kind, tmp_path_factory.mktemp("loaded"), SERVICES) as world:
        await load(world.client, county, world.tokens(), lambda *_: None, on=date(2020, 1, 6))
        yield world


def url(world: World) -> str:
    return world.database("reporting").url.render_as_string(hide_password=False)


async def facts_of(database: Database) -> str:
    async with database.reading() as connection:
        return await digest(connection, facts.metadata)


async def positions_of(database: Database) -> list[Any]:
    async with database.reading() as connection:
        table = consumer_position
        return list((await connection.execute(select(table.c.topic, table.c.position))).all())


@in_one_world
async def test_a_rebuild_gives_what_is_there_and_events_go_on(loaded: World) -> None:
    database = loaded.database("reporting")
    before, positions = await facts_of(database), await positions_of(database)
    found = await rebuild(url(loaded), loaded.bus)
    assert (found.same_facts, found.differences, found.dead_letters) == (True, [], 0)
    assert await facts_of(database) == before
    assert sorted(await positions_of(database)) == sorted(positions)
    team = {"name": "Eighth Team", "area": "North", "formed_on": "2018-09-01"}
    put = "/referral/v1/teams/by-code/T8"
    assert (await loaded.client.put(put, json=team, headers=loaded.as_())).status_code == 201
    await loaded.settle()
    async with database.reading() as connection:
        teams = (await connection.execute(select(facts.team))).all()
    assert len(teams) == len(small_county(7).teams) + 1
    assert (await rebuild(url(loaded), loaded.bus, swap=False)).same_facts


@embedded
@in_one_world
async def test_a_rebuild_mends_a_wrong_read_model_and_names_the_figure(loaded: World) -> None:
    database = loaded.database("reporting")
    right = await facts_of(database)
    async with database.writing() as connection:
        await connection.execute(update(facts.staff).values(left_on=YEAR.first_day))
        await connection.execute(delete(facts.result))
    wrong = await facts_of(database)
    looked = await rebuild(url(loaded), loaded.bus, swap=False)
    assert await facts_of(database) == wrong
    assert "service.teachers.fte" in {one.id for one in looked.differences}
    found = await rebuild(url(loaded), loaded.bus)
    assert found.differences == looked.differences
    assert all(isinstance(one, Difference) and one.was != "" for one in found.differences)
    assert await facts_of(database) == right


@embedded
@in_one_world
async def test_returns_made_anonymous_leave_every_figure_as_it_is(loaded: World) -> None:
    """After a rebuild too: no event ever told whose they are (domain brief 9.5)."""
    waves = await loaded.client.get("/survey/v1/waves?limit=100", headers=loaded.as_())
    for wave in waves.json()["items"]:
        if wave["state"] == "issued":
            row = [{"wave_id": wave["wave_id"]}]
            assert (await imported(loaded, "survey/wave-closures", row))["updated"] == 1
    await loaded.settle()
    database = loaded.database("reporting")
    before, shown = await facts_of(database), await figures_of(database)
    told = {"academic_year": YEAR.label}
    done = await loaded.client.post("/survey/v1/anonymisations", json=told, headers=loaded.as_())
    assert sum(wave["responses"] for wave in done.json()["waves"]) > 50
    await loaded.settle()
    assert (await facts_of(database), await figures_of(database)) == (before, shown)
    found = await rebuild(url(loaded), loaded.bus)
    assert (found.same_facts, found.differences) == (True, [])
    assert (await facts_of(database), await figures_of(database)) == (before, shown)


async def figures_of(database: Database) -> Any:
    async with database.reading() as connection:
        return (await report(connection, YEAR)).figures


@embedded
async def test_a_rebuild_reads_a_fact_of_the_earliest_day_there_is(world: World) -> None:
    team = {"name": "First Team", "area": "North", "formed_on": "1950-01-01"}
    put = "/referral/v1/teams/by-code/T1"
    assert (await world.client.put(put, json=team, headers=world.as_())).status_code == 201
    await world.settle()
    async with world.database("reporting").writing() as connection:
        await connection.execute(update(facts.team).values(disbanded_on=date(1950, 1, 2)))
    found = await rebuild(url(world), world.bus)
    assert (found.same_facts, [one.id for one in found.differences]) == (False, ["service.teams"])


@embedded
async def test_what_was_redriven_stays_so(world: World) -> None:
    """A redrive is not on the bus; dead letters that were never redriven stay dead letters."""
    database, redriven, left = world.database("reporting"), uuid4(), uuid4()
    broken = [unreadable(redriven), unreadable(left)]
    await world.bus.publish("referral", broken)
    await world.bus.publish("referral", [readable(one) for one in broken])
    await world.settle()
    path = f"/reporting/v1/dead-letters/referral/{redriven}/redrive"
    done = await world.client.post(path, headers=world.as_(Role.ADMINISTRATOR))
    assert done.json() == {"applied": 1, "remaining": 1, "still_parked": 1}
    before = await facts_of(database)
    found = await rebuild(url(world), world.bus)
    assert (found.same_facts, found.dead_letters) == (True, 3)
    assert await facts_of(database) == before


def unreadable(subject: UUID) -> Envelope:
    type_, at = referral.TeamFormed.type(), datetime(2018, 9, 3, tzinfo=UTC)
    return Envelope(
        id=uuid4(), source="referral", type=type_, subject=subject, sequence=1, time=at, data=b"{}"
    )


def readable(broken: Envelope) -> Envelope:
    """Return the event as it is published in its stead."""
    formed = date(2018, 9, 1)
    event = referral.TeamFormed(team_id=broken.subject, code="X", area="N", formed_on=formed)
    return replace(broken, id=uuid4(), data=event.model_dump_json().encode())


@only_postgresql
@in_one_world
async def test_a_reader_sees_the_one_or_the_other_and_never_nothing(loaded: World) -> None:
    """One that began before the swap is waited for; one whose snapshot is older waits."""
    database = loaded.database("reporting")
    async with database.reading() as first, database.reading() as second:
        before = await report(first, YEAR)
        swapping = asyncio.create_task(rebuild(url(loaded), loaded.bus))
        async with asyncio.timeout(30), database.engine.connect() as looking:
            waits = text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            while not (await looking.execute(waits)).scalar_one():
                await looking.rollback()
                await asyncio.sleep(0.01)
        late = asyncio.create_task(report(second, YEAR))
        await asyncio.sleep(0)
        assert (await report(first, YEAR)).figures == before.figures
        await first.rollback()
        assert (await swapping).same_facts
        assert (await late).figures == before.figures


@in_one_world
async def test_every_outlet_gives_the_same_bytes_while_a_rebuild_goes_on(loaded: World) -> None:
    """Or says that it is busy and when to ask again; never half of the one, half of the other."""
    await loaded.settle()
    head = loaded.as_(Role.HEAD_OF_SERVICE)
    figure = "inclusion.at_risk_of_exclusion.share"
    urls = (
        "/reporting/v1/reports/2018-19",
        "/reporting/reports/2018-19/files/csv",
        f"/reporting/figures/{figure}?year=2018-19&by=school-kind",
    )
    before = {url_: (await loaded.client.get(url_, headers=head)).content for url_ in urls}
    rebuilt = asyncio.create_task(rebuild(url(loaded), loaded.bus))
    asked = 0
    while not rebuilt.done() or asked == 0:
        for url_ in urls:
            answer = await loaded.client.get(url_, headers=head)
            asked += 1
            if answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0
            else:
                assert answer.status_code == 200, answer.text
                assert answer.content == before[url_]
    assert (await rebuilt).same_facts


@only_postgresql
@in_one_world
async def test_only_one_rebuilds_at_a_time(loaded: World) -> None:
    database = loaded.database("reporting")
    async with database.reading() as reader:
        await report(reader, YEAR)  # which holds up the swap of the first
        first = asyncio.create_task(rebuild(url(loaded), loaded.bus))
        async with asyncio.timeout(30), database.engine.connect() as looking:
            fresh = text("SELECT count(*) FROM pg_namespace WHERE nspname = 'fresh'")
            while not (await looking.execute(fresh)).scalar_one():
                await looking.rollback()
                await asyncio.sleep(0.01)
        with pytest.raises(AlreadyRebuilding):
            await rebuild(url(loaded), loaded.bus)
        await reader.rollback()
        assert (await first).same_facts


@in_one_world
async def test_a_rebuild_that_is_broken_off_changes_nothing(loaded: World) -> None:
    """Each is held up before the swap, so that it is cut short there at the latest."""
    database = loaded.database("reporting")
    right = await facts_of(database)
    async with database.writing() as connection:
        await connection.execute(delete(facts.result))
    wrong = await facts_of(database)
    assert wrong != right
    for moment in (0.01, 0.05, 0.2, 0.5):
        with held_up("rebuild.before-swap"):
            started = asyncio.create_task(rebuild(url(loaded), loaded.bus))
            await asyncio.sleep(moment)
            started.cancel()
            await asyncio.gather(started, return_exceptions=True)
        assert started.cancelled()
        assert await facts_of(database) == wrong
    assert not (await rebuild(url(loaded), loaded.bus)).same_facts
    assert await facts_of(database) == right


@contextmanager
def held_up(point: str) -> Iterator[None]:
    arm(f"{point}:pause:1")
    try:
        yield
    finally:
        arm(None)

"""A referral database of the version before, with a county in it, is brought on: cases in spans."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, select

from deploy.demo.county import small_county
from deploy.demo.load import Loader, load
from deploy.demo.records import County
from libs.common.core.clock import SystemClock
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import configuration
from libs.common.persistence.uow import Units
from services.referral.cases.domain import Case, CaseHolder, Pause
from services.referral.cases.holding import holders_on
from services.referral.cases.queries import open_on
from services.referral.service import SERVICE
from tests.journeys.casework import call
from tests.worlds import World, request_context

BEFORE = "0014"
DAYS = (date(2017, 10, 2), date(2018, 8, 31), date(2018, 9, 3), date(2019, 1, 7), date(2019, 7, 1))


NOT_NEEDED = (
    *("visits", "risks", "exclusions", "results", "corrections", "voids", "criteria"),
    *("judgements", "dialogues", "waves", "recipients", "responses", "response_voids"),
    *("deliveries", "ratings", "complaints", "compliments", "register_checks"),
)
"""What no case rests on, and would only take time."""


def casework() -> County:
    """Return a county of which only the casework is told."""
    county = small_county(1)
    for name in NOT_NEEDED:
        getattr(county, name).clear()
    return county


def held_in(county: County, day: date) -> dict[str, str]:
    """Return the caseload of a day and whose each case is, as the raw records say."""
    ended = {one["case"]: one["ended_on"] for one in county.endings}
    held = {
        one["referral"]: one["staff"]
        for one in county.cases
        if one["started_on"] <= str(day) <= ended.get(one["referral"], "9999")
    }
    for one in sorted(county.allocations, key=lambda one: str(one["allocated_on"])):
        if one["case"] in held and one["allocated_on"] <= str(day):
            held[one["case"]] = one["staff"]
    return held


async def _rows(database: Database, *kinds: type[Any]) -> list[list[Any]]:
    async with database.reading() as connection:
        return [
            [tuple(row) for row in await connection.execute(select(kind).order_by(*_key(kind)))]
            for kind in kinds
        ]


def _key(kind: type[Any]) -> Iterable[Any]:
    return kind.__table__.primary_key  # type: ignore[no-any-return]  # of every table


async def _to(database: Database, revision: str) -> None:
    """Take the database back to a revision, and bring it on again to the newest."""

    def run(connection: Connection) -> None:
        config = configuration(SERVICE.migrations)
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        command.upgrade(config, "head")

    async with database.writing() as connection:
        await connection.run_sync(run)


async def _paused(world: World, loader: Loader, county: County) -> None:
    """Pause a case twice, and resume it once."""
    url = f"/referral/v1/cases/{loader.ids['case'][county.cases[0]['referral']]}"
    first = date.fromisoformat(county.cases[0]["started_on"])
    for what, field, weeks in (
        ("pause", "paused_on", 4),
        ("resumption", "resumed_on", 8),
        ("pause", "paused_on", 12),
    ):
        said = {field: str(first + timedelta(weeks=weeks))}
        said |= {"reason": "child-unwell"} if what == "pause" else {}
        version = {"If-Match": (await call(world, "GET", url)).headers["ETag"]}
        answer = await call(world, "POST", f"{url}/{what}", said, **version)
        assert answer.is_success, answer.text


@pytest.mark.timeout(300)
async def test_spans_are_those_that_the_events_tell(world: World, tmp_path: Path) -> None:
    """The caseload of each day is as the county's raw records say."""
    county = casework()
    loader = await load(world.client, county, world.tokens(), lambda *_: None)
    await _paused(world, loader, county)
    await world.settle()
    database = Database(world.database("referral").url.render_as_string(hide_password=False))
    try:
        before = await _rows(database, CaseHolder, Pause)
        assert len(before[0]) > len(county.cases)
        await _to(database, BEFORE)
        assert await _rows(database, CaseHolder, Pause) == before
        names = {id_: name for name, id_ in loader.ids["case"].items()}
        staff = {id_: name for name, id_ in loader.ids["staff"].items()}
        units = Units(database, SystemClock(), SERVICE.visible, lambda: None)
        for day in DAYS:
            async with units.read(request_context()) as read:
                cases = await read.chosen(select(Case).where(open_on(day)))
                held = await holders_on(read, cases, day)
            found = {names[str(one.id)]: staff[str(held[one.id].staff_id)] for one in cases}
            assert found == held_in(county, day)
    finally:
        await database.close()

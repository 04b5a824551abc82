"""Past records bear the instant that their loader says; who may say so; what goes by the clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Table, select

from libs.common.core.clock import RECORDED_AT
from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from tests.imports import imported
from tests.journeys.casework import call, opened, ready
from tests.worlds import EMBEDDED, World, embedded, world_of

FRIDAY = "2018-11-02T16:00:00+00:00"
AT = datetime(2018, 11, 2, 16, tzinfo=UTC)
TEAM = {"name": "Team 1", "area": "A1", "formed_on": "2018-09-01"}
URL = "/referral/v1/teams/by-code/T1"


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL]


class Ticking:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self._at = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the next second."""
        self._at += timedelta(seconds=1)
        return self._at


async def _put(world: World, recorded_at: str, role: Role = Role.HEAD_OF_SERVICE) -> httpx.Response:
    return await call(world, "PUT", URL, TEAM, headers=world.as_(role) | {RECORDED_AT: recorded_at})


async def _instants(world: World, table: Table, column: str) -> list[datetime]:
    async with world.database("referral").reading() as connection:
        return list((await connection.execute(select(table.c[column]))).scalars())


def _teams(*codes: str) -> list[dict[str, str]]:
    return [TEAM | {"code": code} for code in codes]


@embedded
async def test_what_is_recorded_bears_the_instant_that_is_told(world: World) -> None:
    assert (await _put(world, FRIDAY)).status_code == 201
    renamed = await call(
        world, "PUT", URL, TEAM | {"name": "Team one"}, headers=world.as_() | {RECORDED_AT: FRIDAY}
    )
    assert renamed.status_code == 200
    assert set(await _instants(world, tables.event, "time")) == {AT}
    assert set(await _instants(world, tables.change_log, "at")) == {AT}


@embedded
async def test_audit_and_keys_of_commands_go_by_the_machines_clock(world: World) -> None:
    before = datetime.now(UTC)
    known = await ready(world)
    body = {"reference": "R1", "child_id": known["child"], "submitted_on": "2018-09-03"}
    evidence = {"significant_barriers": True, "complex_needs": True}
    headers = world.as_() | {RECORDED_AT: FRIDAY}
    answer = await call(
        world, "POST", "/referral/v1/referrals", body | {"evidence": evidence}, headers=headers
    )
    assert answer.status_code == 201
    assert AT in await _instants(world, tables.event, "time")
    kept = await _instants(world, tables.idempotency, "at")
    assert kept
    assert min([*kept, *await _instants(world, tables.audit, "at")]) >= before


async def test_all_events_of_a_unit_of_work_bear_one_instant(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [REFERRAL], Ticking()) as world:
        first = await imported(world, "referral/teams", _teams("T1", "T2", "T3"))
        assert first["created"] == 3
        assert len(set(await _instants(world, tables.event, "time"))) == 1
        await imported(world, "referral/teams", _teams("T4"))
        assert len(set(await _instants(world, tables.event, "time"))) == 2


@embedded
async def test_a_day_to_come_is_one_after_the_day_that_is_told(world: World) -> None:
    known = await opened(world)
    url = f"/referral/v1/cases/{known['case']}/visits"
    week = {"planned": 1, "attended": 1}
    headers = world.as_() | {RECORDED_AT: FRIDAY}
    past = await call(world, "PUT", f"{url}/2018-10-29", week, headers=headers)
    assert past.status_code == 201, past.text
    ahead = await call(world, "PUT", f"{url}/2018-11-05", week, headers=headers)
    assert [one["code"] for one in ahead.json()["errors"]] == ["in-the-future"]
    extract = "/referral/v1/school-extracts?mode=check&snapshot_on=2018-11-03"
    told = headers | {"Content-Type": "text/csv"}
    ahead = await world.client.post(extract, content=b"", headers=told)
    assert [one["code"] for one in ahead.json()["errors"]] == ["in-the-future"]


@embedded
async def test_only_who_reaches_the_whole_county_says_when_it_was_recorded(world: World) -> None:
    known = await opened(world)
    url = f"/referral/v1/cases/{known['case']}/visits/2018-10-29"
    teacher: dict[str, Any] = {"staff_id": known["staff"]}
    headers = world.as_(Role.SUPPORT_TEACHER, **teacher)
    week = {"planned": 1, "attended": 1}
    refused = await call(world, "PUT", url, week, headers=headers | {RECORDED_AT: FRIDAY})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert "not-allowed" in await _outcomes(world)
    assert (await call(world, "PUT", url, week, headers=headers)).status_code == 201


async def _outcomes(world: World) -> list[str]:
    async with world.database("referral").reading() as connection:
        return list((await connection.execute(select(tables.audit.c.outcome))).scalars())


@embedded
async def test_a_token_is_held_to_the_machines_clock(world: World) -> None:
    old = {"Authorization": f"Bearer {world.issuer.token(Role.HEAD_OF_SERVICE, now=AT)}"}
    answer = await call(world, "PUT", URL, TEAM, headers=old | {RECORDED_AT: FRIDAY})
    assert answer.status_code == 401


@embedded
@pytest.mark.parametrize(
    "told",
    ["", "2018-11-02", "2018-11-02T16:00:00", "Friday", "9999-12-31T23:59:59-01:00", "2999-01-01Z"],
)
async def test_what_is_no_past_instant_is_refused(world: World, told: str) -> None:
    refused = await _put(world, told)
    assert (refused.status_code, refused.json()["code"]) == (400, "recorded-at-not-valid")
    assert "2018-09-07T16:00:00+01:00" in refused.json()["detail"]


async def test_where_the_setting_does_not_have_it_taken_it_is_refused(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [REFERRAL], backdating=False) as world:
        refused = await _put(world, FRIDAY)
        assert (refused.status_code, refused.json()["code"]) == (400, "recorded-at-not-taken")
        assert await _instants(world, tables.event, "time") == []

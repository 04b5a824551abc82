"""What is recorded late is recorded alike: each record of a holder, school or plan of its day.

Three children are alike. Of one everything is recorded in time; of the others only after the child
moved, the school closed, the plan was replaced, the teacher changed team, handed over and left, the
team was disbanded, support ended and the wave was over: of one over HTTP, of the other in files.
What is published, counted and shown of them is the same, but for when it was recorded.
"""

import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from deploy.demo.importing import posted
from deploy.services import SERVICES
from libs.common.core.clock import FixedClock
from libs.common.persistence.tables import PUBLISHED, event
from libs.common.security import Role
from services.referral.children.domain import Child, Plan
from services.referral.schools.domain import School
from services.referral.staff.domain import StaffMember, Team
from services.reporting import facts
from tests.architecture.roles.dated import (
    BEFORE,
    CHANGES,
    OTHERWISE,
    RECORDS,
    TEACHER,
    Dated,
)
from tests.architecture.roles.test_matrix import IN_MEMORY
from tests.architecture.test_put_right import RECORDING
from tests.imports import imported
from tests.journeys.casework import CHILD, call, schools
from tests.worlds import EMBEDDED, World, world_of

in_one_loop = pytest.mark.asyncio(loop_scope="module")

IN_TIME = datetime(2018, 12, 10, 12, tzinfo=UTC)
LATE = datetime(2019, 1, 18, 12, tzinfo=UTC)
LATER = datetime(2019, 1, 21, 12, tzinfo=UTC)
"""Within the ten working days in which a teacher who handed a case over still reaches it."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TWINS = ("prompt", "late", "filed")
LATELY = TWINS[1:]
PATHS = {"case_id": "child", "referral_id": "referral", "review_id": "review", "wave_id": "wave"}
"""What of a row stands in the address, where a record is sent by itself."""
VERSIONED = {"allocations", "ending", "colleagues", "pause", "resumption"}
"""Steps of a case that name its version."""


def _has_a_day(schema: Mapping[str, Any]) -> bool:
    of_day = schema.get("format") in {"date", "date-time"}
    return of_day or any(_has_a_day(one) for one in schema.get("anyOf", ()))


def test_every_record_of_a_day_is_recorded_late_or_said_to_have_no_holder() -> None:
    dated = {
        one.name
        for one in RECORDING
        if one.service != "reporting"
        and ("visits" in one.path or any(map(_has_a_day, one.body.get("properties", {}).values())))
    }
    tried = [one.name for one in (*BEFORE, *CHANGES, *RECORDS)]
    assert len(tried) > 15
    assert {*tried, *OTHERWISE} == dated
    assert not {*tried} & {*OTHERWISE}


class County:
    """The three children, and who records what of them."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        """Begin with nothing of theirs."""
        self.world, self.clock = world, clock
        self.ids: dict[str, dict[str, str]] = {who: {} for who in TWINS}

    def who(self, role: Role = Role.HEAD_OF_SERVICE, **claims: Any) -> dict[str, str]:
        """Return the headers of somebody of a role, now."""
        return self.world.as_(role, now=self.clock.now(), **claims)

    async def do(
        self, name: str, body: Any = None, headers: dict[str, str] | None = None, **more: str
    ) -> Any:
        """Call as the Head of Service unless told, and be carried out."""
        method, url = name.split()
        answer = await call(self.world, method, url, body, headers=headers or self.who(), **more)
        assert answer.is_success, f"{name} {answer.text}"
        return answer

    async def record(self, who: str, records: Sequence[Dated]) -> None:
        """Record of a child over HTTP or, of the last one, in files."""
        for one in records:
            row = json.loads(json.dumps(one.row).replace("{who}", who))
            if who == "filed":
                sender = self.who(one.loaded_by, subject=one.subject)
                told = await imported(self.world, one.kind, [row], sender)
                [outcome] = told["outcomes"]
                assert outcome["outcome"] in {"created", "updated"}, f"{one.name} {outcome}"
            else:
                await self._send(who, one, row)

    async def _send(self, who: str, one: Dated, row: dict[str, Any]) -> None:
        path = re.findall(r"{(\w+)}", one.name)
        name = one.name.format(**{**row, **self.ids[who]})
        gone = {*path, *(PATHS[each] for each in path if each in PATHS)}
        body = {field: value for field, value in row.items() if field not in gone}
        match = {}
        whole, _, step = name.rpartition("/")
        if step in VERSIONED:
            shown = await self.do(whole.replace("POST", "GET"))
            match = {"If-Match": shown.headers["ETag"]}
        told = (await self.do(name, body, self._sender(who, one), **match)).json()
        self.ids[who] |= {field: told[field] for field in PATHS if told.get(field)}

    def _sender(self, who: str, one: Dated) -> dict[str, str]:
        teacher = {"staff_id": UUID(self.ids[who]["staff_id"])} if one.by == TEACHER else {}
        return self.who(one.by, subject=one.subject, **teacher)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county() -> AsyncIterator[County]:
    """Return the county with all that was recorded in time and late."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        clock = FixedClock(IN_TIME)
        async with world_of(EMBEDDED, Path(folder), SERVICES, clock) as world:
            county = County(world, clock)
            await _as_it_was(county)
            await county.record("prompt", BEFORE)
            await world.settle()
            await county.record("prompt", RECORDS)
            clock.set(LATE)
            await _change(county)
            await county.record("prompt", CHANGES)
            for who in LATELY:
                await county.record(who, [*BEFORE, *CHANGES])
                await world.settle()
                await county.record(who, RECORDS)
            await world.settle()
            yield county


async def _as_it_was(county: County) -> None:
    """Have the children, each with a school, a plan, teachers and teams, and a wave of all."""
    url = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit"
    sender = {**county.who(), "Content-Type": "text/csv"}
    await posted(county.world.client, url, schools(), sender)
    for who in TWINS:
        for code in ("TA", "TB", "TC", "TD"):
            team = {"name": code, "area": "A1", "formed_on": "2015-09-01"}
            await county.do(f"PUT /referral/v1/teams/by-code/{code}-{who}", team)
        for code, team_code in (("SA", "TA"), ("SB", "TB"), ("SC", "TA")):
            staff = {
                "name": "Testcase Teacher",
                "post": "specialist-teacher",
                "fte": "1",
                "appointed_on": "2015-09-01",
                "team_code": f"{team_code}-{who}",
            }
            url = f"/referral/v1/staff/by-reference/{code}-{who}"
            made = (await county.do(f"PUT {url}", staff)).json()
            county.ids[who].setdefault("staff_id", made["staff_id"])
        await county.do(f"PUT {_url(who)}", CHILD | {"plans": [_plan(who)]})
    await county.world.settle()
    listed = await county.do("GET /referral/v1/child-references")
    for service in ("assessment", "survey"):
        kind = f"{service}/child-references"
        await imported(county.world, kind, listed.text, county.who())
    await _wave(county)


def _url(who: str) -> str:
    return f"/referral/v1/children/by-reference/county/C-{who}"


def _plan(who: str) -> dict[str, Any]:
    plan: dict[str, Any] = CHILD["plans"][0]  # type: ignore[index]  # a list
    return plan | {"reference": f"PL-{who}"}


async def _wave(county: County) -> None:
    wave = {
        "reference": "W1",
        "audience": "children",
        "questionnaire": "children",
        "questionnaire_version": 1,
        "academic_year": "2018-19",
        "issued_on": "2018-11-01",
        "closes_on": "2018-11-30",
    }
    made = (await county.do("POST /survey/v1/waves", wave)).json()
    url = f"/survey/v1/waves/{made['wave_id']}"
    listed = [
        {"reference": f"P-{who}", "child": {"scheme": "county", "reference": f"C-{who}"}}
        for who in TWINS
    ]
    await county.do(f"POST {url}/recipients", listed)
    version = (await county.do(f"GET {url}")).headers["ETag"]
    await county.do(f"POST {url}/issue", **{"If-Match": version})
    for who in TWINS:
        county.ids[who]["wave_id"] = made["wave_id"]


async def _change(county: County) -> None:
    """Have everything be otherwise since January."""
    for who in TWINS:
        new = {"plan_type": "GRIP", "names_service": True, "starts_on": "2019-01-08"}
        old = _plan(who) | {"ends_on": "2019-01-07", "cease_reason": "replaced"}
        plans = [old, new | {"reference": f"PM-{who}"}]
        moved = {"effective_on": "2019-01-08", "school_urn": 900002, "year_group": "4"}
        await county.do(f"PUT {_url(who)}", moved | {"plans": plans})
        staff = "/referral/v1/staff/by-reference"
        for code in ("SA", "SC"):
            other = {"team_code": f"TC-{who}", "effective_on": "2019-01-08"}
            await county.do(f"PUT {staff}/{code}-{who}", other)
        await county.do(f"PUT {staff}/SC-{who}", {"left_on": "2019-01-15"})
        team = f"/referral/v1/teams/by-code/TD-{who}"
        await county.do(f"PUT {team}", {"disbanded_on": "2019-01-11"})
    closed = {
        "urn": 900001,
        "snapshot_on": "2019-01-14",
        "la_code": 830,
        "name": "Testford Invented Primary School",
        "establishment_type": "01",
        "phase": 2,
        "status": 2,
        "closed_on": "2019-01-11",
    }
    await imported(county.world, "referral/schools", [closed], county.who())


ROOTS = ((Child, "reference"), (StaffMember, "reference"), (Team, "code"), (Plan, "reference"))
"""What a child has of its own that was there before, and by what the county names it."""
OF_NOVEMBER = "2018-11-"
"""The days of what is recorded late."""
OF_THE_RECORDING = {"event_id", "sequence", "known_from", "recorded_at", "etag"}
"""What of a record tells when and how it was recorded."""


async def _names(county: County) -> dict[str, str]:
    """Return what the county calls each of these, by its id."""
    found: dict[str, str] = {}
    async with county.world.database("referral").reading() as connection:
        for kind, key in (*ROOTS, (School, "urn")):
            columns = kind.__table__.c
            rows = await connection.execute(select(columns["id"], columns[key]))
            found |= {str(id_): str(name) for id_, name in rows.all()}
    return found


def _alike(said: Any, names: Mapping[str, str], field: str = "") -> Any:
    """Return what is said with each id as the county's name, or as the field that holds it."""
    if isinstance(said, Mapping):
        told = {name: one for name, one in said.items() if name not in OF_THE_RECORDING}
        return {name: _alike(one, names, name) for name, one in told.items()}
    if isinstance(said, list | tuple):
        return [_alike(one, names, field) for one in said]
    text = str(said)
    return names.get(text, field) if ID.fullmatch(text) else text


def _of_each(told: Iterable[Any], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what is told of each child, in one order, with the child's own mark taken out."""
    found: dict[str, list[str]] = {who: [] for who in TWINS}
    for one in told:
        text = json.dumps(_alike(one, names), sort_keys=True)
        for who in TWINS:
            if f"-{who}" in text:
                found[who].append(text.replace(f"-{who}", ""))
    return {who: sorted(texts) for who, texts in found.items()}


def _check_alike(found: Mapping[str, list[str]], least: int) -> None:
    assert len(found["prompt"]) >= least
    for who in LATELY:
        assert found[who] == found["prompt"], who


@in_one_loop
async def test_what_is_published_is_the_same_but_for_when_it_was_recorded(county: County) -> None:
    names, told, instants = await _names(county), [], []
    for service in ("referral", "assessment", "survey"):
        async with county.world.database(service).reading() as connection:
            rows = (await connection.execute(select(event).where(PUBLISHED))).mappings().all()
        told += [{"type": row["type"], **json.loads(row["data"])} for row in rows]
        instants += [{**json.loads(row["data"]), "at": row["time"]} for row in rows]
    _check_alike(_of_each(told, names), 20)
    first = (one for one in instants if one["at"] != LATER)
    recorded = _of_each((one for one in first if OF_NOVEMBER in str(one.values())), names)
    for who in TWINS:
        at = IN_TIME if who == "prompt" else LATE
        assert len(recorded[who]) > 8
        assert all(f'"at": "{at}"' in one for one in recorded[who]), who


@in_one_loop
async def test_what_reporting_knows_is_the_same(county: County) -> None:
    names, told = await _names(county), []
    tables = [one for name, one in facts.metadata.tables.items() if name.startswith("fact_")]
    async with county.world.database("reporting").reading() as connection:
        for table in tables:
            rows = (await connection.execute(select(table))).mappings()
            told += [{"fact": table.name, **row} for row in rows]
    _check_alike(_of_each(told, names), 20)


CORRECTED: Mapping[str, dict[str, Any]] = {
    "visits/2018-11-05": {
        "week_beginning": "2018-11-12",
        "planned": 2,
        "attended": 2,
    },
    "risk-assessments/2018-11-06": {"level": "none", "assessed_on": "2018-11-06"},
    "pauses/2018-11-21": {
        "paused_on": "2018-11-22",
        "pause_reason": "child-unwell",
    },
    "resumptions/2018-11-26": {"resumed_on": "2018-11-27"},
}
"""Records of November of a case, and what they should have said."""


@in_one_loop
async def test_what_is_put_right_later_stands_in_the_change_log_with_both_days(
    county: County,
) -> None:
    """The day that the record is of, and the instant at which it was put right."""
    county.clock.set(LATER)
    for who, (record, right) in product(TWINS, CORRECTED.items()):
        url = f"/referral/v1/cases?child=county/C-{who}&as_of=2018-11-05"
        [shown] = (await county.do(f"GET {url}")).json()["items"]
        case = shown["case_id"]
        body, version = right | {"reason": "typing-error"}, {"If-Match": shown["etag"]}
        await county.do(f"POST /referral/v1/cases/{case}/{record}/corrections", body, **version)
        log = (await county.do(f"GET /referral/v1/change-log?record_id={case}")).json()["items"]
        why = [one for one in log if one["reason"] == "typing-error" and _at(one) == LATER]
        thing = [one for one in why if record.rpartition("/")[2] in f"{one['row']} {one['was']}"]
        assert thing, (who, record, log)
    await county.world.settle()


def _at(change: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(change["at"])

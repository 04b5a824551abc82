"""The case extract over HTTP: its stages, its pseudonyms, who takes it, and as which files."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.contracts import Event, referral
from libs.common.core.clock import FixedClock
from libs.common.persistence.tables import audit
from libs.common.security import Role
from services.reporting.case_extract.rows import CaseRow
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.spec.drawing import day, drawn, named, recorded
from tests.spec.events import cases, risks, waves
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2019, 12, 2, 12, 0, tzinfo=UTC)
URL = "/reporting/v1/case-extracts/2018-19"


def referrals(text: str) -> Iterator[Event]:
    """child | submitted | refused | withdrawn."""
    for row in drawn(text):
        who = {"referral_id": named(f"referral {row['child']}"), "child_id": named(row["child"])}
        where = {"school_id": named("school")}
        yield referral.ReferralSubmitted(**who, **where, submitted_on=day(row["submitted"]))
        if row["refused"]:
            yield referral.SupportRefused(
                **who, refused_on=day(row["refused"]), reason="criteria-not-met"
            )
        if row["withdrawn"]:
            yield referral.ReferralWithdrawn(
                **who, withdrawn_on=day(row["withdrawn"]), ground="parent-declined"
            )


DRAWN = """
child  | submitted  | refused    | withdrawn
waits  | 2019-06-01 |            |
goes   | 2018-10-01 |            | 2018-11-01
later  | 2018-10-01 |            | 2019-10-01
no     | 2018-10-01 | 2018-10-20 |
before | 2018-01-10 | 2018-02-01 |
after  | 2019-09-01 |            |
"""
CASES = """
child | started    | ended
ash   | 2017-09-01 | 2019-03-01
birch | 2018-09-03 | 2019-09-30
old   | 2016-09-01 | 2018-08-31
new   | 2019-09-02 |
"""


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], FixedClock(NOW)) as world:
        drawn_events = [
            *cases(CASES),
            *risks("child | assessed | level\nash | 2019-02-01 | high\nash | 2019-04-01 | none"),
            *referrals(DRAWN),
        ]
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, recorded(drawn_events))
        yield world


async def taken(
    world: World, url: str = URL, role: Role = Role.COUNTY_SEND_OFFICER, accept: str = "*/*"
) -> Any:
    headers = {**world.as_(role, now=NOW), "Accept": accept}
    return await world.client.get(url, headers=headers)


async def test_a_row_says_how_far_a_case_had_come_by_the_end_of_the_year(counted: World) -> None:
    rows = (await taken(counted)).json()["rows"]
    stages = (
        "referred_on",
        "decided_on",
        "started_on",
        "ended_on",
        "outcome",
        "closing_reason",
        "day",
    )
    assert sorted(tuple(str(row[name]) for name in stages) for row in rows) == [
        ("2018-10-01", "2018-10-20", "None", "None", "refused", "criteria-not-met", "2018-10-20"),
        ("2018-10-01", "None", "None", "None", "waiting", "None", "2019-08-31"),
        ("2018-10-01", "None", "None", "None", "withdrawn", "None", "2018-11-01"),
        ("2019-06-01", "None", "None", "None", "waiting", "None", "2019-08-31"),
        ("None", "None", "2017-09-01", "2019-03-01", "ended", "left-phase", "2019-03-01"),
        ("None", "None", "2018-09-03", "None", "supported", "None", "2019-08-31"),
    ]
    assert [row["at_risk"] for row in rows if row["outcome"] == "ended"] == ["yes"]


async def test_pseudonyms_last_a_year_and_lead_to_no_id(counted: World) -> None:
    """An id is a pseudonym too, that stands in every answer and event: it must not be in a row."""
    answer, again = await taken(counted), await taken(counted)
    assert answer.json() == again.json()
    next_year = (await taken(counted, URL.replace("2018-19", "2019-20"))).json()["rows"]
    rows = answer.json()["rows"]
    for name in ("case", "child"):
        here, there = ({row[name] for row in some} for some in (rows, next_year))
        assert here
        assert there
        assert here.isdisjoint(there)
    ids = [named(one["child"]) for one in drawn(DRAWN)] + [named("ash"), named("case ash")]
    assert not any(str(id_) in answer.text or id_.hex in answer.text for id_ in ids)
    assert [row["case"] for row in rows] == sorted(row["case"] for row in rows)


async def test_it_is_a_file_of_json_lines_and_the_audit_says_who_took_it(counted: World) -> None:
    rows = (await taken(counted)).json()["rows"]
    lines = await taken(counted, accept="application/jsonl")
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    assert 'filename="cases-2018-19.jsonl"' in lines.headers["content-disposition"]
    header, *others = (await taken(counted, accept="text/csv")).text.splitlines()
    assert (header.lstrip("\ufeff").split(","), len(others)) == ([*CaseRow.model_fields], len(rows))
    assert (await taken(counted, accept="application/pdf")).status_code == 404
    assert (await taken(counted, role=Role.AREA_MANAGER)).status_code == 403
    async with counted.database("reporting").reading() as connection:
        query = select(audit.c.outcome).where(audit.c.action == "report.extract")
        outcomes = (await connection.execute(query)).scalars().all()
    assert outcomes == ["exported", "exported", "exported", "not-found", "not-allowed"]


async def test_it_is_as_it_was_known_at_the_end_of_a_day(counted: World) -> None:
    """Everything was recorded on 1 September 2018."""
    before = (await taken(counted, f"{URL}?known_at=2018-08-31")).json()
    since = (await taken(counted, f"{URL}?known_at=2018-09-01")).json()
    assert (before["rows"], before["known_at"]) == ([], "2018-08-31")
    assert len(since["rows"]) == 6
    assert {row["day"] for row in since["rows"] if row["outcome"] == "supported"} == {"2018-09-01"}
    refused = await taken(counted, f"{URL}?known_at=2019-12-02")
    assert [one["code"] for one in refused.json()["errors"]] == ["day-not-over"]


async def test_the_extract_is_taken_from_a_page_by_those_who_may(counted: World) -> None:
    async with counted.database("reporting").writing() as connection:
        year = waves("audience | year | issued\nparents | 2018-19 | 45")
        await subscriptions.apply(connection, recorded([*year]))
    page, file = "/reporting/case-extracts", "/reporting/case-extracts/2018-19/files/csv"
    for role in (Role.HEAD_OF_SERVICE, Role.COUNTY_SEND_OFFICER):
        shown = await taken(counted, page, role)
        assert "it is personal data" in shown.text
        assert f'href="{file}"' in shown.text
        rows = (await taken(counted, file, role)).text
        assert rows == (await taken(counted, role=role, accept="text/csv")).text
    async with counted.database("reporting").reading() as connection:
        asked = select(audit.c.outcome).where(audit.c.outcome == "exported")
        assert len((await connection.execute(asked)).all()) == 4
    for url in (page, file):
        assert (await taken(counted, url, Role.LINK_ADVISER)).status_code == 403

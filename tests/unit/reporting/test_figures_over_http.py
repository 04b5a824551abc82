"""A figure alone, broken down and as known at a day: over HTTP, for the Head of Service."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from libs.common.core.clock import FixedClock
from libs.common.persistence.tables import audit
from libs.common.security import Role
from services.reporting.facts import subscriptions
from services.reporting.figures import ALL_FIGURES, FIGURES
from services.reporting.service import SERVICE
from tests.spec.drawing import named, recorded
from tests.spec.events import cases, risks, staff
from tests.spec.holders import allocations
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2019, 12, 2, 23, 30, tzinfo=UTC)
SHARE = "/reporting/v1/figures/inclusion.at_risk_of_exclusion.share"
EVENTS = [
    *staff("""
        staff | post               | fte | appointed  | left | team
        Ash   | specialist-teacher | 100 | 2010-09-01 |      | Red
    """),
    *cases("child | started | ended\nann | 2017-09-01 |\nbob | 2017-09-01 |"),
    *allocations("child | teacher | from\nann | Ash | 2017-09-01"),
    *risks("child | assessed | level\nann | 2018-10-01 | high"),
]


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], FixedClock(NOW)) as world:
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, recorded(EVENTS))
        yield world


async def asked(world: World, url: str, role: Role = Role.HEAD_OF_SERVICE) -> httpx.Response:
    return await world.client.get(url, headers=world.as_(role, now=NOW))


async def shown(world: World, url: str, status: int = 200) -> Any:
    answer = await asked(world, url)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_figure_is_shown_as_in_the_report_and_by_team(counted: World) -> None:
    found = await shown(counted, f"{SHARE}?year=2018-19&by=team")
    report = await shown(counted, "/reporting/v1/reports/2018-19")
    assert found["figure"] in report["figures"]
    assert (found["figure"]["printed"], found["by"], found["known_at"]) == ("50%", "team", None)
    assert [(one["label"], one["printed"], one["basis"]) for one in found["cells"]] == [
        (str(named("Red")), "100%", {"count": 1, "of": 1}),
        ("no span", "0%", {"count": 0, "of": 1}),
    ]
    whole = await shown(counted, f"{SHARE}?year=2018-19")
    assert (whole["figure"], whole["by"], whole["cells"]) == (found["figure"], None, [])


async def test_every_figure_says_what_it_counts_and_by_what_it_is_broken_down(
    counted: World,
) -> None:
    found = {one["id"]: one for one in await shown(counted, "/reporting/v1/figures")}
    assert list(found) == [one.id for one in ALL_FIGURES]
    of_children = found["inclusion.at_risk_of_exclusion.share"]["by"]
    assert set(of_children) == {
        "team",
        "area",
        "school-kind",
        "year-group",
        "key-stage",
        "sex",
        "need",
        "need-and-year-group",
        "plan-type",
        "pupil-premium",
        "looked-after",
        "eal",
        "at-risk",
    }
    assert set(found["service.teachers.fte"]["by"]) == {"team", "area"}
    of_the_day_of_issue = {"team", "area", "school-kind"}
    assert set(found["survey.parents.return_rate"]["by"]) == of_the_day_of_issue
    assert set(found["questionnaires.return_rate"]["by"]) == {"audience", *of_the_day_of_issue}
    assert found["feedback.formal_complaints"]["by"] == {}
    assert "caseload" in found["inclusion.at_risk_of_exclusion.share"]["population"]


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("/reporting/v1/figures/no.such.figure?year=2018-19", "not-found", "no such figure"),
        (f"{SHARE}?year=2018-20", "not-valid", "an academic year from"),
        (SHARE, "not-valid", "is required"),
        (f"{SHARE}?year=2018-19&by=colour", "rejected", "by team or area or school-kind"),
        (f"{SHARE}?year=2018-19&known_at=soon", "not-valid", "known_at"),
        (f"{SHARE}?year=2018-19&known_at=2019-12-03", "rejected", "is over in London"),
        (
            "/reporting/v1/figures/service.teachers.fte?year=2018-19&by=year-group",
            "rejected",
            "can be broken down by team",
        ),
        (
            "/reporting/v1/figures/progress.nc.reading.judgement?year=2018-19&by=team",
            "rejected",
            "told of the service alone",
        ),
        ("/reporting/v1/reports/2018-19?known_at=2019-12-02", "rejected", "is over in London"),
        ("/reporting/reports/2018-19?known_at=2019-12-02", "rejected", "is over in London"),
    ],
)
async def test_what_cannot_be_shown_is_refused_with_what_could(
    counted: World, url: str, code: str, says: str
) -> None:
    answer = await asked(counted, url)
    assert answer.status_code == (404 if code == "not-found" else 422), answer.text
    assert answer.json()["code"] == code
    assert says in answer.text


async def test_a_day_that_is_not_over_and_a_breakdown_that_is_not_there_are_told_at_once(
    counted: World,
) -> None:
    """It is half past eleven in the evening of the day that is asked for."""
    url = "/reporting/v1/figures/survey.parents.issued?year=2018-19&by=need&known_at=2019-12-02"
    refused = await shown(counted, url, 422)
    assert [one["code"] for one in refused["errors"]] == ["day-not-over", "not-divided"]
    assert [one["parameter"] for one in refused["errors"]] == ["known_at", "by"]


async def test_a_day_before_the_first_record_is_not_on_record_for_programs_and_on_the_page(
    counted: World,
) -> None:
    """Everything was recorded on 1 September 2018."""
    for day, said in (("2018-08-31", "not on record"), ("2018-09-01", "50%")):
        found = await shown(counted, f"{SHARE}?year=2018-19&known_at={day}")
        assert (found["figure"]["printed"], found["known_at"]) == (said, day)
        report = await shown(counted, f"/reporting/v1/reports/2018-19?known_at={day}")
        assert found["figure"] in report["figures"]
    page = await asked(counted, "/reporting/reports/2018-19?known_at=2018-08-31")
    assert "As it was known at the end of 31 August 2018." in page.text
    assert page.text.count("not on record") >= len(FIGURES)
    assert "As it was known" not in (await asked(counted, "/reporting/reports/2018-19")).text


READERS = {Role.HEAD_OF_SERVICE, Role.AREA_MANAGER, Role.SUPPORT_TEACHER, Role.LINK_ADVISER}


async def test_four_roles_are_shown_figures_and_each_reading_is_on_record(counted: World) -> None:
    url = f"{SHARE}?year=2018-19&by=team"
    for role in Role:
        answer = await asked(counted, url, role)
        assert answer.status_code == (200 if role in READERS else 403), role
    async with counted.database("reporting").reading() as connection:
        rows = (await connection.execute(select(audit))).mappings().all()
    read = {row["roles"]: row["outcome"] for row in rows if row["action"] == "report.read"}
    assert read == dict.fromkeys(Role, "not-allowed") | dict.fromkeys(READERS, "read")


async def test_a_file_is_given_where_it_is_asked_for_and_the_audit_says_so(
    counted: World,
) -> None:
    head = counted.as_(Role.HEAD_OF_SERVICE, now=NOW)
    sent = await counted.client.get(
        f"{SHARE}?year=2018-19&by=team", headers={**head, "Accept": "text/csv"}
    )
    assert sent.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert [(one["group"], one["printed"], one["of"]) for one in lines] == [
        ("", "50%", "2"),
        (str(named("Red")), "100%", "1"),
        ("no span", "0%", "1"),
    ]
    page = "/reporting/figures/inclusion.at_risk_of_exclusion.share"
    taken = await asked(counted, f"{page}/files/csv?year=2018-19&by=team")
    assert taken.content == sent.content
    report = await asked(counted, "/reporting/reports/2018-19/files/csv?known_at=2019-12-01")
    assert b"2019-12-01" in report.content
    missing = await asked(counted, "/reporting/reports/2018-19/files/doc")
    assert missing.status_code == 404
    assert "There are pdf, csv, xlsx" in missing.json()["detail"]
    async with counted.database("reporting").reading() as connection:
        outcomes = (await connection.execute(select(audit.c.outcome))).scalars().all()
    assert outcomes == ["exported", "exported", "exported", "not-found"]

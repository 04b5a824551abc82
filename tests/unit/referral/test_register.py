"""Extracts of the register: the newest counts, and a check is put to the child's present school."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from deploy.demo.county import small_county
from deploy.demo.importing import imported as sent_and_awaited
from libs.common.core.clock import SystemClock, local_day
from services.referral.referrals.domain import EligibilityCheck
from tests.journeys.casework import CHILD, call, ready, referred
from tests.worlds import World

URN = str(CHILD["school_urn"])


async def _extract(world: World, day: str, **other: str) -> str:
    """Import the school of CHILD as of a day; return what became of it."""
    rows = csv.DictReader(io.StringIO(small_county(1).schools))
    row = next(row for row in rows if row["URN"] == URN)
    text = io.StringIO()
    lines = csv.DictWriter(text, row)
    lines.writeheader()
    lines.writerow({**row, **other})
    url = f"/referral/v1/school-extracts?snapshot_on={day}&mode=commit"
    sender = {**world.as_(), "Content-Type": "text/csv"}
    report = await sent_and_awaited(world.client, url, text.getvalue().encode(), sender)
    return str(report["outcomes"][0]["outcome"])


async def _check(world: World, referral: str, day: str = "2019-05-01") -> dict[str, str]:
    url = f"/referral/v1/referrals/{referral}/eligibility-checks"
    check = await call(world, "POST", url, {"checked_on": day})
    assert check.status_code == 201, check.text
    rules = {rule["rule"]: rule["answer"] for rule in check.json()["rules"]}
    return {**rules, "snapshot_on": check.json()["snapshot_on"]}


async def test_an_older_extract_does_not_override_a_newer_one_that_said_the_same(
    referral: World,
) -> None:
    known = await ready(referral)  # the register as of 1 September 2018
    assert await _extract(referral, "2019-03-01") == "unchanged"
    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "31-12-2018"}
    assert await _extract(referral, "2019-01-15", **closed) == "superseded"
    found = await _check(referral, await referred(referral, known["child"]))
    assert (found["school-open"], found["snapshot_on"]) == ("yes", "2019-03-01")
    assert await _extract(referral, "2019-04-01", **closed) == "updated"


@pytest.mark.parametrize("mode", ["check", "commit"])
async def test_no_extract_was_taken_on_a_day_that_is_to_come(referral: World, mode: str) -> None:
    later = local_day(SystemClock().now()) + timedelta(days=2)
    answer = await referral.client.post(
        f"/referral/v1/school-extracts?snapshot_on={later}&mode={mode}",
        content=small_county(1).schools.encode(),
        headers={**referral.as_(), "Content-Type": "text/csv"},
    )
    assert answer.status_code == 422
    faults = [(fault["code"], fault["parameter"]) for fault in answer.json()["errors"]]
    assert faults == [("in-the-future", "snapshot_on")]


async def test_a_check_is_put_to_the_school_the_child_went_to_that_day(referral: World) -> None:
    known = await ready(referral)
    id_ = await referred(referral, known["child"])
    rows = csv.DictReader(io.StringIO(small_county(1).schools))
    academy = next(row["URN"] for row in rows if row["TypeOfEstablishment (code)"] == "34")
    moved = {**CHILD, "school_urn": int(academy), "effective_on": "2018-10-01"}
    await call(referral, "PUT", "/referral/v1/children/by-reference/county/C1", moved)
    assert (await _check(referral, id_))["school-covered"] == "no"
    async with referral.database("referral").reading() as connection:
        kept = (await connection.execute(select(EligibilityCheck.rules))).scalar_one()
    assert kept[0]["facts_used"]["establishment_type"] == "34"
    assert (await _check(referral, id_, "2018-09-30"))["school-covered"] == "yes"

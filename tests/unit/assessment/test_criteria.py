"""Criteria: what may be proposed for a year, and what is kept of their signing."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from libs.common.contracts.assessment import CriteriaAdopted
from libs.common.persistence import tables
from libs.common.security import Role
from tests.journeys.casework import call
from tests.worlds import World

CRITERIA: dict[str, Any] = {
    "academic_year": "2018-19",
    "version": 1,
    "progress": [
        {"scale": "N", "grade": "good", "at_least_tenths": 40},
        {"scale": "N", "grade": "expected", "at_least_tenths": 30},
    ],
    "cohort": [{"outcome": "good", "expected_or_better": 80, "good_or_better": 50}],
    "minimum_months": 6,
    "minimum_terms_on_caseload": 2,
    "minimum_judged": 10,
    "adopted_on": "2018-10-01",
}


async def test_a_faulty_proposal_is_refused_in_its_place(assessment: World) -> None:
    faulty = {"scale": "X", "grade": "good", "at_least_tenths": 4}
    proposal = CRITERIA | {"progress": [*CRITERIA["progress"], faulty]}
    answer = await call(assessment, "POST", "/assessment/v1/criteria", proposal)
    assert (answer.status_code, answer.json()["code"]) == (422, "rejected")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/progress/2/scale"]


async def test_the_day_of_the_other_signature_is_kept(assessment: World) -> None:
    adviser = assessment.as_(Role.LINK_ADVISER)
    proposed = await call(assessment, "POST", "/assessment/v1/criteria", CRITERIA)
    assert (proposed.json()["state"], proposed.json()["signed_on"]) == ("proposed", None)
    url = f"/assessment/v1/criteria/{proposed.json()['criteria_id']}"
    version = {"If-Match": proposed.headers["ETag"]}
    day = {"signed_on": "2018-10-08"}
    own = await call(assessment, "POST", f"{url}/signature", day, **version)
    assert (own.status_code, own.json()["code"]) == (403, "second-signature-needed")
    signing = adviser | version
    signed = await call(assessment, "POST", f"{url}/signature", day, headers=signing)
    assert (signed.status_code, signed.json()["state"]) == (200, "adopted")
    shown = (await call(assessment, "GET", url)).json()
    assert shown == proposed.json() | signed.json() | {"allowed": shown["allowed"]}
    assert signed.json()["signed_on"] == "2018-10-08"
    async with assessment.database("assessment").reading() as connection:
        query = select(tables.event.c.data).where(tables.PUBLISHED)
        published = (await connection.execute(query)).scalars().all()
    (adopted,) = map(CriteriaAdopted.read, map(str.encode, published))
    assert (adopted.adopted_on, adopted.signed_on) == (date(2018, 10, 1), date(2018, 10, 8))


def test_an_event_from_before_the_signatures_day_was_told_is_read() -> None:
    sample = Path(__file__).parents[2] / "contracts" / "samples" / "CriteriaAdopted.v1.json"
    event = CriteriaAdopted.read(sample.read_bytes())
    assert event.signed_on is None

"""From a referral to a reviewed case, one call at a time, as a county's people would."""

import csv
import io
from uuid import UUID, uuid4

from sqlalchemy import select

from deploy.demo.county import small_county
from libs.common.persistence import tables
from libs.common.security import Role
from services.reporting.figures import FIGURES, STATEMENTS
from tests.journeys.casework import CHILD, call, opened, ready, referred
from tests.worlds import World, embedded


@embedded
async def test_what_one_command_publishes_is_numbered_without_a_gap(world: World) -> None:
    """Opening a case publishes two events of it in one transaction, and both are applied."""
    case = UUID((await opened(world))["case"])
    await world.settle()
    async with world.database("referral").reading() as connection:
        query = select(tables.event.c.sequence).where(tables.event.c.subject == case)
        assert sorted((await connection.execute(query)).scalars()) == [1, 2]
    for listener in ("assessment", "survey", "reporting"):
        async with world.database(listener).reading() as connection:
            assert (await connection.execute(select(tables.dead_letter))).all() == []


async def test_a_child_is_supported_from_referral_to_continuation(world: World) -> None:
    known = await ready(world)
    referral = f"/referral/v1/referrals/{await referred(world, known['child'])}"
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    early = await call(world, "POST", f"{referral}/decision", decision)
    assert (early.status_code, early.json()["code"]) == (409, "not-checked")
    check = await call(
        world, "POST", f"{referral}/eligibility-checks", {"checked_on": "2018-09-10"}
    )
    assert (check.status_code, check.json()["answer"]) == (201, "yes")
    assert [rule["answer"] for rule in check.json()["rules"]] == ["yes"] * 4
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(known["staff"]))
    refused = await call(world, "POST", f"{referral}/decision", decision, headers=teacher)
    assert refused.status_code == 403
    agreed = await call(world, "POST", f"{referral}/decision", decision)
    assert agreed.json()["state"] == "agreed"
    start = {
        "referral_id": agreed.json()["referral_id"],
        "staff_id": known["staff"],
        "started_on": "2018-10-01",
    }
    case = await call(world, "POST", "/referral/v1/cases", start)
    assert case.status_code == 201, case.text
    url = f"/referral/v1/cases/{case.json()['case_id']}"

    visits = await call(
        world,
        "PUT",
        f"{url}/visits/2018-10-08",
        {"planned": 2, "attended": 1, "missed": ["child-absent"]},
        headers=teacher,
    )
    assert visits.status_code == 201, visits.text
    tuesday = await call(
        world, "PUT", f"{url}/visits/2018-10-09", {"planned": 1, "attended": 1}, headers=teacher
    )
    assert tuesday.status_code == 422
    review = await call(
        world,
        "POST",
        f"{url}/reviews",
        {
            "held_on": "2019-03-01",
            "outcomes": [{"number": 1, "result": "met"}],
            "recommendation": "discontinue",
            "recommended_on": "2019-03-01",
            "report": "Made up.",
        },
        headers={**teacher, "Idempotency-Key": str(uuid4())},
    )
    assert review.status_code == 201, review.text
    decided = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}
    continuation = f"/referral/v1/reviews/{review.json()['review_id']}/continuation"
    same_person = world.as_(staff_id=UUID(known["staff"]))
    own = await call(world, "POST", continuation, decided, headers=same_person)
    assert (own.status_code, own.json()["code"]) == (403, "separation-of-duty")
    assert (await call(world, "POST", continuation, decided)).json()["decision"] == "continue"

    listed = await call(world, "GET", "/referral/v1/cases?as_of=2019-01-01", headers=teacher)
    assert [one["case_id"] for one in listed.json()["items"]] == [case.json()["case_id"]]
    stranger = world.as_(Role.SUPPORT_TEACHER, staff_id=uuid4())
    assert (await call(world, "GET", url, headers=stranger)).status_code == 404
    assert (await call(world, "GET", "/referral/v1/cases", headers=stranger)).json()["items"] == []

    etag = (await call(world, "GET", url)).headers["etag"]
    ending = {
        "ended_on": "2019-07-19",
        "reason": "criteria-no-longer-met",
        "although_named": "amendment-decided",
    }
    undecided = await call(world, "POST", f"{url}/ending", ending, **{"If-Match": etag})
    assert (undecided.status_code, undecided.json()["code"]) == (409, "not-discontinued")
    ending["reason"] = "parental-request"
    ended = await call(world, "POST", f"{url}/ending", ending, **{"If-Match": etag})
    assert ended.json()["state"] == "ended"
    assert ended.json()["allowed"] == ["allocate", "record-visits", "assess-risk", "pause"]
    late = await call(world, "PUT", f"{url}/visits/2019-07-22", {"planned": 1, "attended": 1})
    assert (late.status_code, late.json()["code"]) == (409, "case-closed")
    await world.settle()


@embedded
async def test_a_school_that_is_not_covered_is_answered_no_and_cannot_be_agreed(
    world: World,
) -> None:
    known = await ready(world)
    covered = {row["school_urn"] for row in small_county(1).children}
    uncovered = next(urn for urn in _urns(small_county(1).schools, "34") if urn)
    assert covered
    moved = {**CHILD, "school_urn": uncovered, "effective_on": "2018-09-02"}
    child = await call(world, "PUT", "/referral/v1/children/by-reference/county/C1", moved)
    assert (child.status_code, child.json()["child_id"]) == (200, known["child"])
    referral = f"/referral/v1/referrals/{await referred(world, known['child'])}"
    check = await call(
        world, "POST", f"{referral}/eligibility-checks", {"checked_on": "2018-09-10"}
    )
    answers = {rule["rule"]: rule["answer"] for rule in check.json()["rules"]}
    assert (check.json()["answer"], answers["school-covered"]) == ("no", "no")
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    agreed = await call(world, "POST", f"{referral}/decision", decision)
    assert (agreed.status_code, agreed.json()["code"]) == (409, "not-eligible")


def _urns(extract: str, establishment_type: str) -> list[int]:
    rows = csv.DictReader(io.StringIO(extract))
    return [
        int(row["URN"])
        for row in rows
        if row["TypeOfEstablishment (code)"] == establishment_type and row["LA (code)"] == "830"
    ]


@embedded
async def test_the_report_page_shows_the_same_figures(world: World) -> None:
    page = await world.client.get("/reporting/reports/2018-19", headers=world.as_())
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="en-GB">' in page.text
    assert page.text.count('<th scope="row">') == len(FIGURES) + len(STATEMENTS)
    assert "not run this year" in page.text
    other = await world.client.get(
        "/reporting/v1/reports/2018-19", headers=world.as_(Role.REPORTING_CONSUMER)
    )
    assert other.status_code == 403
    malformed = await world.client.get("/reporting/v1/reports/2018-20", headers=world.as_())
    assert malformed.status_code == 422

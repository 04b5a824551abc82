"""The steps of casework over HTTP, for every test that needs a child, a referral or a case."""

from functools import cache
from typing import Any
from uuid import UUID

import httpx

from deploy.demo.county import small_county
from deploy.demo.importing import posted
from libs.common.security import Role
from tests.worlds import World

CHILD = {
    "forename": "Testa",
    "surname": "Alderfield",
    "born_on": "2010-10-01",
    "sex": "F",
    "year_group": "3",
    "school_urn": 900001,
    "needs": ["MLD"],
    "pupil_premium": False,
    "looked_after": False,
    "eal": False,
    "effective_on": "2018-09-01",
    "plans": [
        {
            "reference": "PL-1",
            "plan_type": "EHC",
            "names_service": True,
            "starts_on": "2018-01-10",
        }
    ],
}


async def call(
    world: World, method: str, url: str, body: Any = None, **more: Any
) -> httpx.Response:
    headers = more.pop("headers", None) or world.as_()
    return await world.client.request(method, url, json=body, headers={**headers, **more})


async def who_reviews(world: World, case: str) -> dict[str, str]:
    """Return the headers of a case's teacher, who reports its reviews and decides on none."""
    staff = (await call(world, "GET", f"/referral/v1/cases/{case}")).json()["staff_id"]
    return world.as_(Role.SUPPORT_TEACHER, subject="who-reviews", staff_id=UUID(staff))


@cache
def schools() -> bytes:
    """Return the extract of a small county's schools: it is drawn once."""
    return small_county(1).schools.encode()


async def ready(world: World) -> dict[str, str]:
    """Return the ids of a child with a plan, and a teacher."""
    url = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit"
    sender = {**world.as_(), "Content-Type": "text/csv"}
    await posted(world.client, url, schools(), sender)
    staff = await call(
        world,
        "PUT",
        "/referral/v1/staff/by-reference/S1",
        {
            "name": "Testcase Teacher",
            "post": "specialist-teacher",
            "fte": "0.80",
            "appointed_on": "2015-09-01",
        },
    )
    child = await call(world, "PUT", "/referral/v1/children/by-reference/county/C1", CHILD)
    assert child.status_code == 201, child.text
    return {"child": child.json()["child_id"], "staff": staff.json()["staff_id"]}


def who_refers(world: World) -> dict[str, str]:
    """Return the headers of an officer of the county, who decides on nothing."""
    return world.as_(Role.COUNTY_SEND_OFFICER, subject="who-refers")


async def referred(world: World, child: str, reference: str = "R1") -> str:
    referral = await call(
        world,
        "POST",
        "/referral/v1/referrals",
        {
            "reference": reference,
            "child_id": child,
            "submitted_on": "2018-09-03",
            "evidence": {"significant_barriers": True, "complex_needs": True},
        },
        headers=who_refers(world),
    )
    assert referral.status_code == 201, referral.text
    return str(referral.json()["referral_id"])


async def agreed(world: World, child: str, reference: str = "R1") -> str:
    """Return the id of a referral that was checked and agreed."""
    referral = await referred(world, child, reference)
    url = f"/referral/v1/referrals/{referral}"
    await call(world, "POST", f"{url}/eligibility-checks", {"checked_on": "2018-09-10"})
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    decided = await call(world, "POST", f"{url}/decision", decision)
    assert decided.status_code == 200, decided.text
    return referral


async def opened(world: World) -> dict[str, str]:
    """Return the ids of a case that began on 1 October 2018, and of its child and teacher."""
    known = await ready(world)
    referral = await agreed(world, known["child"])
    start = {
        "referral_id": referral,
        "staff_id": known["staff"],
        "started_on": "2018-10-01",
    }
    case = await call(world, "POST", "/referral/v1/cases", start)
    assert case.status_code == 201, case.text
    return {**known, "case": case.json()["case_id"]}

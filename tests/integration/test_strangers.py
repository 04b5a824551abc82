"""Who may do a thing to their own cases may not do it to another's, nor after support ended."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from libs.common.core.clock import SystemClock, local_day
from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.assessment.service import SERVICE as ASSESSMENT
from services.referral.cases.domain import Case
from services.referral.service import SERVICE as REFERRAL
from tests.journeys.casework import CHILD, call, ready, referred
from tests.worlds import World, embedded

WRONG, MISTAKEN = {"reason": "typing-error"}, {"reason": "entry-error"}
COMMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "visits/2018-10-08": ("PUT", {"planned": 1, "attended": 1}),
    "risk-assessments": ("POST", {"level": "high", "assessed_on": "2018-10-08", "drivers": []}),
    "reviews": (
        "POST",
        {
            "held_on": "2019-03-01",
            "outcomes": [{"number": 1, "result": "met"}],
            "recommendation": "continue",
            "recommended_on": "2019-03-01",
        },
    ),
    "pause": ("POST", {"paused_on": "2018-11-01", "reason": "child-unwell"}),
    "resumption": ("POST", {"resumed_on": "2018-11-12"}),
    "visits/2018-10-08/corrections": (
        "POST",
        {"week_beginning": "2018-10-08", "planned": 2, "attended": 2, **WRONG},
    ),
    "visits/2018-10-08/void": ("POST", MISTAKEN),
    "risk-assessments/2018-10-08/corrections": (
        "POST",
        {"level": "none", "assessed_on": "2018-10-08", **WRONG},
    ),
    "risk-assessments/2018-10-08/void": ("POST", MISTAKEN),
    "pauses/2018-11-01/corrections": (
        "POST",
        {"paused_on": "2018-11-02", "pause_reason": "child-unwell", **WRONG},
    ),
    "pauses/2018-11-01/void": ("POST", MISTAKEN),
    "resumptions/2018-11-12/corrections": ("POST", {"resumed_on": "2018-11-13", **WRONG}),
    "resumptions/2018-11-12/void": ("POST", MISTAKEN),
}
"""What a teacher may do to a case, by its address below the case's."""

TODAY = local_day(SystemClock().now())
BEFORE = {
    "resumption": ["pause"],
    "visits/2018-10-08/": ["visits/2018-10-08"],
    "risk-assessments/2018-10-08/": ["risk-assessments"],
    "pauses/": ["pause"],
    "resumptions/": ["resumption"],
}
"""What was done before, by how the command's address begins."""


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL, ASSESSMENT]


@pytest.fixture
async def case(world: World) -> dict[str, str]:
    """Return a case that is open, its child and its teacher."""
    known = await ready(world)
    referral = f"/referral/v1/referrals/{await referred(world, known['child'])}"
    await call(world, "POST", f"{referral}/eligibility-checks", {"checked_on": "2018-09-10"})
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    agreed = await call(world, "POST", f"{referral}/decision", decision)
    start = {
        "referral_id": agreed.json()["referral_id"],
        "staff_id": known["staff"],
        "started_on": "2018-10-01",
    }
    started = await call(world, "POST", "/referral/v1/cases", start)
    assert started.status_code == 201, started.text
    return {**known, "url": f"/referral/v1/cases/{started.json()['case_id']}"}


async def _carry_out(world: World, url: str, command: str, who: dict[str, str]) -> httpx.Response:
    method, body = COMMANDS[command]
    etag = (await call(world, "GET", url)).headers["etag"]
    return await call(world, method, f"{url}/{command}", body, headers=who, **{"If-Match": etag})


@pytest.mark.parametrize("command", COMMANDS)
@embedded
async def test_a_teacher_changes_no_case_of_anothers(
    world: World, case: dict[str, str], command: str
) -> None:
    for begin, earlier in BEFORE.items():
        for one in earlier if command.startswith(begin) else ():
            await _carry_out(world, case["url"], one, world.as_())
    for staff, status in ((str(uuid4()), {404}), (case["staff"], {200, 201})):
        teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(staff))
        answer = await _carry_out(world, case["url"], command, teacher)
        assert answer.status_code in status, answer.text


async def test_after_support_ended_the_child_is_on_no_caseload(
    world: World, case: dict[str, str]
) -> None:
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(case["staff"]))
    child = f"/referral/v1/children/{case['child']}"
    assert (await call(world, "GET", child, headers=teacher)).status_code == 200
    ending = {"ended_on": "2019-07-19", "reason": "moved-out"}
    etag = (await call(world, "GET", case["url"])).headers["etag"]
    ended = await call(world, "POST", f"{case['url']}/ending", ending, **{"If-Match": etag})
    assert ended.is_success, ended.text
    listed = {
        day: len((await call(world, "GET", f"/referral/v1/cases?as_of={day}")).json()["items"])
        for day in ("2018-09-30", "2018-10-01", "2019-07-19", "2019-07-20")
    }
    assert list(listed.values()) == [0, 1, 1, 0]
    assert (await call(world, "GET", child, headers=teacher)).status_code == 404
    await world.settle()
    result = {
        "reference": "A-1",
        "child_id": case["child"],
        "academic_year": "2018-19",
        "term": "summer",
        "subject": "reading",
        "position": "Y1.2",
        "assessed_on": "2019-06-17",
        "moderated": False,
    }
    for who, status in ((teacher, 404), (world.as_(), 403)):
        answer = await call(world, "POST", "/assessment/v1/results", result, headers=who)
        assert answer.status_code == status, answer.text


@embedded
async def test_support_that_ends_later_is_its_teachers_until_it_was_handed_over(
    world: World, case: dict[str, str]
) -> None:
    """Ten working days after the last day at the latest (domain brief 10)."""
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(case["staff"]))
    child = f"/referral/v1/children/{case['child']}"
    etag = (await call(world, "GET", case["url"])).headers["etag"]
    ending = {"ended_on": str(TODAY + timedelta(days=30)), "reason": "moved-out"}
    ended = await call(world, "POST", f"{case['url']}/ending", ending, **{"If-Match": etag})
    assert ended.is_success, ended.text
    assert (await call(world, "GET", child, headers=teacher)).status_code == 200
    for days, status in ((11, 200), (16, 404)):  # a test at midnight is right as well
        async with world.database("referral").writing() as connection:
            ended_on = TODAY - timedelta(days=days)
            await connection.execute(update(Case).values(ended_on=ended_on))
        assert (await call(world, "GET", child, headers=teacher)).status_code == status


@embedded
async def test_who_a_child_is_stays_where_it_was_recorded(
    world: World, case: dict[str, str]
) -> None:
    assert case
    private = {CHILD["forename"], CHILD["surname"], CHILD["born_on"], "Testcase Teacher"}
    async with world.database("referral").reading() as connection:
        events = (await connection.execute(select(tables.event.c.data))).scalars().all()
        audit = (await connection.execute(select(tables.audit))).all()
    assert len(events) > 5
    found = f"{events}{audit}"
    assert [one for one in private if str(one) in found] == []

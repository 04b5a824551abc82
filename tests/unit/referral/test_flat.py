"""Lists and the overview cost the same whatever is on record: few statements, each by an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event

from libs.common.security import Role
from services.referral.tables import metadata
from tests.journeys.casework import CHILD, agreed, call, opened
from tests.worlds import World

REFERRAL = "/referral/v1"
BY_DAY = {
    "allocations": "from_on",
    "children": "registered_on",
    "eligibility-checks": "checked_on",
    "exclusions": "starts_on",
    "plans": "starts_on",
    "referrals": "submitted_on",
    "reviews": "held_on",
    "risk-assessments": "assessed_on",
    "visits": "week_beginning",
}
"""What grows from year to year, and the day that it is listed by."""
FEW = {"schools", "staff", "teams"}
"""What there is no more of from year to year."""
NULL_LAST = {"plans?sort=review_due_on", "referrals?sort=decided_on", "reviews?sort=due_on"}
"""Where what has no such day comes last: no index has that order, and all are sorted (ADR 0060)."""
THINGS = [name for name in metadata.tables if not name.startswith("import_")]
"""The tables of the service's own things: who carries out imports looks at theirs when it likes."""
OWN = re.compile(rf"^SELECT.*FROM \"?({'|'.join(THINGS)})\b", re.DOTALL)
OTHERS = ("cases", "colleagues", "duplicates", "pauses", "people", "schools", "staff", "teams")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Note each statement that is sent to a database."""
    sent: list[tuple[str, Any]] = []

    def note(*said: Any) -> None:
        sent.append((said[2], said[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def asked(world: World, url: str, **who: Any) -> list[tuple[str, Any]]:
    """Return the selects of one read from the tables of the service's own things.

    What its parts (the worker of imports too) ask at the same moment is of other tables.
    """
    with statements() as sent:
        answer = await call(world, "GET", f"{REFERRAL}/{url}", **who)
    assert answer.status_code == 200, answer.text
    return [(text, said) for text, said in sent if OWN.search(text)]


async def _supported(world: World, number: int) -> str:
    """Return the id of the case of another child, of whom something of each kind is recorded."""
    plan = {**CHILD["plans"][0], "reference": f"PL{number}"}  # type: ignore[index]  # a list
    parent = {"reference": f"P{number}", "name": "Testparent", "relationship": "mother"}
    told = {**CHILD, "plans": [plan], "parents": [parent]}
    url = f"{REFERRAL}/children/by-reference/county/D{number}"
    child = (await call(world, "PUT", url, told)).json()
    referral = await agreed(world, child["child_id"], f"RR{number}")
    staff = (await call(world, "GET", f"{REFERRAL}/staff/by-reference/S1")).json()["staff_id"]
    start = {"referral_id": referral, "staff_id": staff, "started_on": "2018-10-01"}
    case = (await call(world, "POST", f"{REFERRAL}/cases", start)).json()["case_id"]
    await _recorded(world, case, {"child_id": child["child_id"], "school_id": child["school_id"]})
    return str(case)


async def _recorded(world: World, case: str, of: dict[str, str]) -> None:
    url = f"{REFERRAL}/cases/{case}"
    await call(world, "PUT", f"{url}/visits/2018-10-08", {"planned": 1, "attended": 1})
    risk = {"level": "high", "assessed_on": "2018-11-05", "drivers": []}
    await call(world, "POST", f"{url}/risk-assessments", risk)
    exclusion = {**of, "category": "SUSP", "starts_on": "2018-11-05"}
    made = await call(world, "PUT", f"{REFERRAL}/exclusions/by-reference/X-{case}", exclusion)
    assert made.status_code == 201, made.text


async def test_a_list_and_an_overview_ask_as_often_for_many_as_for_one(referral: World) -> None:
    known = await opened(referral)
    cases = [await _supported(referral, number) for number in range(4)]
    teacher = referral.as_(Role.SUPPORT_TEACHER, staff_id=UUID(known["staff"]))
    for things in (*BY_DAY, *OTHERS):
        # Of any two, one has all that a child may have; the first by itself may lack a parent.
        few, many = [len(await asked(referral, f"{things}?limit={n}")) for n in (2, 200)]
        assert few == many, things
        assert many <= 12, things
    own = len(await asked(referral, "cases?limit=200", headers=teacher))
    assert own <= 8
    few = len(await asked(referral, f"cases/{cases[0]}/overview"))
    for week in range(7):
        url = f"{REFERRAL}/cases/{cases[1]}/visits/2019-0{1 + week // 4}-{7 + 7 * (week % 4):02}"
        await call(referral, "PUT", url, {"planned": 1, "attended": 1})
    much = len(await asked(referral, f"cases/{cases[1]}/overview"))
    assert (few, few <= 25) == (much, True)


async def test_what_grows_is_listed_in_the_order_of_an_index(referral: World) -> None:
    """No page sorts what is on record, nor reads it from the beginning."""
    known = await opened(referral)
    lists = [one for one in await _lists(referral) if one.partition("?")[0] not in FEW]
    assert len(lists) > 40
    for query in lists:
        main = (await asked(referral, query))[0]
        plan = await _plan(referral, main)
        sorts = any("TEMP B-TREE" in line for line in plan)
        if query.startswith("cases?"):
            found = any("ix_case__ended_on" in line for line in plan)
            assert found, (query, plan)
        elif query.startswith("children-of-closed-schools"):
            assert any("ix_school_status_closed_on" in line for line in plan), plan
        else:
            assert sorts == (query.replace("=-", "=") in NULL_LAST), (query, plan)
    overview = await asked(referral, f"cases/{known['case']}/overview")
    assert len(overview) > 5
    for one in overview:
        scanned = [line for line in await _plan(referral, one) if line.startswith("SCAN")]
        assert not scanned, (one[0], scanned)


async def _lists(world: World) -> list[str]:
    """Return each list, in no order and in each of its own, both ways."""
    document = (await call(world, "GET", f"{REFERRAL.removesuffix('/v1')}/openapi.json")).json()
    found = []
    for path, methods in document["paths"].items():
        asked_ = {
            one["name"]: one["schema"] for one in methods.get("get", {}).get("parameters", ())
        }
        if "count" in asked_ and "{" not in path:
            things = path.removeprefix("/v1/")
            sorts = asked_["sort"]["anyOf"][0]["enum"] if "sort" in asked_ else []
            found += [things, *(f"{things}?sort={sort}" for sort in sorts)]
    return found


async def _plan(world: World, statement: tuple[str, Any]) -> list[str]:
    text, said = statement
    async with world.database("referral").reading() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", said)
        return [str(row["detail"]) for row in rows.mappings()]

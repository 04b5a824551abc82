"""A school as it was on a day, and children who follow theirs to the school that carries on."""

import asyncio
import csv
import io
import json
from itertools import permutations
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from deploy.demo.importing import ended
from deploy.demo.importing import imported as sent_and_awaited
from libs.common.persistence.tables import PUBLISHED, event
from libs.common.security import Role
from tests.journeys.casework import CHILD, call, opened, ready, referred
from tests.worlds import World

SCHOOL, ACADEMY, OTHER = 900001, 900901, 900902
HEADER = (
    "URN", "LA (code)", "EstablishmentName", "TypeOfEstablishment (code)",
    "EstablishmentStatus (code)", "PhaseOfEducation (code)", "StatutoryLowAge",
    "StatutoryHighAge", "OpenDate", "CloseDate",
)  # fmt: skip
OPEN = ("1", "", "")
CLOSED = ("2", "", "31-08-2019")
BEGUN = ("1", "01-09-2019", "")
PROPOSED = ("4", "01-09-2019", "")


async def _post(world: World, url: str, header: tuple[str, ...], *rows: Any) -> dict[str, Any]:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    headers = {**world.as_(), "Content-Type": "text/csv"}
    content = text.getvalue().encode()
    report = await sent_and_awaited(world.client, f"/referral/v1/{url}", content, headers)
    assert report["refused"] == 0, report
    return report


async def extract(world: World, day: str, **schools: tuple[str, str, str]) -> dict[str, Any]:
    """Read an extract with these schools: status, and the days of opening and closing."""
    rows = [
        (
            urn[1:],
            830,
            "Madeup School",
            "34" if int(urn[1:]) != SCHOOL else "01",
            status,
            2,
            4,
            11,
            *days,
        )
        for urn, (status, *days) in schools.items()
    ]
    url = f"school-extracts?snapshot_on={day}&mode=commit"
    return await _post(world, url, HEADER, *rows)


async def links(world: World, *rows: tuple[int, int, str]) -> dict[str, Any]:
    """Read the register's links: what the second school is to the first."""
    header = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    told = [(urn, link, "Madeup School", kind, "01-09-2019") for urn, link, kind in rows]
    return await _post(world, "school-links?mode=commit", header, *told)


async def _school_of(world: World, child: str) -> int:
    view = await call(world, "GET", f"/referral/v1/children/{child}")
    school = await call(world, "GET", f"/referral/v1/schools/{view.json()['school_id']}")
    return int(school.json()["urn"])


async def _moves(world: World) -> list[tuple[str, str]]:
    days = {"ChildMovedSchool": "moved_on", "SchoolSucceeded": "succeeded_on"}
    query = select(event.c.type, event.c.data).where(PUBLISHED).order_by(event.c.position)
    async with world.database("referral").reading() as connection:
        told = [(row.type.split(".")[-2], row.data) for row in await connection.execute(query)]
    return [(kind, json.loads(data)[days[kind]]) for kind, data in told if kind in days]


async def _check(world: World, referral: str, day: str) -> httpx.Response:
    url = f"/referral/v1/referrals/{referral}/eligibility-checks"
    return await call(world, "POST", url, {"checked_on": day})


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=str)
async def test_a_check_judges_the_school_of_its_day_in_whatever_order_extracts_came(
    referral: World, order: tuple[int, ...]
) -> None:
    known = await ready(referral)
    id_ = await referred(referral, known["child"])
    extracts = [("2019-06-01", OPEN), ("2019-09-02", CLOSED)]
    for index in order:
        day, school = extracts[index]
        await extract(referral, day, u900001=school)
    for day, answer, said, age in (
        ("2019-06-15", "yes", "2019-06-01", 14),
        ("2019-08-31", "yes", "2019-06-01", 91),
        ("2019-09-01", "no", "2019-06-01", 92),
        ("2019-09-03", "no", "2019-09-02", 1),
    ):
        check = (await _check(referral, id_, day)).json()
        rules = {rule["rule"]: rule["answer"] for rule in check["rules"]}
        found = rules["school-open"], check["snapshot_on"], check["snapshot_age_days"]
        assert found == (answer, said, age)
    school = (await call(referral, "GET", f"/referral/v1/referrals/{id_}")).json()["school_id"]
    shown = [
        (await call(referral, "GET", f"/referral/v1/schools/{school}{asked}")).json()["status"]
        for asked in ("", "?as_of=2019-06-15", "?as_of=2018-09-01")
    ]
    assert shown == [2, 1, 1]


async def test_one_extract_that_was_taken_since_says_whether_it_was_open(referral: World) -> None:
    await ready(referral)
    await extract(referral, "2019-09-02", u900901=CLOSED)
    child = {**CHILD, "school_urn": ACADEMY}
    url = "/referral/v1/children/by-reference/county/C7"
    made = await call(referral, "PUT", url, child)
    id_ = await referred(referral, made.json()["child_id"])
    check = (await _check(referral, id_, "2019-08-31")).json()
    rules = {rule["rule"]: rule["answer"] for rule in check["rules"]}
    assert (rules["school-open"], check["snapshot_age_days"]) == ("yes", -2)


async def test_a_school_that_is_proposed_keeps_the_answer_waiting(referral: World) -> None:
    await ready(referral)
    await extract(referral, "2019-06-01", u900901=PROPOSED)
    url = "/referral/v1/children/by-reference/county/C7"
    made = await call(referral, "PUT", url, {**CHILD, "school_urn": ACADEMY})
    id_ = await referred(referral, made.json()["child_id"])
    answers = []
    for day in ("2019-06-15", "2019-09-02"):
        check = (await _check(referral, id_, day)).json()
        answers.append({rule["rule"]: rule["answer"] for rule in check["rules"]}["school-open"])
        await extract(referral, "2019-09-03", u900901=BEGUN)
    assert answers == ["more-facts-needed", "yes"]


async def _read(world: World, file: int) -> None:
    """Read one of three files: that the school closed, that the academy began, and their link."""
    if file == 0:
        await extract(world, "2019-09-02", u900001=CLOSED)
    elif file == 1:
        await extract(world, "2019-09-02", u900901=BEGUN)
    else:
        both = (SCHOOL, ACADEMY, "Successor"), (ACADEMY, SCHOOL, "Predecessor")
        await links(world, *both)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 2, 1), (1, 2, 0)], ids=str)
async def test_a_conversion_takes_the_children_along_and_ends_no_support(
    referral: World, order: tuple[int, ...]
) -> None:
    known = await opened(referral)
    for index in order:
        await _read(referral, index)
    assert await _school_of(referral, known["child"]) == ACADEMY
    case = (await call(referral, "GET", f"/referral/v1/cases/{known['case']}")).json()
    assert case["ended_on"] is None
    told = [("SchoolSucceeded", "2019-09-01"), ("ChildMovedSchool", "2019-09-01")]
    assert await _moves(referral) == told
    for again in order:
        await _read(referral, again)
    assert await _moves(referral) == told
    pushed = {**CHILD, "effective_on": "2019-10-01", "year_group": "4"}
    await call(referral, "PUT", "/referral/v1/children/by-reference/county/C1", pushed)
    assert await _school_of(referral, known["child"]) == ACADEMY
    assert await _moves(referral) == told


async def test_a_push_that_named_the_closed_school_meant_the_one_that_carries_on(
    referral: World,
) -> None:
    known = await ready(referral)
    for day in ("2019-07-01", "2019-10-01", "2019-11-01"):
        pushed = {**CHILD, "effective_on": day}
        await call(referral, "PUT", "/referral/v1/children/by-reference/county/C1", pushed)
    for file in range(3):
        await _read(referral, file)
    assert await _school_of(referral, known["child"]) == ACADEMY
    told = [("SchoolSucceeded", "2019-09-01"), ("ChildMovedSchool", "2019-09-01")]
    assert await _moves(referral) == told
    child = f"/referral/v1/children/{known['child']}"
    shown = [
        (await call(referral, "GET", f"{child}?as_of={day}")).json()["school_id"]
        for day in ("2019-08-31", "2019-09-01", "2019-10-01", "2019-11-02")
    ]
    assert shown[0] != shown[1]
    assert len({*shown[1:]}) == 1


@pytest.mark.parametrize("links_first", [False, True])
async def test_one_that_carried_on_may_have_closed_too(
    referral: World, *, links_first: bool
) -> None:
    known = await opened(referral)
    chain = {
        f"u{SCHOOL}": ("2", "", "31-08-2019"),
        "u900901": ("2", "01-09-2019", "31-12-2019"),
        "u900902": ("2", "01-01-2020", "31-03-2020"),
        "u900903": ("1", "01-04-2020", ""),
    }
    follows = [(SCHOOL, 900901), (900901, 900902), (900902, 900903)]
    if links_first:
        await extract(referral, "2019-07-01", **dict.fromkeys(chain, OPEN))
        await links(referral, *((urn, next_, "Successor") for urn, next_ in follows))
    await extract(referral, "2020-09-01", **chain)
    await links(referral, *((urn, next_, "Successor") for urn, next_ in follows))
    told = await _moves(referral)
    assert sorted(told) == [
        (kind, day)
        for kind in ("ChildMovedSchool", "SchoolSucceeded")
        for day in ("2019-09-01", "2020-01-01", "2020-04-01")
    ]
    child = f"/referral/v1/children/{known['child']}"
    for day, urn in (
        ("2019-08-31", SCHOOL),
        ("2019-12-31", 900901),
        ("2020-01-01", 900902),
        ("2020-06-01", 900903),
    ):
        school = (await call(referral, "GET", f"{child}?as_of={day}")).json()["school_id"]
        shown = await call(referral, "GET", f"/referral/v1/schools/{school}")
        assert int(shown.json()["urn"]) == urn


async def test_two_schools_become_one(referral: World) -> None:
    known = await ready(referral)
    await extract(referral, "2019-09-01", u900002=OPEN, u900901=BEGUN)
    second = {**CHILD, "school_urn": 900002}
    other = await call(referral, "PUT", "/referral/v1/children/by-reference/county/C2", second)
    merged = [(urn, ACADEMY, "Successor - amalgamated") for urn in (SCHOOL, 900002)]
    await links(referral, *merged)
    await extract(referral, "2019-09-02", u900001=CLOSED, u900002=CLOSED)
    for child in (known["child"], other.json()["child_id"]):
        assert await _school_of(referral, child) == ACADEMY


@pytest.mark.parametrize(
    "kinds",
    [
        ("Successor - Split School", "Successor - Split School"),
        ("Successor", "Successor"),
        ("Merged - expansion of school capacity or changer in age range", "Other"),
    ],
    ids=str,
)
async def test_where_no_one_school_carries_on_somebody_chooses(
    referral: World, kinds: tuple[str, str]
) -> None:
    known = await ready(referral)
    await extract(referral, "2019-09-02", u900001=CLOSED, u900901=BEGUN, u900902=BEGUN)
    await links(referral, (SCHOOL, ACADEMY, kinds[0]), (SCHOOL, OTHER, kinds[1]))
    listed = (await call(referral, "GET", "/referral/v1/children-of-closed-schools")).json()
    [waits] = listed["items"]
    assert (waits["child_id"], waits["closed_on"]) == (known["child"], "2019-08-31")
    url = f"/referral/v1/children/{known['child']}/successor-school"
    child = await call(referral, "GET", f"/referral/v1/children/{known['child']}")
    version = {"If-Match": child.headers["ETag"]}
    wrong = {"school_id": waits["school_id"]}
    answer = await call(
        referral, "POST", url, wrong, headers=referral.as_(Role.COUNTY_SEND_OFFICER), **version
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/school_id")
    chosen = {"school_id": waits["choices"][1]}
    answer = await call(
        referral, "POST", url, chosen, headers=referral.as_(Role.COUNTY_SEND_OFFICER), **version
    )
    assert answer.json()["school_id"] == chosen["school_id"]
    assert await _school_of(referral, known["child"]) == OTHER
    assert await _moves(referral) == [("ChildMovedSchool", "2019-09-01")]
    version = {"If-Match": answer.headers["ETag"]}
    answer = await call(
        referral, "POST", url, chosen, headers=referral.as_(Role.COUNTY_SEND_OFFICER), **version
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "school-not-closed")
    listed = (await call(referral, "GET", "/referral/v1/children-of-closed-schools")).json()
    assert listed["items"] == []


async def test_what_makes_one_successor_two_is_said_and_moves_nobody_back(referral: World) -> None:
    known = await ready(referral)
    for file in range(3):
        await _read(referral, file)
    await extract(referral, "2019-09-03", u900902=BEGUN)
    await links(referral, (SCHOOL, OTHER, "Successor"))
    assert await _school_of(referral, known["child"]) == ACADEMY
    told = [("SchoolSucceeded", "2019-09-01"), ("ChildMovedSchool", "2019-09-01")]
    assert await _moves(referral) == [*told, ("SchoolSucceeded", None)]


async def test_a_file_of_links_is_read_by_the_names_of_its_columns(referral: World) -> None:
    await ready(referral)
    headers = {**referral.as_(), "Content-Type": "text/csv"}
    url = "/referral/v1/school-links?mode=commit"
    wrong = await referral.client.post(url, content=b"URN,LinkURN\r\n1,2\r\n", headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "columns-not-valid")
    unknown = b"LinkType,URN,LinkURN\r\nSuccessor,1,2\r\nSuccessor,x,900001\r\n"
    report = await sent_and_awaited(referral.client, url, unknown, headers)
    assert report["refused"] == 2
    assert [fault["faults"][0]["pointer"] for fault in report["outcomes"]] == ["/URN", "/URN"]
    kept = await links(referral, (SCHOOL, ACADEMY, "Sixth Form Centre School"))
    assert (kept["created"], kept["unchanged"]) == (1, 0)
    assert (await links(referral, (SCHOOL, ACADEMY, "Sixth Form Centre School")))["unchanged"] == 1


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_children_go_on_from_what_stands_of_a_file_that_was_broken_off(
    referral: World, how: str
) -> None:
    child = (await ready(referral))["child"]
    await extract(referral, "2019-09-01", **{f"u{SCHOOL}": CLOSED, f"u{ACADEMY}": BEGUN})
    imports: Any = referral.system.running["referral"].imports
    carried_out, cancelled, really = asyncio.Event(), asyncio.Event(), imports._end

    async def at_its_end(*told: Any) -> None:
        imports._end = really
        carried_out.set()
        await cancelled.wait()
        if how == "failed":
            raise RuntimeError("made up")
        await really(*told)

    imports._end = at_its_end
    sender = {**referral.as_(), "Content-Type": "text/csv"}
    text = f"URN,LinkURN,LinkType,LinkEstablishedDate\r\n{SCHOOL},{ACADEMY},Successor,01-09-2019"
    url = "/referral/v1/school-links?mode=commit"
    told = await referral.client.post(url, content=text, headers=sender)
    await carried_out.wait()
    if how == "cancelled":
        await call(referral, "POST", f"{told.headers['Location']}/cancel")
    cancelled.set()
    said = await ended(referral.client, told.headers["Location"], referral.as_())
    assert (said["state"], said["created"]) == (how, 1)
    assert await _school_of(referral, child) == ACADEMY

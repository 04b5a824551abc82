"""Likely duplicates over HTTP: proposed, decided by a person, merged and unmerged."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete

from libs.common.security import Role
from services.referral.duplicates.domain import Duplicate
from tests.journeys.casework import CHILD, agreed, call, opened
from tests.worlds import World

CHILDREN, DUPLICATES = "/referral/v1/children", "/referral/v1/duplicates"
CHECKED = {"reason": "checked-with-family", "note": "A made-up note"}


async def twice(world: World, **other: Any) -> dict[str, str]:
    """Record the child again under another reference; return the ids of both, and of a case."""
    known = await opened(world)
    plans = [{**CHILD["plans"][0], "reference": "PL-2"}]  # type: ignore[index]  # a list of one
    again = {**CHILD, "forename": "Tessta", "plans": plans, **other}
    answer = await call(world, "PUT", f"{CHILDREN}/by-reference/county/C2", again)
    assert answer.status_code == 201, answer.text
    return {**known, "again": answer.json()["child_id"]}


async def proposed(world: World, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await call(world, "GET", f"{DUPLICATES}{query}")).json()["items"]
    return found


async def step(world: World, one: dict[str, Any], step_: str, body: Any) -> httpx.Response:
    """Post a step of a pair with the version that it has."""
    url = f"{DUPLICATES}/{one['duplicate_id']}"
    version = (await call(world, "GET", url)).headers["ETag"]
    return await call(world, "POST", f"{url}/{step_}", body, **{"If-Match": version})


async def test_a_child_recorded_twice_is_proposed_once_and_a_dismissal_stays(
    referral: World,
) -> None:
    known = await twice(referral)
    [one] = await proposed(referral, f"?state=proposed&kind=child&record_id={known['again']}")
    assert sorted(one["record_ids"]) == sorted([known["child"], known["again"]])
    assert (one["why"], one["state"]) == (["name"], "proposed")
    unversioned = await call(
        referral, "POST", f"{DUPLICATES}/{one['duplicate_id']}/dismissal", CHECKED
    )
    assert unversioned.status_code == 428
    done = await step(referral, one, "dismissal", {"reason": "twins"})
    assert (done.json()["state"], done.json()["reason"]) == ("dismissed", "twins")
    assert (await call(referral, "POST", "/referral/v1/duplicate-searches")).json() == {"found": 0}
    assert await proposed(referral, "?state=proposed") == []
    log = f"/referral/v1/change-log?record_id={one['duplicate_id']}"
    assert "twins" in (await call(referral, "GET", log)).text


async def test_all_on_record_are_looked_through_by_command(referral: World) -> None:
    known = await twice(referral)
    parents = [
        {"reference": reference, "name": "Testparent Fern", "relationship": "mother"}
        | {"email": "fern@example.org"}
        for reference in ("P1", "P2")
    ]
    child = {**CHILD, "parents": parents}
    await call(referral, "PUT", f"{CHILDREN}/by-reference/county/C1", child)
    async with referral.database("referral").writing() as connection:
        await connection.execute(delete(Duplicate))
    assert (await call(referral, "POST", "/referral/v1/duplicate-searches")).json() == {"found": 2}
    [person] = await proposed(referral, "?kind=person")
    assert person["why"] == ["contact"]
    [pair] = await proposed(referral, f"?record_id={known['child']}")
    assert pair["kind"] == "child"


async def test_merged_records_name_the_one_that_stays_until_they_are_unmerged(
    referral: World,
) -> None:
    known = await twice(referral)
    [one] = await proposed(referral)
    kept = {"kept_id": known["child"]}
    early = await step(referral, one, "merge", kept)
    assert (early.status_code, early.json()["code"]) == (409, "not-confirmed")
    assert (await step(referral, one, "confirmation", CHECKED)).json()["state"] == "confirmed"
    neither = await step(referral, one, "merge", {"kept_id": known["case"]})
    assert neither.json()["errors"][0]["code"] == "not-of-the-pair"
    merged = await step(referral, one, "merge", kept)
    assert merged.json()["kept_id"] == known["child"]
    again = await step(referral, one, "dismissal", CHECKED)
    assert (again.status_code, again.json()["code"]) == (409, "merged")
    shown = (await call(referral, "GET", f"{CHILDREN}/{known['again']}")).json()
    assert (shown["merged_into"], shown["reference"]) == (known["child"], "C2")
    unmerged = await step(referral, one, "unmerge", {"reason": "entry-error"})
    assert (unmerged.json()["kept_id"], unmerged.json()["state"]) == (None, "confirmed")
    shown = (await call(referral, "GET", f"{CHILDREN}/{known['again']}")).json()
    assert shown["merged_into"] is None


async def test_people_who_are_one_move_their_childrens_etags(referral: World) -> None:
    known = await twice(referral)
    carers = [
        {"reference": reference, "name": "Testparent Fern", "relationship": "mother"}
        | {"email": "fern@example.org"}
        for reference in ("P1", "P2")
    ]
    url = f"{CHILDREN}/by-reference/county/C1"
    await call(referral, "PUT", url, {**CHILD, "parents": carers})
    await call(referral, "POST", "/referral/v1/duplicate-searches")
    [pair] = await proposed(referral, "?kind=person")
    await step(referral, pair, "confirmation", CHECKED)
    seen = [(await call(referral, "GET", f"{CHILDREN}/{known['child']}")).headers["ETag"]]
    for what, body in (
        ("merge", {"kept_id": pair["record_ids"][0]}),
        ("unmerge", {"reason": "entry-error"}),
    ):
        assert (await step(referral, pair, what, body)).status_code == 200
        seen.append((await call(referral, "GET", f"{CHILDREN}/{known['child']}")).headers["ETag"])
    assert len(set(seen)) == 3


async def test_a_teacher_of_one_record_sees_the_other_while_they_are_merged(
    referral: World,
) -> None:
    known = await twice(referral)
    teacher = referral.as_(Role.SUPPORT_TEACHER, staff_id=UUID(known["staff"]))

    async def seen() -> int:
        answer = await call(referral, "GET", f"{CHILDREN}/{known['again']}", headers=teacher)
        return answer.status_code

    statuses = [await seen()]
    [one] = await proposed(referral)
    await step(referral, one, "confirmation", CHECKED)
    for what, body in (
        ("merge", {"kept_id": known["again"]}),
        ("unmerge", {"reason": "entry-error"}),
    ):
        assert (await step(referral, one, what, body)).status_code == 200
        statuses.append(await seen())
    assert statuses == [404, 200, 404]


async def test_which_of_two_open_cases_stays_is_for_a_person_to_say(referral: World) -> None:
    known = await twice(referral)
    start = {
        "referral_id": await agreed(referral, known["again"], "R2"),
        "staff_id": known["staff"],
        "started_on": "2018-10-01",
    }
    second = (await call(referral, "POST", "/referral/v1/cases", start)).json()["case_id"]
    [one] = await proposed(referral)
    await step(referral, one, "confirmation", CHECKED)
    refused = await step(referral, one, "merge", {"kept_id": known["child"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "two-cases-open")
    named = " ".join(error["detail"] for error in refused.json()["errors"])
    assert known["case"] in named
    assert second in named
    case = f"/referral/v1/cases/{second}"
    version = (await call(referral, "GET", case)).headers["ETag"]
    end = {"ended_on": "2018-10-01", "reason": "moved-out"}
    ended = await call(referral, "POST", f"{case}/ending", end, **{"If-Match": version})
    assert ended.status_code == 200, ended.text
    merged = await step(referral, one, "merge", {"kept_id": known["child"]})
    assert merged.status_code == 200


@pytest.mark.parametrize("third", ["merges into what is merged", "is what the merged stays with"])
async def test_merged_records_make_no_chain(referral: World, third: str) -> None:
    known = await twice(referral)
    another = {**CHILD, "plans": [{**CHILD["plans"][0], "reference": "PL-3"}]}  # type: ignore[index]
    made = await call(referral, "PUT", f"{CHILDREN}/by-reference/county/C3", another)
    three = made.json()["child_id"]
    pairs = {frozenset(one["record_ids"]): one for one in await proposed(referral)}
    for one in pairs.values():
        await step(referral, one, "confirmation", CHECKED)
    first = pairs[frozenset((known["child"], known["again"]))]
    second = pairs[frozenset((known["again"], three))]
    into = known["child"] if third == "merges into what is merged" else known["again"]
    assert (await step(referral, first, "merge", {"kept_id": into})).status_code == 200
    kept = known["again"] if into == known["child"] else three
    refused = await step(referral, second, "merge", {"kept_id": kept})
    assert (refused.status_code, refused.json()["code"]) == (409, "merged-already")

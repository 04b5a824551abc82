"""Parents and carers over HTTP: recorded, related, restricted, withdrawn, and whom they reach."""

from typing import Any

import httpx
import pytest

from libs.common.security import References, Role
from tests.journeys.casework import CHILD, call, opened
from tests.worlds import World

PEOPLE, RELATIONSHIPS = "/referral/v1/people", "/referral/v1/relationships"
PARENT = {"reference": "P1", "name": "Testparent", "relationship": "mother", "phone": "07"}
DAY = "2019-05-10"


async def pushed(world: World) -> dict[str, str]:
    """Return the ids of a child with an open case, their parent and the relationship."""
    known = await opened(world)
    child = {**CHILD, "parents": [PARENT]}
    answer = await call(world, "PUT", "/referral/v1/children/by-reference/county/C1", child)
    [parent] = answer.json()["parents"]
    return {**known, "person": parent["parent_id"], "relationship": parent["relationship_id"]}


async def changed(world: World, url: str, step: str, body: dict[str, Any]) -> httpx.Response:
    """Post a step of a thing with the version that it has."""
    version = (await call(world, "GET", url)).headers["ETag"]
    return await call(world, "POST", f"{url}/{step}", body, **{"If-Match": version})


async def test_a_person_is_recorded_by_reference_and_what_is_left_out_stays(
    referral: World,
) -> None:
    await pushed(referral)
    url = f"{PEOPLE}/by-reference/P1"
    told = await call(referral, "PUT", url, {"name": "Testparent Alone", "language": "pl"})
    assert told.status_code == 200
    emptied = await call(referral, "PUT", url, {"name": "Testparent Alone", "language": None})
    shown = await call(referral, "GET", url)
    assert shown.json() == emptied.json()
    assert shown.headers["ETag"] == emptied.headers["ETag"]
    said = {name: shown.json()[name] for name in ("name", "phone", "language")}
    assert said == {"name": "Testparent Alone", "phone": "07", "language": None}
    new = await call(referral, "PUT", f"{PEOPLE}/by-reference/P9", {"name": "Testcarer"})
    assert new.status_code == 201
    by_id = await call(referral, "GET", f"{PEOPLE}/{new.json()['person_id']}")
    assert by_id.json() == new.json()


async def test_a_relationship_is_recorded_ended_put_right_withdrawn_and_recorded_again(
    referral: World,
) -> None:
    known = await pushed(referral)
    carer = (await call(referral, "PUT", f"{PEOPLE}/by-reference/P9", {"name": "Carer"})).json()
    new = {"child_id": known["child"], "person_id": carer["person_id"], "kind": "carer"}
    made = await call(referral, "POST", RELATIONSHIPS, {**new, "from_on": DAY})
    again = await call(referral, "POST", RELATIONSHIPS, {**new, "from_on": DAY})
    assert (made.status_code, again.status_code) == (201, 200)
    url = f"{RELATIONSHIPS}/{made.json()['relationship_id']}"
    unversioned = await call(referral, "POST", f"{url}/ending", {"ended_on": "2019-06-01"})
    assert unversioned.status_code == 428
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("ending", {"ended_on": "2019-06-01"}, {"ended_on": "2019-06-01"}),
        (
            "corrections",
            {"kind": "guardian", "from_on": DAY, "ended_on": None, "reason": "entry-error"},
            {"kind": "guardian", "ended_on": None},
        ),
        ("void", {"reason": "wrong-child", "note": "A made-up note"}, {"void": True}),
    ]
    for step, body, becomes in steps:
        done = await changed(referral, url, step, body)
        assert done.status_code == 200, done.text
        assert {name: done.json()[name] for name in becomes} == becomes
    stands = await call(referral, "POST", RELATIONSHIPS, {**new, "from_on": DAY})
    assert stands.json()["relationship_id"] == made.json()["relationship_id"]
    assert stands.json()["void"] is False
    listed = await call(referral, "GET", f"{RELATIONSHIPS}?child_id={known['child']}")
    assert {one["kind"] for one in listed.json()["items"]} == {"mother", "carer"}


RIGHT = {"kind": "carer", "from_on": DAY, "ended_on": None, "reason": "typing-error"}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("responsibility", {"responsibility": "verified", "stated_on": DAY}),
    ("restrictions", {"restrictions": ["no-letters"], "restricted_on": DAY}),
    ("corrections", RIGHT),
    ("ending", {"ended_on": DAY}),
    ("void", {"reason": "wrong-child"}),
]


async def test_a_childs_etag_moves_with_each_relationship_and_person(referral: World) -> None:
    known = await pushed(referral)
    child, one = f"/referral/v1/children/{known['child']}", known["relationship"]
    new = {"child_id": known["child"], "person_id": known["person"], "kind": "carer"}

    async def tag() -> str:
        return (await call(referral, "GET", child)).headers["ETag"]

    seen = [await tag()]
    for step, body in STEPS:
        done = await changed(referral, f"{RELATIONSHIPS}/{one}", step, body)
        assert done.is_success, done.text
        seen.append(await tag())
    for again in range(2):
        done = await call(referral, "POST", RELATIONSHIPS, {**new, "from_on": DAY})
        assert done.status_code == (200 if again else 201)
        told = {"name": "Testparent", "email": "p1@example.org"}
        assert (await call(referral, "PUT", f"{PEOPLE}/by-reference/P1", told)).is_success
        seen.append(await tag())
    *moved, unchanged = seen
    assert len(set(moved)) == len(moved) == 7
    assert unchanged == moved[-1]


async def test_a_correction_names_all_that_is_wrong(referral: World) -> None:
    known = await pushed(referral)
    url = f"{RELATIONSHIPS}/{known['relationship']}"
    body = {"kind": "mother", "from_on": "2019-05-10", "ended_on": "2019-05-09"}
    refused = await changed(referral, url, "corrections", {**body, "reason": "entry-error"})
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/ended_on"]
    future = await changed(referral, url, "ending", {"ended_on": "2190-01-01"})
    assert [one["code"] for one in future.json()["errors"]] == ["in-the-future"]


async def test_a_person_who_must_not_be_contacted_is_shown_so_and_it_is_taken_back(
    referral: World,
) -> None:
    known = await pushed(referral)
    url = f"{PEOPLE}/{known['person']}"
    done = await changed(referral, url, "withdrawal", {"withdrawn_on": DAY, "reason": "asked"})
    assert (done.json()["withdrawn_on"], done.json()["withdrawn_reason"]) == (DAY, "asked")
    again = await changed(referral, url, "withdrawal", {"withdrawn_on": DAY, "reason": "asked"})
    assert (again.status_code, again.json()["code"]) == (409, "already-withdrawn")
    back = await changed(referral, url, "withdrawal/void", {"reason": "entry-error"})
    assert back.json()["withdrawn_on"] is None


VERIFIED = ("responsibility", {"responsibility": "verified", "stated_on": DAY})


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], 404),
        ([("responsibility", {"responsibility": "claimed", "stated_on": DAY})], 404),
        ([VERIFIED], 200),
        (
            [VERIFIED, ("restrictions", {"restrictions": ["court-order"], "restricted_on": DAY})],
            404,
        ),
        ([VERIFIED, ("ending", {"ended_on": DAY})], 404),
        ([VERIFIED, ("void", {"reason": "wrong-child"})], 404),
    ],
)
async def test_a_parents_own_token_reaches_a_child_while_verified_and_unrestricted(
    referral: World, steps: list[tuple[str, dict[str, Any]]], status: int
) -> None:
    known = await pushed(referral)
    for step, body in steps:
        url = f"{RELATIONSHIPS}/{known['relationship']}"
        assert (await changed(referral, url, step, body)).status_code == 200
    parent = referral.as_(Role.PARENT, references=References(parent="P1"))
    shown = await call(referral, "GET", f"/referral/v1/cases/{known['case']}", headers=parent)
    assert shown.status_code == status


async def test_who_works_with_a_child_sees_their_parents_and_no_others(referral: World) -> None:
    known = await pushed(referral)
    other = await call(referral, "PUT", f"{PEOPLE}/by-reference/P9", {"name": "Of nobody"})
    teacher = referral.as_(Role.SUPPORT_TEACHER, staff_id=known["staff"])
    seen = [
        (await call(referral, "GET", f"{PEOPLE}/{one}", headers=teacher)).status_code
        for one in (known["person"], other.json()["person_id"])
    ]
    assert seen == [200, 404]

"""Each list in every order, by every filter and page by page, on both databases."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE
from tests.journeys.casework import CHILD, call, opened
from tests.worlds import World

REFERRAL = "/referral/v1"
SAMPLES: dict[str, Any] = {
    "child": "county/C1,00000000-0000-4000-8000-000000000001",
    "school": "900001,nothing",
    "staff": "S1",
    "team": "T1",
    "urn": "900001",
}
"""A value for a filter whose schema tells of none."""


@pytest.fixture
def at_work() -> list[Service]:
    return [SERVICE]


def value_of(name: str, schema: dict[str, Any]) -> str:
    """Return a value that a parameter may have."""
    options = [one for one in (schema, *schema.get("anyOf", ())) if one.get("type") != "null"]
    one = options[-1].get("items", options[-1])
    if "enum" in one or "const" in one:
        return str(one.get("enum", [one.get("const")])[0])
    if one.get("format") == "date":
        return "2018-10-01"
    if one.get("format") == "uuid":
        return str(UUID(int=1))
    if one.get("type") == "boolean":
        return "true"
    return str(SAMPLES.get(name, 1 if one.get("type") == "integer" else "X1"))


async def _filled(world: World) -> dict[str, str]:
    known = await opened(world)
    url, who = f"{REFERRAL}/cases/{known['case']}", f"{REFERRAL}/children/by-reference/county"
    school = (await call(world, "GET", f"{REFERRAL}/children/{known['child']}")).json()["school_id"]
    for week in ("2018-10-08", "2018-10-15", "2018-10-22"):
        await call(world, "PUT", f"{url}/visits/{week}", {"planned": 1, "attended": 1})
    for number, day in enumerate(("2018-11-05", "2018-11-05", "2018-12-03")):
        told = {"child_id": known["child"], "school_id": school, "category": "SUSP"}
        reference = f"{REFERRAL}/exclusions/by-reference/X{number}"
        await call(world, "PUT", reference, {**told, "starts_on": day})
    for number in (2, 3):
        told = {**CHILD, "surname": f"Testley{number}", "plans": []}
        assert (await call(world, "PUT", f"{who}/C{number}", told)).status_code == 201
    return known


async def test_every_list_is_paged_in_every_order_and_filtered(world: World) -> None:
    known = await _filled(world)
    document = (await call(world, "GET", "/referral/openapi.json")).json()
    teacher = world.as_(Role.SUPPORT_TEACHER, staff_id=UUID(known["staff"]))
    lists = {
        path.format(case_id=known["case"], staff_id=known["staff"]): {
            one["name"]: one["schema"] for one in asked if one["in"] == "query"
        }
        for path, methods in document["paths"].items()
        for asked in [methods.get("get", {}).get("parameters", ())]
        if any(one["name"] == "count" for one in asked)
    }
    assert len(lists) > 15
    for path, parameters in lists.items():
        orders: list[Any] = parameters.get("sort", {}).get("anyOf", [{}])
        sorts = orders[0].get("enum", [])
        for sort in (None, *sorts):
            await _pages(world, f"/referral{path}", sort)
        for name in parameters.keys() - {"cursor", "sort", "limit", "count"}:
            url = f"/referral{path}?{name}={value_of(name, parameters[name])}&count=true"
            answer = await call(world, "GET", url)
            assert answer.status_code == 200, (url, answer.text)
            assert len(answer.json()["items"]) == min(answer.json()["total"], 50)
        theirs = await call(world, "GET", f"/referral{path}?count=true", headers=teacher)
        assert theirs.status_code in {200, 403}, theirs.text
    for url in (f"cases/{known['case']}/overview", f"children/{known['child']}/timeline"):
        for who in (world.as_(), teacher):
            answer = await call(world, "GET", f"{REFERRAL}/{url}", headers=who)
            assert answer.status_code == 200, answer.text
    asked = {"name": "Testleigh", "born_on": CHILD["born_on"]}
    found = await call(world, "POST", f"{REFERRAL}/children/searches", asked)
    assert len(found.json()["items"]) == 2, found.text


async def _pages(world: World, path: str, sort: str | None) -> None:
    """Take a list two at a time: what is shown is what one page of it shows, in its order."""
    order = f"&sort={sort}" if sort else ""
    whole = (await call(world, "GET", f"{path}?limit=200{order}")).json()
    items, url = [], f"{path}?limit=2{order}"
    for _ in range(6):  # of the schools, which are many, the first dozen
        answer = await call(world, "GET", url)
        assert answer.status_code == 200, (url, answer.text)
        items += answer.json()["items"]
        if "next" not in answer.links:
            break
        url = answer.links["next"]["url"]
    assert items == whole["items"][: len(items)]
    assert len(items) == min(12, len(whole["items"])), path
    name = (sort or "").removeprefix("-")
    if items and name in items[0]:
        days = [one[name] for one in items if one[name] is not None]
        assert all(
            (a >= b) if (sort or "").startswith("-") else (a <= b) for a, b in pairwise(days)
        )

"""The change feed: every change once, in committed order, and what proves that none is missing."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deploy.services import SERVICES
from libs.common.http.change_feed_api import published_by
from libs.common.http.requests import ServiceRoute
from libs.common.persistence import tables
from libs.common.persistence.db import Aggregate, Base
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from tests.journeys.casework import call, opened
from tests.worlds import EMBEDDED, World, world_of

PAGE = Path(__file__).parents[2] / "docs" / "changes.md"
CHANGES = "/referral/v1/changes"


def client_of_the_page() -> Mapping[str, Any]:
    """Return what the page's own client defines."""
    [block] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    defined: dict[str, Any] = {}
    exec(compile(block, str(PAGE), "exec"), defined)  # noqa: S102 - our own page
    return defined


@pytest.fixture
async def cases(tmp_path: Path) -> AsyncIterator[World]:
    """Return referral at work, with a case, and a client that is the Head of Service."""
    async with world_of(EMBEDDED, tmp_path, [REFERRAL]) as world:
        await opened(world)
        world.client.headers["Authorization"] = world.as_()["Authorization"]
        yield world


async def get(world: World, url: str = CHANGES, **query: Any) -> Any:
    answer = await world.client.get(url, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _events(world: World) -> list[Any]:
    async with world.database("referral").reading() as connection:
        query = select(tables.event).order_by(tables.event.c.position)
        return list((await connection.execute(query)).all())


async def test_every_event_is_one_change_with_its_link(cases: World) -> None:
    events = await _events(cases)
    pages: list[Any] = []
    cursor: dict[str, str] = {}
    while not pages or pages[-1]["more"]:
        pages.append(await get(cases, limit=3, **cursor))
        cursor = {"after": pages[-1]["next"]}
    items = [item for page in pages for item in page["items"]]
    assert [item["event_id"] for item in items] == [str(event.id) for event in events]
    numbers = [event.sequence if event.sequence > 0 else None for event in events]
    assert [item["version"] for item in items] == numbers
    started = next(item for item in items if ".SupportStarted." in item["type"])
    assert started["ids"]["case_id"] == started["record_id"]
    assert {"child_id", "school_id"} <= {*started["ids"]}
    for item in items:
        assert item["kind"] == item["link"].split("/")[3]
        assert item["record_id"] in (await cases.client.get(item["link"])).text
    assert await get(cases, **cursor) == {"items": [], "next": cursor["after"], "more": False}


async def test_a_child_is_named_by_ids_alone(cases: World) -> None:
    url = f"{CHANGES}?kinds=children"
    said = (await cases.client.get(url)).text
    assert "ChildRegistered" in said
    assert "SupportStarted" not in said
    assert not [one for one in ("Testa", "Alderfield", "2010-10-01") if one in said]


async def test_a_new_key_or_name_is_a_change_that_does_not_say_which(cases: World) -> None:
    cursor = (await get(cases, f"{CHANGES}/snapshot"))["cursor"]
    url = "/referral/v1/children/by-reference/county/C1"
    for told in ({"upn": "G83020011904A"}, {"surname": "Renamed"}, {"surname": "Renamed"}):
        pushed = await call(cases, "PUT", url, {"effective_on": "2018-11-05", **told})
        assert pushed.status_code == 200, pushed.text
    answer = await cases.client.get(CHANGES, params={"after": cursor})
    assert [item["new_keys"] for item in answer.json()["items"]] == [["upn"], []]
    assert not [one for one in ("G83020011904A", "Renamed") if one in answer.text]


async def test_the_feed_is_entered_by_time(cases: World) -> None:
    items = (await get(cases, limit=200))["items"]
    since = items[-1]["at"]
    later = [one["event_id"] for one in items if one["at"] >= since]
    assert 0 < len(later) < len(items)
    page = await get(cases, since=since, limit=200)
    assert [one["event_id"] for one in page["items"]] == later
    assert (await get(cases, f"{CHANGES}/digest", since=since))["count"] == len(later)
    client = client_of_the_page()
    kept: dict[str, Any] = {}
    received: list[tuple[str, str]] = []
    until = await client["follow"](cases.client, "referral", kept, received, since=since)
    asked = (cases.client, "referral", received, None, until)
    assert [id_ for _, id_ in received] == later
    assert await client["missing"](*asked, since=since) == []
    lost = received.pop()
    assert await client["missing"](*asked, since=since) == [lost[1]]
    refused = await cases.client.get(CHANGES, params={"since": "yesterday"})
    assert refused.json()["errors"][0]["parameter"] == "since"


async def test_only_some_kinds_are_listed_and_others_passed_by(cases: World) -> None:
    found = await get(cases, kinds="plans,teams")
    assert {item["kind"] for item in found["items"]} == {"plans"}
    assert found["next"] == (await get(cases, f"{CHANGES}/snapshot"))["cursor"]
    refused = await cases.client.get(CHANGES, params={"kinds": "plans,grapes"})
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["parameter"] == "kinds"
    assert "plans, referrals" in error["detail"]
    assert "grapes" not in refused.text


async def test_what_ends_and_is_withdrawn_says_so(cases: World) -> None:
    cursor = (await get(cases, f"{CHANGES}/snapshot"))["cursor"]
    [child] = (await get(cases, "/referral/v1/children"))["items"]
    body = {"child_id": child["child_id"], "school_id": child["school_id"], "category": "SUSP"}
    url = "/referral/v1/exclusions/by-reference/X1"
    made = await call(cases, "PUT", url, body | {"starts_on": "2018-11-05"})
    void = f"/referral/v1/exclusions/{made.json()['exclusion_id']}/void"
    version = {"If-Match": made.headers["ETag"]}
    assert (await call(cases, "POST", void, {"reason": "entry-error"}, **version)).is_success
    staff = "/referral/v1/staff/by-reference/S1"
    left = await call(cases, "PUT", staff, {"effective_on": "2019-01-07", "left_on": "2019-07-31"})
    assert left.status_code == 200, left.text
    items = (await get(cases, after=cursor))["items"]
    assert [(item["kind"], item["tombstone"]) for item in items] == [
        ("exclusions", None),
        ("exclusions", "withdrawn"),
        ("staff", "ended"),
    ]


LISTS = (
    "children?limit=1",
    "plans",
    "referrals",
    "exclusions?limit=2",
    "cases?state=active,paused,ended",
)


async def _write(world: World, known: dict[str, str], step: asyncio.Event) -> None:
    """Record exclusions and visits, and withdraw every third exclusion; say when some are there."""
    shown = await get(world, f"/referral/v1/children/{known['child']}")
    for number in range(9):
        url = f"/referral/v1/exclusions/by-reference/X{number}"
        body = {"child_id": known["child"], "school_id": shown["school_id"], "category": "SUSP"}
        made = await call(world, "PUT", url, body | {"starts_on": "2018-11-05"})
        assert made.status_code == 201, made.text
        week = f"/referral/v1/cases/{known['case']}/visits/2018-11-{5 + number % 2 * 7:02}"
        assert (await call(world, "PUT", week, {"planned": 1, "attended": 1})).is_success
        if number % 3 == 0:
            url = f"/referral/v1/exclusions/{made.json()['exclusion_id']}/void"
            version = {"If-Match": made.headers["ETag"]}
            assert (await call(world, "POST", url, {"reason": "entry-error"}, **version)).is_success
        if number == 2:
            step.set()


async def test_the_copy_of_the_page_is_the_countys_and_lacks_nothing(cases: World) -> None:
    """A first load by snapshot while the county is written to; then its changes, one lost."""
    client = client_of_the_page()
    kept: dict[str, Any] = {}
    received: list[tuple[str, str]] = []
    load, follow, missing = client["load"], client["follow"], client["missing"]
    [case] = (await get(cases, "/referral/v1/cases?state=active"))["items"]
    known = {"child": case["child_id"], "case": case["case_id"]}
    step = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_write(cases, known, step))
        await step.wait()
        begin = cursor = await load(cases.client, "referral", LISTS, kept)
        for _ in range(3):
            cursor = await follow(cases.client, "referral", kept, received, cursor)
    until = await follow(cases.client, "referral", kept, received, cursor)
    for link, record in kept.items():
        assert record == (await cases.client.get(link)).json()
    now: dict[str, Any] = {}
    await load(cases.client, "referral", LISTS, now)
    assert {*now} <= {*kept}
    assert {link for link in kept if "/exclusions/" in link} == {
        o for o in now if "/exclusions/" in o
    }
    assert len([link for link in now if "/exclusions/" in link]) == 6
    assert received
    for lost in (None, 0, len(received) - 1):
        rest = [one for number, one in enumerate(received) if number != lost]
        wanted = [] if lost is None else [received[lost][1]]
        for at_once in (1, 200):
            found = await missing(cases.client, "referral", rest, begin, until, at_once)
            assert found == wanted


async def test_the_copy_of_a_role_that_reads_some_kinds_alone_lacks_none_of_those(
    cases: World,
) -> None:
    client = client_of_the_page()
    cases.client.headers["Authorization"] = cases.as_(Role.COUNTY_SEND_OFFICER)["Authorization"]
    kept: dict[str, Any] = {}
    received: list[tuple[str, str]] = []
    until = await client["follow"](cases.client, "referral", kept, received)
    assert await client["missing"](cases.client, "referral", received, None, until) == []
    items = (await get(cases, limit=200))["items"]
    links = {item["kind"]: item["link"] for item in items}
    assert {kind for kind in links if links[kind] not in kept} == {"staff"}


async def test_a_digest_is_of_a_range_and_of_nothing_else(cases: World) -> None:
    items = (await get(cases, limit=200))["items"]
    after, until = items[1]["cursor"], items[6]["cursor"]
    said = await get(cases, f"{CHANGES}/digest", after=after, until=until)
    ids = sorted(item["event_id"] for item in items[2:7])
    ours = hashlib.sha256("".join(f"{id_}\n" for id_ in ids).encode()).hexdigest()
    assert said == {"until": until, "count": 5, "sha256": ours}
    assert (await get(cases, f"{CHANGES}/digest"))["count"] == len(items)


async def test_a_cursor_that_was_never_given_out_is_refused(cases: World) -> None:
    for cursor in ("", "x", "1.2", "0.0.1.zzzzzzzz", "0.0.1.0000000", "0" * 200):
        refused = await cases.client.get(CHANGES, params={"after": cursor})
        assert refused.status_code == 422, cursor
        assert refused.json()["errors"][0]["parameter"] == "after"
    gone = await cases.client.get(CHANGES, params={"after": "0.0.1.00000001"})
    assert (gone.status_code, gone.json()["code"]) == (410, "cursor-expired")
    meaning = (await cases.client.get(gone.json()["type"])).json()
    assert "snapshot" in meaning["do"]


async def test_whoever_does_not_reach_the_county_is_shown_nothing(cases: World) -> None:
    for role, status in (
        (Role.ADMINISTRATOR, 403),
        (Role.COUNTY_SEND_OFFICER, 200),
        (Role.AREA_MANAGER, 403),
        (Role.REPORTING_CONSUMER, 403),
    ):
        for url in (CHANGES, f"{CHANGES}/snapshot", f"{CHANGES}/digest"):
            answer = await cases.client.get(url, headers=cases.as_(role))
            assert answer.status_code == status, (role, url)


UNTOLD: Mapping[str, Mapping[str, str]] = {
    "assessment": {"Windows": "each change of them is an event"},
    "reporting": {
        "Edition": "told when it is signed; a draft is for those who review it",
        "ServicePlan": "it has one list, which is read anew",
        "PublishedValue": "it was published elsewhere, and has one list, which is read anew",
        "DisclosureException": "what it changes, the next edition tells",
    },
    "survey": {"Concern": "the Head of Service alone knows of one, and has a list of them"},
}
"""The records whose changes without an event no feed tells of, and why (docs/changes.md)."""


@pytest.mark.parametrize(
    "service", [one for one in SERVICES if one.publishes], ids=lambda s: s.name
)
def test_every_published_record_has_a_link_that_a_route_answers(service: Service) -> None:
    events = published_by(service.name)
    own = _aggregates(service)
    assert own
    told = {one.told_as for one in own} - {""}
    assert {event.key for event in events} | told == {*service.records}
    assert {one.__name__ for one in own if not one.told_as} == UNTOLD.get(service.name, {}).keys()
    paths = {
        re.sub(r"{\w+}", "{}", route.path)
        for one in service.routers
        for route in one.routes
        if isinstance(route, ServiceRoute) and "GET" in (route.methods or ())
    }
    for key, path in service.records.items():
        assert re.sub(r"{\w+}", "{}", path) in paths, key
        named = set(re.findall(r"{(\w+)}", path))
        for event in events:
            assert event.key != key or named <= {*event.model_fields}, event.__name__


def _aggregates(service: Service) -> list[type[Aggregate]]:
    """Return the classes of a service's records, whose tables are in its manifest, or a copy is."""
    every: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    of_it = [one for one in every if one.__module__.startswith(f"services.{service.name}.")]
    records = [one for one in of_it if issubclass(one, Aggregate)]
    assert {one.__tablename__ for one in records} <= service.metadata.tables.keys()
    return records

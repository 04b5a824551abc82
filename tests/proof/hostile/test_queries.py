"""Addresses and queries: ids that are none, parameters that are not ours, pages beyond the last."""

from typing import Any

import pytest

from deploy.services import SERVICES
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from tests.proof.hostile.operations import (
    ID,
    OPERATIONS,
    WRITES,
    Operation,
    able,
    drawn,
    head_of_service,
    in_one_world,
    nothing_stored,
    refused,
)
from tests.worlds import EMBEDDED, World

CANARY = "zz canary"
WITH_IDS = [one for one in OPERATIONS if ID in one.url]
PAGED = {
    "/referral/v1/cases": "cursor",
    f"/assessment/v1/results?child_id={ID}": "cursor",
    "/survey/v1/waves": "cursor",
    "/reporting/v1/published-values": "cursor",
}

IDS = {
    "in capitals": ID.upper(),
    "in braces": f"%7B{ID}%7D",
    "of 37 characters": f"{ID}0",
    "without hyphens": ID.replace("-", ""),
    "as a name": f"urn:uuid:{ID}",
    "a number": "1",
    "negative": "-1",
    "SQL": "'%20OR%201=1--",
    "NUL": "%00",
    "an id and NUL": f"{ID}%00",
    "a path encoded twice": "..%252f..%252fetc%252fpasswd",
    "not UTF-8": "%ff",
    "a line end": f"{ID}%0d%0aX:1",
    "blanks": "%20",
    "a template": "%7B%7B7*7%7D%7D",
    "null": "null",
    "a star": "*",
    "4,000 characters": "a" * 4_000,
}


async def asked(world: World, operation: Operation, url: str, **headers: str) -> Any:
    """Ask an operation at another address, with a body in the right form where it takes one."""
    own = able(world, operation) | headers
    content = operation.example() if operation in WRITES else None
    return await world.client.request(operation.method, url, json=content, headers=own)


@pytest.mark.parametrize("name", IDS)
@in_one_world
async def test_an_id_that_is_none_is_refused_at_every_address(one_world: World, name: str) -> None:
    assert len(WITH_IDS) > 30
    for operation in drawn(WITH_IDS):
        answer = await asked(one_world, operation, operation.url.replace(ID, IDS[name]))
        if "%0" in IDS[name] and answer.status_code == 404:
            continue  # no path goes over a line's end
        problem = refused(answer, 422)
        assert any("parameter" in fault for fault in problem["errors"]), answer.text
    await nothing_stored(one_world)


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
@in_one_world
async def test_an_id_of_nothing_is_not_found(one_world: World, operation: Operation) -> None:
    answer = await asked(one_world, operation, operation.url)
    if answer.status_code != 422:  # what a body says is looked at before what it is about
        problem = refused(answer, 404) if answer.is_error else answer.json()
        assert ID not in str(problem)


CODES = {
    "NUL": "%00",
    "a slash": "a%2fb%2fc%00",
    "not UTF-8": "%ff%fe",
    "a blank": "a%20b",
    "a line end": "a%0d%0ab",
    "SQL": "a'--",
    "too long": "x" * 65,
    "a script": "%3Cscript%3E",
}


@pytest.mark.parametrize("name", CODES)
@in_one_world
async def test_a_reference_that_is_none_is_refused_at_every_address(
    one_world: World, name: str
) -> None:
    tried = [one for one in OPERATIONS if "{reference}" in one.template or "{code}" in one.template]
    assert len(tried) >= 4
    for operation in tried:
        url = operation.url.rsplit("/", 1)[0] + f"/{CODES[name]}"
        answer = await asked(one_world, operation, url)
        assert answer.status_code in {404, 422}
        refused(answer, answer.status_code)
    path = f"/reporting/v1/dead-letters/{CODES[name]}/{ID}/redrive"
    administrator = one_world.as_(Role.ADMINISTRATOR)
    answer = await one_world.client.post(path, headers=administrator)
    assert answer.status_code in {404, 422}
    refused(answer, answer.status_code)
    await nothing_stored(one_world)


@pytest.mark.parametrize("year", ["2018", "2018-20", "2018-2019", "0000-01", "9999-00", "%00", "x"])
@in_one_world
async def test_a_year_that_is_none_is_refused(one_world: World, year: str) -> None:
    for path in ("v1/reports", "reports"):
        url = f"/reporting/{path}/{year}"
        refused(await one_world.client.get(url, headers=head_of_service(one_world)), 422)


QUERIES = {
    "unknown": "zz+canary=1",
    "a sort": "order_by=password",
    "a filter of 1,000 terms": "filter=" + "a+or+" * 1_000,
    "a parameter in another case": "Limit=1",
    "brackets": "limit[]=1",
    "a method": "_method=DELETE",
    "NUL": "%00=1",
    "not UTF-8": "%ff=%fe",
    "without a name": "=1",
    "a token": "access_token=zz+canary",
}


@pytest.mark.parametrize("name", QUERIES)
@in_one_world
async def test_a_parameter_that_is_not_ours_is_refused_everywhere(
    one_world: World, name: str
) -> None:
    for operation in drawn(OPERATIONS):
        url = operation.url + ("&" if "?" in operation.url else "?") + QUERIES[name]
        answer = await asked(one_world, operation, url)
        assert refused(answer, 400)["code"] == "query-not-valid"
        assert CANARY not in answer.text
    await nothing_stored(one_world)


LIMITS = ("-1", "0", "201", "1000000000", "9" * 5_000, "1.0", "1e1", "", "ten", "%D9%A2")


@pytest.mark.parametrize("url", PAGED, ids=lambda url: url.split("?")[0])
@in_one_world
async def test_a_page_is_of_a_size_that_we_give(one_world: World, url: str) -> None:
    joint = "&" if "?" in url else "?"
    for limit in LIMITS:
        answer = await one_world.client.get(
            f"{url}{joint}limit={limit}", headers=head_of_service(one_world)
        )
        faults = refused(answer, 422)["errors"]
        assert [fault["parameter"] for fault in faults] == ["limit"], limit
    twice = f"{url}{joint}limit=1&limit=2"
    answer = await one_world.client.get(twice, headers=head_of_service(one_world))
    assert refused(answer, 400)["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("url", PAGED, ids=lambda url: url.split("?")[0])
@in_one_world
async def test_a_page_begins_where_we_said(one_world: World, url: str) -> None:
    joint = "&" if "?" in url else "?"
    for cursor in ("", "1", "zz+canary", ID.upper(), f"{ID}0", "%00", "AAAA" * 500):
        asked_for = f"{url}{joint}{PAGED[url]}={cursor}"
        answer = await one_world.client.get(asked_for, headers=head_of_service(one_world))
        faults = refused(answer, 422)["errors"]
        assert [fault["parameter"] for fault in faults] == [PAGED[url]], cursor
        assert CANARY not in answer.text


@pytest.mark.parametrize(
    "day", ["0", "1577836800", "2024-02-30", "20240101", "2024-01-01T00:00:00Z", "today", "", "%00"]
)
@in_one_world
async def test_a_day_that_is_none_is_refused_in_a_query(one_world: World, day: str) -> None:
    cases = f"/referral/v1/cases?as_of={day}"
    refused(await one_world.client.get(cases, headers=head_of_service(one_world)), 422)
    extract = f"/referral/v1/school-extracts?mode=check&snapshot_on={day}"
    headers = {**head_of_service(one_world), "Content-Type": "text/csv"}
    refused(await one_world.client.post(extract, content=b"URN\n1", headers=headers), 422)
    week = f"/referral/v1/cases/{ID}/visits/{day or '%20'}"
    body = {"planned": 1, "attended": 1}
    answer = await one_world.client.put(week, json=body, headers=head_of_service(one_world))
    refused(answer, 422)


@pytest.mark.parametrize("kind", [EMBEDDED])
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_every_operation_knows_who_may(world: World, service: Service) -> None:
    """Without a token 401, with a role that is not granted the action 403."""
    operations = [one for one in OPERATIONS if one.service == service.name]
    assert len(operations) > 5
    for operation in operations:
        await _who_may(world, operation)


async def _who_may(world: World, operation: Operation) -> None:
    if operation.action is None:
        # Anybody may ask; what is asked for by a made-up name is not there.
        answer = await world.client.get(operation.url)
        assert answer.status_code in {200, 303, 404}, operation
        return
    content = operation.example() if operation in WRITES else None
    granted = world.system.running[operation.service].service.grants[operation.action]
    assert granted
    for role in (None, *Role):
        headers = {"Idempotency-Key": "k", **operation.headers}
        headers |= world.as_(role) if role else {}
        answer = await world.client.request(
            operation.method, operation.url, json=content, headers=headers
        )
        if role is None:
            refused(answer, 401)
        elif role not in granted:
            assert refused(answer, 403)["code"] == "not-allowed", (operation, role)
        else:
            unwanted = {401, 405} | set(range(500, 600))
            assert answer.status_code not in unwanted, (operation, role)

"""What a client asks first: who it is to a service, what it may do, and which codes it has."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.services import SERVICES
from libs.common.security import Role
from tests.journeys.casework import call, ready
from tests.worlds import EMBEDDED, World, world_of

NAME = re.compile(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?")


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[World]:
    """Return all services at work, embedded."""
    async with world_of(EMBEDDED, tmp_path, SERVICES) as world:
        yield world


async def test_everybody_is_told_who_they_are_and_what_they_may_do(county: World) -> None:
    staff = UUID((await ready(county))["staff"])
    for service in SERVICES:
        for role in Role:
            who = county.as_(role, subject="somebody", teams=[staff], staff_id=staff)
            me = (await call(county, "GET", f"/{service.name}/v1/me", headers=who)).json()
            assert me["subject"] == "somebody"
            assert me["roles"] == [role]
            assert me["scope"] == {
                "teams": [str(staff)],
                "schools": [],
                "children": [],
                "staff_id": str(staff),
            }
            granted = {
                action: [str(by_role[role])]
                for action, by_role in service.grants.items()
                if role in by_role
            }
            assert me["permissions"] == granted


async def test_a_refusal_names_the_permission_that_is_missing(county: World) -> None:
    """And the same one that /me does not list."""
    refused = 0
    for service in SERVICES:
        for path, methods in county.system.running[service.name].api.openapi()["paths"].items():
            action = methods.get("get", {}).get("x-permission")
            if action is None or Role.PARENT in service.grants[action]:
                continue
            url = f"/{service.name}{re.sub(r'{[^}]+}', str(uuid4()), path)}"
            answer = await call(county, "GET", url, headers=county.as_(Role.PARENT))
            assert answer.status_code == 403, url
            assert answer.json()["permission"] == action
            assert action in answer.json()["detail"]
            refused += 1
    assert refused > 30
    rows = county.as_(Role.COUNTY_SEND_OFFICER)
    kind = "/referral/v1/imports?kind=visits&mode=check"
    answer = await call(county, "POST", kind, headers=rows | {"Content-Type": "text/csv"})
    assert answer.json()["permission"] == "visit.record", answer.text


def _enums(schema: Any) -> list[frozenset[str]]:
    if isinstance(schema, list):
        return [found for one in schema for found in _enums(one)]
    if not isinstance(schema, dict):
        return []
    own = [frozenset(schema["enum"])] if len(schema.get("enum", ())) > 1 else []
    return own + [found for one in schema.values() for found in _enums(one)]


BY_OTHER_WORDS = frozenset({"by", "dates", "form", "kind", "separator", "sort"})
"""Parameters whose values are no codes of records: how a file is written, what a list is sorted
by, the kinds of import and of file, and the breakdowns; each has a list of its own."""


def _asked(document: dict[str, Any]) -> set[frozenset[str]]:
    """Return the lists of codes of which a filter of a list takes some."""
    return {
        codes
        for path in document["paths"].values()
        for operation in path.values()
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one["name"] not in BY_OTHER_WORDS
        for codes in _enums(one)
    }


async def test_every_list_of_a_document_is_listed_with_its_words(county: World) -> None:
    for service in SERVICES:
        document = county.system.running[service.name].api.openapi()
        answer = await county.client.get(f"/{service.name}/v1/codes")
        lists = {one["name"]: one for one in answer.json()}
        assert len(lists) == len(answer.json())
        listed = {frozenset(c["code"] for c in one["codes"]) for one in lists.values()}
        in_filters = _asked(document)
        assert in_filters
        assert in_filters | {*_enums(document["components"]["schemas"])} <= listed
        for name, one in lists.items():
            assert NAME.fullmatch(name) or one["name"].startswith("position."), name
            assert all(code["words"] for code in one["codes"])
    referral = {
        one["name"]: one for one in (await call(county, "GET", "/referral/v1/codes")).json()
    }
    assert {"code": "MLD", "words": "Moderate learning difficulty"}.items() <= next(
        code.items() for code in referral["children.need"]["codes"] if code["code"] == "MLD"
    )
    assert "PauseSupport.reason" in referral["cases.pause-reason"]["used_in"]
    survey = {one["name"]: one for one in (await call(county, "GET", "/survey/v1/codes")).json()}
    [senco] = survey["course.network"]["codes"]
    assert senco == {
        "code": "senco",
        "words": "SENCO network",
        "valid_from": None,
        "valid_to": None,
    }

"""The start page, what pages rest on, and refusals: for people as pages, for programs as before."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from libs.common.pages.rendering import wants_page
from services.reporting.service import SERVICE
from services.survey.service import SERVICE as SURVEY
from tests.unit.common.pages.browsing import browser, heading, sent, signed_in
from tests.worlds import EMBEDDED, World, world_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SURVEY, SERVICE]) as world:
        yield world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(world) as client:
        yield client


def link(page: httpx.Response, words: str) -> str | None:
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{words}</a>', page.text)
    return found[1] if found else None


async def test_the_start_page_says_what_can_be_opened(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert link(page, "Annual reports") == "/reporting/reports"
    assert link(page, "Sign in") == "/reporting/sign-in"
    assert link(page, "Survey") == "/survey/openapi.json"
    await signed_in(client, "parent")
    as_parent = await client.get("/")
    assert link(as_parent, "Annual reports") is None
    assert "Signed in as <strong>Testparent Fernleigh</strong>" in as_parent.text
    await signed_in(client, "head-of-service")
    assert link(await client.get("/"), "Annual reports") == "/reporting/reports"


async def test_a_program_is_given_json_there(client: httpx.AsyncClient) -> None:
    for accept in ("*/*", "application/json"):
        answer = await client.get("/", headers={"Accept": accept})
        assert answer.json()["services"].keys() == {"survey", "reporting"}
        assert "Accept" in answer.headers["vary"]


async def test_head_is_answered_as_get_is(client: httpx.AsyncClient) -> None:
    for accept, kind in (("text/html", "text/html"), ("*/*", "application/json")):
        answer = await client.head("/", headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/survey", 404),
        ("/reporting/nothing", 404),
        ("/%00", 404),
        ("/reporting/v1/reports/2018-19", 401),
        ("/reporting/reports/2018-19?x=1", 303),
    ],
)
async def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    page = await client.get(path)
    assert page.status_code == status
    if status != 303:
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert heading(page)
        assert page.headers["cache-control"] == "no-store"
    problem = await client.get(path, headers={"Accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert "x" * 12 not in page.text


async def test_a_method_that_is_not_taken_is_a_page_too(client: httpx.AsyncClient) -> None:
    page = await client.delete("/reporting/sign-in")
    assert (page.status_code, heading(page)) == (405, "This page cannot be used that way")
    assert page.headers["allow"] == "GET, HEAD"
    typed = await client.get("/reporting/sign-in/as")
    assert "It does not open from its address alone." in typed.text
    assert "route" not in typed.text


async def test_an_address_with_too_much_in_it_is_said_to_be_that(client: httpx.AsyncClient) -> None:
    await signed_in(client, "head-of-service")
    page = await client.get("/reporting/reports/2018-19?x=1")
    assert (page.status_code, heading(page)) == (400, "The address is not right")
    assert "Check the address." in page.text


async def test_a_form_of_before_a_sign_in_is_said_to_be_out_of_date(
    client: httpx.AsyncClient,
) -> None:
    other_tab = await client.get("/reporting/sign-in")
    await signed_in(client, "head-of-service")
    page = await sent(client, other_tab, "/reporting/sign-in/as", person="parent")
    assert (page.status_code, heading(page)) == (400, "This form is out of date")
    assert "Open the page again" in page.text


async def test_pages_run_nothing_and_are_kept_nowhere_but_their_style(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/reporting/sign-in")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    files = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"', page.text)
    assert len(files) == 2
    for file in files:
        answer = await client.get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        stem, _, rest = file.partition("-")
        other = await client.get(f"{stem}-{'0' * 12}{rest[12:]}")
        assert (other.status_code, other.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, TEXT/HTML;q=0.5", True),
        ("*/*", False),
        ("text/*", False),
        ("text/html;q=0", False),
        ("text/html; q=0.000", False),
        ("text/htmlx", False),
        ("", False),
    ],
)
def test_who_asks_for_html_is_a_person(accept: str, wants: bool) -> None:
    assert wants_page({"type": "http", "headers": [(b"accept", accept.encode())]}) is wants

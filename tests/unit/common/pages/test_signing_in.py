"""Signing in by name, what a session may, how long it lasts, and what ends it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from libs.common.core.clock import FixedClock
from libs.common.pages.sessions import IDLE, LONGEST, Tokens, session
from libs.common.pages.signing_in import SignInSettings, local_path
from libs.common.persistence import tables
from libs.common.runtime.settings import CommonSettings
from services.reporting.service import SERVICE
from tests.unit.common.pages.browsing import REPORT, browser, heading, sent, signed_in
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2026, 11, 27, 5, 4, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def world(tmp_path: Path, clock: FixedClock) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], clock) as world:
        yield world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(world) as client:
        yield client


async def test_who_is_not_signed_in_is_asked_and_comes_back(client: httpx.AsyncClient) -> None:
    asked = await client.get(REPORT)
    assert asked.status_code == 303
    who = await client.get(asked.headers["location"])
    assert (who.status_code, heading(who)) == (200, "Who are you today?")
    answer = await sent(client, who, "/reporting/sign-in/as", person="head-of-service")
    assert (answer.status_code, answer.headers["location"]) == (303, REPORT)
    page = await client.get(REPORT)
    assert (page.status_code, heading(page)) == (200, "Annual report 2018-19")
    assert "Testhead Alderfield" in page.text


async def test_a_program_is_told_401_as_before(world: World, client: httpx.AsyncClient) -> None:
    for accept in ("*/*", "application/json", "text/html;q=0, */*", ""):
        answer = await client.get(REPORT, headers={"Accept": accept})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["content-type"] == "application/problem+json"
    with_token = await client.get(REPORT, headers={**world.as_(now=NOW), "Accept": "*/*"})
    assert with_token.status_code == 200


async def test_a_session_is_for_pages_alone(client: httpx.AsyncClient) -> None:
    await signed_in(client, "head-of-service")
    answer = await client.get("/reporting/v1/reports/2018-19", headers={"Accept": "*/*"})
    assert answer.status_code == 401


async def test_who_has_no_right_is_told_so_in_words(client: httpx.AsyncClient) -> None:
    await signed_in(client, "parent")
    page = await client.get(REPORT)
    assert (page.status_code, heading(page)) == (403, "You cannot open this page")
    assert "You are signed in as Testparent Fernleigh" in page.text
    assert "Sign out" in page.text


async def test_a_page_is_audited_as_a_call_is(world: World, client: httpx.AsyncClient) -> None:
    await signed_in(client, "head-of-service")
    await client.get(REPORT)
    await signed_in(client, "parent")
    await client.get(REPORT)
    async with world.database("reporting").reading() as connection:
        rows = (await connection.execute(select(tables.audit).order_by("number"))).all()
    assert [(r.subject, r.action, r.outcome) for r in rows] == [
        ("demo-head-of-service", "session.begin", "done"),
        ("demo-head-of-service", "report.read", "read"),
        ("demo-parent", "session.begin", "done"),
        ("demo-parent", "report.read", "not-allowed"),
    ]


async def test_a_session_ends_unused_and_in_any_case(
    client: httpx.AsyncClient, clock: FixedClock
) -> None:
    await signed_in(client, "head-of-service")
    for _ in range(int(LONGEST / (IDLE - timedelta(minutes=1)))):
        clock.advance(IDLE - timedelta(minutes=1))
        assert (await client.get(REPORT)).status_code == 200
    clock.advance(IDLE - timedelta(minutes=1))
    assert (await client.get(REPORT)).status_code == 303
    await signed_in(client, "head-of-service")
    clock.advance(IDLE)
    assert (await client.get(REPORT)).status_code == 303


async def test_signing_out_ends_the_session_for_whoever_has_the_cookie(
    world: World, client: httpx.AsyncClient
) -> None:
    await signed_in(client, "head-of-service")
    kept = dict(client.cookies)
    page = await client.get(REPORT)
    answer = await sent(client, page, "/reporting/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/reporting/signed-out")
    assert heading(await client.get("/reporting/signed-out")) == "You are signed out"
    assert not client.cookies
    client.cookies.update(kept)
    assert (await client.get(REPORT)).status_code == 303
    async with world.database("reporting").reading() as connection:
        count = await connection.execute(select(func.count()).select_from(session))
    assert count.scalar_one() == 0


async def test_the_table_opens_nothing(world: World, client: httpx.AsyncClient) -> None:
    await signed_in(client, "head-of-service")
    (cookie,) = client.cookies.values()
    async with world.database("reporting").reading() as connection:
        row = (await connection.execute(select(session))).one()
    assert row.id != cookie
    assert cookie.encode() not in row.sealed
    for readable in (b"Testhead", b"eyJ", b"access"):
        assert readable not in row.sealed


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "site"],
)
@pytest.mark.parametrize("action", ["/reporting/sign-in/as", "/reporting/sign-out"])
async def test_a_form_from_elsewhere_is_refused(
    client: httpx.AsyncClient, action: str, headers: dict[str, str]
) -> None:
    who = await client.get("/reporting/sign-in")
    if action.endswith("out"):
        await sent(client, who, "/reporting/sign-in/as", person="head-of-service")
        who = await client.get(REPORT)
    client.headers.update(headers)
    answer = await sent(client, who, action, person="head-of-service")
    assert (answer.status_code, heading(answer)) == (400, "This form is out of date")


@pytest.mark.parametrize("token", ["", "x", "é", None])
async def test_a_form_without_its_token_is_refused(
    client: httpx.AsyncClient, token: str | None
) -> None:
    await signed_in(client, "head-of-service")
    fields = {} if token is None else {"form_token": token}
    answer = await client.post("/reporting/sign-out", data={"a": "b", **fields})
    assert answer.status_code == 400
    assert (await client.get(REPORT)).status_code == 200


async def test_a_form_of_another_browser_is_refused(
    world: World, client: httpx.AsyncClient
) -> None:
    async with browser(world) as other:
        theirs = await other.get("/reporting/sign-in")
        await client.get("/reporting/sign-in")
        answer = await sent(client, theirs, "/reporting/sign-in/as", person="head-of-service")
    assert answer.status_code == 400


async def test_what_is_no_form_is_refused(client: httpx.AsyncClient) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    await client.get("/reporting/sign-in")
    for body in (b"a=1&a=2", b"\xff=1", b"a", b"&".join([b"a%d=1" % n for n in range(201)])):
        answer = await client.post("/reporting/sign-in/as", content=body, headers=kind)
        assert answer.status_code == 400
    large = await client.post("/reporting/sign-in/as", content=b"a=" + b"x" * 64_000, headers=kind)
    assert large.status_code == 413
    json = await client.post("/reporting/sign-in/as", json={})
    assert json.status_code == 415


async def test_nobody_chosen_is_said_at_the_form(client: httpx.AsyncClient) -> None:
    who = await client.get("/reporting/sign-in")
    for person in ({}, {"person": "nobody"}):
        answer = await sent(client, who, "/reporting/sign-in/as", **person)
        assert answer.status_code == 422
        assert "Choose who you are today" in answer.text
        assert answer.text.count("<title>Error: ") == 1


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "/é",
        "/" + "x" * 2_000,
        "",
    ],
)
async def test_nobody_is_sent_elsewhere(client: httpx.AsyncClient, to: str) -> None:
    assert local_path(to) == "/"
    who = await client.get("/reporting/sign-in")
    answer = await sent(client, who, "/reporting/sign-in/as", person="parent", to=to)
    assert answer.headers["location"] == "/"


async def test_in_production_nobody_is_anybody(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], sign_in=SignInSettings()) as world:
        async with browser(world) as client:
            page = await client.get("/reporting/sign-in")
            assert (page.status_code, heading(page)) == (404, "There is no such page")
            assert "not set up" in page.text
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await client.post("/reporting/sign-in/as", content=b"person=x", headers=kind)
            assert answer.status_code == 404


@pytest.mark.parametrize(
    "headers", [{}, {"Cookie": "sssen-reporting-session=x"}, {"Cookie": "\xff"}], ids=str
)
async def test_a_cookie_that_is_none_of_ours_is_nobody(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    sent_headers = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await client.get(REPORT, headers=sent_headers)  # type: ignore[arg-type]  # bytes too
    assert answer.status_code == 303


async def test_cookies_are_kept_from_scripts_and_from_other_sites(tmp_path: Path) -> None:
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world, browser(world) as client:
        answer = await signed_in(client, "parent")
        given = answer.headers.get_list("set-cookie")
        assert any(one.startswith("sssen-reporting-session=") for one in given)
        for one in given:
            assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(one.split("; "))


def test_tokens_open_with_their_own_secret_alone() -> None:
    from cryptography.exceptions import InvalidTag

    from libs.common.pages.secrets import Secret

    tokens = Tokens(access="a", expires_at=NOW, name="n", refresh="r")
    secret = Secret.new()
    assert Tokens.open(tokens.seal(secret), secret) == tokens
    with pytest.raises(InvalidTag):
        Tokens.open(tokens.seal(secret), Secret.new())


def test_production_settings_have_no_people() -> None:
    from libs.common.runtime.process import sign_in_of

    development = CommonSettings.load("reporting", {})
    assert sign_in_of(development).people is not None
    production = CommonSettings.load(
        "reporting",
        {
            "PROFILE": "production",
            "REPORTING_DATABASE_URL": "sqlite:/srv/reporting.db",
            "BUS_URL": "local:/srv/bus.db",
            "ALLOWED_HOSTS": "sen.county.example",
            "AUTH_ISSUER": "https://identity.county.example",
            "AUTH_KEY_SET": "https://identity.county.example/keys",
        },
    )
    assert sign_in_of(production).people is None

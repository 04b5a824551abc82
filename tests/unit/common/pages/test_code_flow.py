"""What is believed of a provider's answer, and what is not; renewing, and signing out there."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from libs.common.core.clock import FixedClock
from libs.common.pages.code_flow import CodeFlow
from libs.common.pages.signing_in import SignInSettings
from libs.common.runtime.settings import CommonSettings
from libs.common.security import TokenChecker
from libs.common.security.fetching import FETCH_SECONDS
from services.reporting.service import SERVICE
from tests.unit.common.pages.browsing import REPORT, browser, heading, sent
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2026, 11, 27, 5, 4, tzinfo=UTC)
ISSUER, SITE = "https://identity.county.example", "https://sen.county.example"
CLIENT, LIFETIME = "sssen-pages", 600
Changed = Callable[[dict[str, Any]], dict[str, Any]]


class Dripping(httpx.AsyncByteStream):
    """A body that never ends: a byte before each wait for one is over."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(1)


@dataclass
class Issuer:
    """A made-up provider: what it says can be changed, and what it was asked is kept."""

    clock: FixedClock
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k"}))
    nonce: str = ""
    identity: Changed = lambda claims: claims
    answer: Changed = lambda answer: answer
    header: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=lambda: ["head-of-service"])
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    discovery: dict[str, str] = field(default_factory=dict)
    slow: bool = False

    def respond(self, request: httpx.Request) -> httpx.Response:
        """Answer for discovery, keys and tokens."""
        if request.url.path.endswith("configuration"):
            paths = {
                "jwks_uri": "keys",
                "authorization_endpoint": "auth",
                "token_endpoint": "token",
            }
            where = {name: f"{ISSUER}/{path}" for name, path in paths.items()}
            return httpx.Response(200, json={"issuer": ISSUER, **where, **self.discovery})
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        self.asked.append(dict(parse_qsl(request.content.decode())))
        self.asked[-1]["authorization"] = request.headers["authorization"]
        if self.slow:
            return httpx.Response(200, stream=Dripping())
        return httpx.Response(self.status, json=self.answer(self._tokens()))

    def _tokens(self) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        claims = {"iss": ISSUER, "iat": now, "exp": now + LIFETIME, "sub": "s-1"}
        identity = claims | {"aud": CLIENT, "nonce": self.nonce, "name": "Fictitia Alderfield"}
        access = claims | {"aud": "sssen", "roles": self.roles}
        return {
            "access_token": self._signed(access, {"typ": "at+jwt"}),
            "id_token": self._signed(self.identity(identity), self.header),
            "refresh_token": f"r-{len(self.asked)}",
            "expires_in": LIFETIME,
            "token_type": "Bearer",
        }

    def _signed(self, claims: dict[str, Any], header: dict[str, str]) -> str:
        own = {"alg": "ES256", "kid": "k", **header}
        return jws.serialize_compact(own, json.dumps(claims), self.key, algorithms=["ES256"])


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def issuer(clock: FixedClock) -> Issuer:
    return Issuer(clock)


@pytest.fixture
async def world(tmp_path: Path, clock: FixedClock, issuer: Issuer) -> AsyncIterator[World]:
    secret = tmp_path / "secret"
    secret.write_text("a b%c\n")
    secret.chmod(0o600)
    told = {
        "VAR_DIR": str(tmp_path),
        "AUTH_ISSUER": ISSUER,
        "AUTH_CLIENT_ID": CLIENT,
        "AUTH_CLIENT_SECRET_FILE": str(secret),
        "PUBLIC_URL": SITE,
    }
    settings = CommonSettings.load("reporting", told)
    transport = httpx.MockTransport(issuer.respond)
    sign_in = SignInSettings(provider=CodeFlow(settings, transport), pages_url=SITE)
    tokens = TokenChecker(settings, transport=transport)
    async with world_of(
        EMBEDDED, tmp_path, [SERVICE], clock, sign_in=sign_in, tokens=lambda _: tokens
    ) as world:
        yield world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(world, SITE) as client:
        yield client


async def come_back(
    client: httpx.AsyncClient, issuer: Issuer, **changed: str | None
) -> httpx.Response:
    """Go to the provider and come back from it with a code, some of the answer changed."""
    leaving = await client.get("/reporting/sign-in", params={"to": REPORT})
    asked = {k: v[0] for k, v in parse_qs(urlsplit(leaving.headers["location"]).query).items()}
    issuer.nonce = issuer.nonce or asked["nonce"]
    answer = {"code": "c-1", "state": asked["state"], "iss": ISSUER, "session_state": "x"} | changed
    given = {name: value for name, value in answer.items() if value is not None}
    return await client.get("/reporting/sign-in/callback", params=given)


async def test_the_question_is_the_code_flows_with_pkce(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    leaving = await client.get("/reporting/sign-in")
    place = urlsplit(leaving.headers["location"])
    asked = parse_qs(place.query)
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{ISSUER}/auth"
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{SITE}/reporting/sign-in/callback"]
    assert asked["scope"] == ["openid profile offline_access"]
    for one in ("state", "nonce", "code_challenge"):
        assert len(asked[one][0]) == 43


async def test_what_the_providers_own_address_asks_stays(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    issuer.discovery = {"authorization_endpoint": f"{ISSUER}/auth?p=sign-in"}
    leaving = await client.get("/reporting/sign-in")
    asked = parse_qs(urlsplit(leaving.headers["location"]).query)
    assert (asked["p"], asked["response_type"], "state" in asked) == (["sign-in"], ["code"], True)


async def test_an_answer_that_does_not_end_is_not_waited_for(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    issuer.slow = True
    async with asyncio.timeout(FETCH_SECONDS + 2):
        back = await come_back(client, issuer)
    assert (back.status_code, back.headers["retry-after"]) == (503, "5")


async def test_who_comes_back_is_signed_in_where_they_wanted_to_be(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    back = await come_back(client, issuer)
    assert (back.status_code, back.headers["location"]) == (303, REPORT)
    names = {one.partition("=")[0] for one in back.headers.get_list("set-cookie")}
    assert names == {f"__Host-sssen-reporting-{one}" for one in ("session", "begun", "to")}
    for one in back.headers.get_list("set-cookie"):
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(one.split("; "))
    page = await client.get(REPORT)
    assert "Fictitia Alderfield" in page.text
    (asked,) = issuer.asked
    assert (asked["grant_type"], asked["code"]) == ("authorization_code", "c-1")
    assert len(asked["code_verifier"]) == 43
    basic = httpx.BasicAuth(CLIENT, "a%20b%25c")
    expected = next(basic.auth_flow(httpx.Request("GET", SITE))).headers["authorization"]
    assert asked["authorization"] == expected


async def test_who_signs_in_anew_leaves_no_session_behind(
    world: World, client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await come_back(client, issuer)
    async with browser(world, SITE) as other:
        other.cookies.update(client.cookies)
        assert (await other.get(REPORT)).status_code == 200
        issuer.nonce = ""
        await come_back(client, issuer)
        assert (await other.get(REPORT)).status_code == 303
    assert (await client.get(REPORT)).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "x" * 43},
        {"state": None},
        {"code": None},
        {"iss": "https://evil.example"},
        {"code": None, "error": "access_denied"},
        {"state": "é"},
    ],
    ids=str,
)
async def test_an_answer_to_another_question_is_refused(
    client: httpx.AsyncClient, issuer: Issuer, changed: dict[str, str | None]
) -> None:
    back = await come_back(client, issuer, **changed)
    assert (back.status_code, heading(back)) == (401, "You need to sign in")
    assert (issuer.asked, "location" in back.headers) == ([], False)
    assert (await client.get(REPORT)).status_code == 303


async def test_an_answer_in_another_browser_is_refused(
    world: World, client: httpx.AsyncClient, issuer: Issuer
) -> None:
    leaving = await client.get("/reporting/sign-in")
    state = parse_qs(urlsplit(leaving.headers["location"]).query)["state"][0]
    async with browser(world, SITE) as other:
        for _ in range(2):
            back = await other.get(
                "/reporting/sign-in/callback", params={"code": "c", "state": state}
            )
            assert back.status_code == 401
            await other.get("/reporting/sign-in")
    assert issuer.asked == []


@pytest.mark.parametrize(
    "identity",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another", "and-another"]},
        {"azp": "another"},
        {"exp": int(NOW.timestamp()) - 100},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 100},
        {"sub": None},
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_us_now_is_refused(
    client: httpx.AsyncClient, issuer: Issuer, identity: dict[str, Any]
) -> None:
    issuer.identity = lambda claims: {
        name: value for name, value in (claims | identity).items() if value is not None
    }
    assert (await come_back(client, issuer)).status_code == 401


@pytest.mark.parametrize("header", [{"kid": "other"}, {"kid": ""}], ids=str)
async def test_an_id_token_of_another_key_is_refused(
    client: httpx.AsyncClient, issuer: Issuer, header: dict[str, str]
) -> None:
    issuer.header = header
    assert (await come_back(client, issuer)).status_code == 401


@pytest.mark.parametrize(
    "answer",
    [
        {"id_token": "e30.e30."},
        {"id_token": "eyJhbGciOiJub25lIn0.e30."},
        {"id_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6WyJrIl19.e30.AA"},  # "kid": ["k"]
        {"id_token": None},
        {"id_token": 1},
        {"access_token": None},
        {"expires_in": "soon"},
        {"expires_in": "²"},
        {"expires_in": 10**30},
        {"expires_in": -1},
    ],
    ids=str,
)
async def test_an_answer_without_what_is_needed_is_refused(
    client: httpx.AsyncClient, issuer: Issuer, answer: dict[str, Any]
) -> None:
    issuer.answer = lambda given: given | answer
    assert (await come_back(client, issuer)).status_code == 401


@pytest.mark.parametrize("roles", [[], ["of-something-else"], None], ids=str)
async def test_whose_account_has_no_role_is_told_so(
    client: httpx.AsyncClient, issuer: Issuer, roles: list[str] | None
) -> None:
    if roles is None:
        issuer.answer = lambda given: given | {"access_token": "opaque"}
    else:
        issuer.roles = roles
    back = await come_back(client, issuer)
    assert (back.status_code, heading(back)) == (403, "You cannot open this page")
    assert "has no role in this service" in back.text
    assert (await client.get(REPORT)).status_code == 303


@pytest.mark.parametrize(("status", "told"), [(400, 401), (401, 401), (500, 503), (503, 503)])
async def test_a_provider_that_refuses_is_told_from_one_that_is_away(
    client: httpx.AsyncClient, issuer: Issuer, status: int, told: int
) -> None:
    issuer.status = status
    back = await come_back(client, issuer)
    assert back.status_code == told
    assert back.headers["content-type"].startswith("text/html")


async def test_tokens_are_renewed_once_whoever_asks(
    client: httpx.AsyncClient, issuer: Issuer, clock: FixedClock
) -> None:
    await come_back(client, issuer)
    clock.advance(timedelta(seconds=LIFETIME - 61))
    await client.get(REPORT)
    assert len(issuer.asked) == 1
    for passed in (timedelta(seconds=2), timedelta(seconds=LIFETIME + 60)):
        clock.advance(passed)
        before = len(issuer.asked)
        pages = await asyncio.gather(*(client.get("/reporting/reports") for _ in range(5)))
        assert [page.status_code for page in pages] == [200] * 5
        (asked,) = issuer.asked[before:]
        assert (asked["grant_type"], asked["refresh_token"]) == ("refresh_token", f"r-{before}")


async def test_a_refused_renewal_ends_the_session(
    client: httpx.AsyncClient, issuer: Issuer, clock: FixedClock
) -> None:
    await come_back(client, issuer)
    clock.advance(timedelta(seconds=LIFETIME - 30))
    issuer.status = 400
    assert (await client.get(REPORT)).status_code == 303
    issuer.status = 200
    assert (await client.get(REPORT)).status_code == 303
    assert len(issuer.asked) == 2


async def test_while_the_provider_is_away_a_token_serves_to_its_end(
    client: httpx.AsyncClient, issuer: Issuer, clock: FixedClock
) -> None:
    await come_back(client, issuer)
    issuer.status = 503
    clock.advance(timedelta(seconds=LIFETIME - 30))
    assert (await client.get(REPORT)).status_code == 200
    clock.advance(timedelta(seconds=31))
    away = await client.get(REPORT)
    assert (away.status_code, heading(away)) == (503, "The service is busy")
    issuer.status = 200
    assert (await client.get(REPORT)).status_code == 200


@pytest.mark.parametrize("named", [True, False])
async def test_signing_out_ends_at_the_provider_where_it_names_how(
    client: httpx.AsyncClient, issuer: Issuer, named: bool
) -> None:
    issuer.discovery = {"end_session_endpoint": f"{ISSUER}/end?x=1"} if named else {}
    await come_back(client, issuer)
    page = await client.get(REPORT)
    policy = page.headers["content-security-policy"]
    assert f"form-action 'self'{f' {ISSUER}' if named else ''};" in policy
    out = await sent(client, page, "/reporting/sign-out")
    place = urlsplit(out.headers["location"])
    if not named:
        assert out.headers["location"] == "/reporting/signed-out"
        return
    asked = parse_qs(place.query)
    assert (place.netloc, place.path, asked["x"]) == ("identity.county.example", "/end", ["1"])
    assert asked["post_logout_redirect_uri"] == [f"{SITE}/reporting/signed-out"]
    assert len(asked["id_token_hint"][0].split(".")) == 3

"""What an issuer says of itself is fetched seldom, over TLS, and believed only of itself."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.common.core.errors import Unavailable
from libs.common.security import AuthSettings, Discovery, Provider
from libs.common.security.fetching import Fetcher, Unusable
from tests.secured.papers import Paper, Papers

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
ISSUER = "https://identity.county.example/realms/county"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "jwks_uri": "https://keys.county.example/jwks",
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "end_session_endpoint": f"{ISSUER}/logout",
    "scopes_supported": ["openid"],
}


class Published:
    """What is published where, and what was asked for."""

    def __init__(self, document: object = DOCUMENT, status: int = 200) -> None:
        self.body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.status = status
        self.asked: list[str] = []

    def discovery(self, issuer: str = ISSUER) -> Discovery:
        settings = AuthSettings(auth_issuer=issuer, auth_key_set="discovery")
        return Discovery(settings, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        headers = {"Location": "https://elsewhere.example"} if self.status == 302 else {}
        return httpx.Response(self.status, content=self.body, headers=headers)


def found(published: Published, issuer: str = ISSUER) -> Provider:
    return asyncio.run(published.discovery(issuer).provider(NOW))


def test_an_issuer_says_where_its_things_are() -> None:
    published = Published()
    assert found(published) == Provider(
        issuer=ISSUER,
        jwks_uri="https://keys.county.example/jwks",
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        end_session_endpoint=f"{ISSUER}/logout",
    )
    assert published.asked == [f"{ISSUER}/.well-known/openid-configuration"]


def test_a_slash_at_the_end_of_an_issuer_is_not_doubled() -> None:
    published = Published({"issuer": f"{ISSUER}/", "jwks_uri": f"{ISSUER}/keys"})
    assert found(published, f"{ISSUER}/").authorization_endpoint is None
    assert published.asked == [f"{ISSUER}/.well-known/openid-configuration"]


UNUSABLE: dict[str, object] = {
    "of another issuer": {**DOCUMENT, "issuer": "https://elsewhere.example"},
    "of an issuer with a slash": {**DOCUMENT, "issuer": f"{ISSUER}/"},
    "of many issuers": {**DOCUMENT, "issuer": ISSUER.replace("county", "{tenantid}")},
    "of no issuer": {k: v for k, v in DOCUMENT.items() if k != "issuer"},
    "without keys": {k: v for k, v in DOCUMENT.items() if k != "jwks_uri"},
    "with keys by http": {**DOCUMENT, "jwks_uri": "http://keys.county.example/jwks"},
    "with keys in a file": {**DOCUMENT, "jwks_uri": "/etc/keys.json"},
    "with keys in a list": {**DOCUMENT, "jwks_uri": ["https://keys.county.example/jwks"]},
    "with a sign-in by http": {**DOCUMENT, "authorization_endpoint": "http://a.example"},
    "with a script for a sign-out": {**DOCUMENT, "end_session_endpoint": "javascript:alert(1)"},
    "with a password": {**DOCUMENT, "token_endpoint": "https://a:b@a.example/token"},
    "of two issuers": f'{json.dumps(DOCUMENT)[:-1]}, "issuer": "https://b.example"}}'.encode(),
    "in a list": [DOCUMENT],
    "of no form": b"<html>",
    "of nothing": b"",
    "too large": b" " * 300_000,
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_document_that_cannot_be_believed_is_not_used(name: str) -> None:
    with pytest.raises(Unavailable) as caught:
        found(Published(UNUSABLE[name]))
    assert caught.value.code == "identity-provider-unavailable"
    assert caught.value.headers == {"Retry-After": "30"}


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_answer_but_200_is_none(status: int) -> None:
    with pytest.raises(Unavailable):
        found(Published(status=status))


def test_a_document_is_fetched_seldom_and_serves_while_its_issuer_is_down() -> None:
    async def story() -> None:
        published = Published()
        discovery = published.discovery()
        for minutes in range(5):
            assert await discovery.provider(NOW + timedelta(minutes=minutes))
        assert len(published.asked) == 1
        published.status = 503
        assert await discovery.provider(NOW + timedelta(hours=24))
        assert len(published.asked) == 2
        with pytest.raises(Unavailable):
            await discovery.provider(NOW + timedelta(hours=24, seconds=1))
        published.status = 200
        assert await discovery.provider(NOW + timedelta(hours=24, seconds=31))

    asyncio.run(story())


@asynccontextmanager
async def https(paper: Paper) -> AsyncIterator[str]:
    """Serve one empty object over TLS; yield the address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper.certificate, paper.key)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_an_issuer_is_believed_by_its_own_authority_alone(tmp_path: Path) -> None:
    papers = Papers(tmp_path / "ours")
    async with https(papers.for_server()) as url:
        assert await Fetcher(papers.authority).get(url) == b"{}"
        for other in (None, Papers(tmp_path / "other").authority, tmp_path / "missing.pem"):
            with pytest.raises(Unusable):
                await Fetcher(other).get(url)


async def test_an_issuer_has_a_certificate_of_its_name_that_holds_now(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    for paper in (papers.for_server("elsewhere.example"), papers.expired()):
        async with https(paper) as url:
            with pytest.raises(Unusable):
                await Fetcher(papers.authority).get(url)

"""A real OpenID Connect provider (`oidc-provider`) as a process, and people who sign in with it."""

import asyncio
import json
import ssl
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import ECKey, RSAKey

from deploy.local.outside import FOLDER
from deploy.local.processes import free_port
from tests.secured.papers import Papers

CALLBACK = "https://sen.county.example/signed-in"
PAGES = ("sssen-pages", "a-fictional-secret-of-the-pages-000")
SYSTEM = ("county-send-system", "a-fictional-secret-of-the-system-00")
_SYSTEM = {
    "client_id": SYSTEM[0],
    "client_secret": SYSTEM[1],
    "redirect_uris": [],
    "response_types": [],
    "grant_types": ["client_credentials"],
}
VERIFIER = "a-fictional-verifier-that-is-43-characters-long"
START_SECONDS = 30.0

LIFETIME = 600
"""Seconds that an access token lasts."""

Keys = Sequence[ECKey | RSAKey]
Client = Mapping[str, object]


def new_keys(name: str) -> Keys:
    """Make a key for each kind of signature."""
    return (
        ECKey.generate_key("P-256", {"kid": f"{name}-ec", "use": "sig"}),
        RSAKey.generate_key(2048, {"kid": f"{name}-rsa", "use": "sig"}),
    )


def client_of_pages(id_: str, secret: str, callback: str, signed_out: str) -> Client:
    """Return the client by which people sign in, as the provider takes it."""
    return {
        "client_id": id_,
        "client_secret": secret,
        "redirect_uris": [callback],
        "post_logout_redirect_uris": [signed_out],
        "grant_types": ["authorization_code", "refresh_token"],
    }


@dataclass(frozen=True)
class OutsideProvider:
    """A provider at work."""

    issuer: str
    authority: Path

    def client(self) -> httpx.AsyncClient:
        """Return a browser's or a program's connection to it."""
        return httpx.AsyncClient(
            verify=ssl.create_default_context(cafile=self.authority), base_url=self.issuer
        )

    async def for_a_system(self, algorithm: str) -> str:
        """Return an access token of the county's own system, by client credentials."""
        grant = {"grant_type": "client_credentials", "resource": _resource(algorithm)}
        async with self.client() as client:
            answer = await client.post("/token", data=grant | {"scope": "sssen"}, auth=SYSTEM)
        return str(answer.raise_for_status().json()["access_token"])

    async def for_a_person(self, name: str, algorithm: str) -> tuple[str, str]:
        """Return a person's access token and ID token, by the code flow with PKCE."""
        async with self.client() as client:
            code = await _signed_in(client, name, _resource(algorithm))
            grant = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": CALLBACK,
                "code_verifier": VERIFIER,
                "resource": _resource(algorithm),
            }
            answer = await client.post("/token", data=grant, auth=PAGES)
        tokens = answer.raise_for_status().json()
        return tokens["access_token"], tokens["id_token"]


async def _signed_in(client: httpx.AsyncClient, name: str, resource: str) -> str:
    challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    answer = await client.get(
        "/auth",
        params={
            "client_id": PAGES[0],
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid sssen",
            "resource": resource,
            "nonce": "a-fictional-nonce",
            "state": "a-fictional-state",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        },
    )
    while not (where := answer.headers.get("location", "")).startswith(CALLBACK):
        if answer.is_redirect:
            answer = await client.get(where)
            continue
        answer.raise_for_status()
        answer = await client.get(answer.url.copy_with(params={"as": name}))
    return str(parse_qs(urlsplit(where).query)["code"][0])


@asynccontextmanager
async def provided(
    papers: Papers,
    keys: Keys,
    people: Mapping[str, object],
    port: int | None = None,
    pages: Client | None = None,
) -> AsyncIterator[OutsideProvider]:
    """Run the provider with these keys, the first of each kind in use, and these people.

    ``pages`` is the client by which people sign in, unless it is that of `for_a_person`.
    """
    port = port or free_port()
    paper = papers.for_server("localhost", name="provider")
    asked: dict[str, Any] = {
        "port": port,
        "certificate": str(paper.certificate),
        "key": str(paper.key),
        "keys": {"keys": [key.as_dict(private=True) for key in keys]},
        "people": people,
        "clients": [pages or client_of_pages(*PAGES, CALLBACK, CALLBACK), _SYSTEM],
        "lifetime": LIFETIME,
    }
    process = await asyncio.create_subprocess_exec(
        "node", "provider.mjs", json.dumps(asked), cwd=FOLDER, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readuntil(b"ready\n"), START_SECONDS)
        yield OutsideProvider(f"https://localhost:{port}", papers.authority)
    finally:
        process.terminate()
        await process.communicate()


def _resource(algorithm: str) -> str:
    return f"https://sen.county.example/{algorithm}"

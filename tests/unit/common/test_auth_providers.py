"""Tokens as Keycloak, Microsoft Entra ID and others make them are accepted by settings alone.

What each sends is a file in ``tokens/``, after what the provider documents; everything in them is
made up. They are signed here.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from libs.common.core.errors import DomainError, Unauthenticated
from libs.common.runtime.settings import CommonSettings
from libs.common.security import Actor, References, Role, TokenChecker

FILES = {path.stem: path for path in (Path(__file__).parent / "tokens").glob("*.json")}
NOW = datetime(2019, 1, 31, 9, 30, 10, tzinfo=UTC)
KEYS = [RSAKey.generate_key(2048) for _ in range(2)]
PRODUCTION = {
    "PROFILE": "production",
    "REFERRAL_DATABASE_URL": "sqlite:/srv/referral.db",
    "BUS_URL": "local:/srv/bus.db",
    "ALLOWED_HOSTS": "sen.county.example",
}


@dataclass
class Provider:
    """A provider of identities as a county has one, and what it publishes."""

    content: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return dict(self.content["settings"])

    def token(self, claims: Mapping[str, object], **header: object) -> str:
        wanted = {**self.content["header"], **header}
        return jwt.encode(wanted, dict(claims), KEYS[0], ["RS256", "PS256"], default_type=None)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        published = self.content["discovery"]
        issuer = published["issuer"].removesuffix("/")
        documents = {
            f"{issuer}/.well-known/openid-configuration": published,
            published["jwks_uri"]: {"keys": list(self._keys())},
        }
        found = documents.get(str(request.url))
        return httpx.Response(404 if found is None else 200, json=found)

    def _keys(self) -> Iterator[dict[str, Any]]:
        others = self.content["other_keys"]
        for key, members in zip(KEYS, [self.content["key"], *others], strict=False):
            yield {**key.as_dict(private=False), **members}

    def actor(self, token: str, settings: Mapping[str, str]) -> Actor:
        loaded = CommonSettings.load("referral", {**PRODUCTION, **settings})
        checker = TokenChecker(loaded, transport=httpx.MockTransport(self.answer))
        return asyncio.run(checker.actor(f"Bearer {token}", NOW))


def provider(name: str) -> Provider:
    return Provider(json.loads(FILES[name].read_text()))


def expected(content: Mapping[str, Any]) -> Actor:
    reach = content["references"]
    nobody: frozenset[Any] = frozenset()
    return Actor(
        subject=content["subject"],
        roles=frozenset(map(Role, content["roles"])),
        teams=nobody,
        schools=nobody,
        children=nobody,
        staff_id=None,
        references=References(
            teams=frozenset(reach.get("teams", ())),
            schools=frozenset(reach.get("schools", ())),
            children=frozenset(map(tuple, reach.get("children", ()))),
            staff=reach.get("staff"),
        ),
    )


def test_the_shapes_are_those_of_providers() -> None:
    assert FILES.keys() == {"keycloak", "entra", "namespaced"}


@pytest.mark.parametrize("name", FILES)
def test_an_access_token_is_accepted_by_settings_alone(name: str) -> None:
    county = provider(name)
    token = county.token(county.content["access_token"])
    assert county.actor(token, county.settings) == expected(county.content["actor"])
    assert county.asked[-1] == county.content["discovery"]["jwks_uri"]
    assert len(county.asked) == 2


def settings_of_all() -> list[tuple[str, str]]:
    return [(name, setting) for name in FILES for setting in provider(name).settings]


@pytest.mark.parametrize(("name", "setting"), settings_of_all())
def test_each_setting_is_needed(name: str, setting: str) -> None:
    county = provider(name)
    token = county.token(county.content["access_token"])
    settings = {k: v for k, v in county.settings.items() if k != setting}
    if setting == "AUTH_ISSUER":
        settings[setting] = f"{county.settings[setting]}x"
    try:
        found: Actor | None = county.actor(token, settings)
    except DomainError:
        found = None
    assert found != expected(county.content["actor"])


@pytest.mark.parametrize("name", FILES)
def test_its_id_token_is_refused(name: str) -> None:
    county = provider(name)
    with pytest.raises(Unauthenticated):
        county.actor(county.token(county.content["id_token"]), county.settings)


ID_TOKEN_MARKS: list[dict[str, object]] = [{"nonce": "n"}, {"at_hash": "h"}, {"c_hash": "h"}]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mark", [*ID_TOKEN_MARKS, {"typ": "ID"}], ids=str)
def test_any_one_mark_of_an_id_token_is_enough(name: str, mark: dict[str, object]) -> None:
    county = provider(name)
    with pytest.raises(Unauthenticated):
        county.actor(county.token(county.content["access_token"] | mark), county.settings)


def test_what_is_meant_for_our_own_sign_in_is_refused() -> None:
    county = provider("keycloak")
    token = county.token(county.content["access_token"])
    settings = county.settings | {"AUTH_CLIENT_ID": "sssen-pages"}
    assert county.actor(token, settings)
    with pytest.raises(Unauthenticated):
        county.actor(token, settings | {"AUTH_CLIENT_ID": "account"})


@pytest.mark.parametrize(
    "aud",
    [
        ["account"],
        "account",
        ["sssen2", "account"],
        [["sssen"], "account"],
        ["sssen", 1],
        ["sssen", ["x"]],
        [],
        {"sssen": True},
        None,
    ],
    ids=str,
)
def test_a_list_of_audiences_must_hold_ours(aud: object) -> None:
    county = provider("keycloak")
    with pytest.raises(Unauthenticated):
        county.actor(county.token(county.content["access_token"] | {"aud": aud}), county.settings)


@pytest.mark.parametrize("header", [{"typ": "JOSE"}, {"typ": "at+jwt"}, {"typ": "none"}], ids=str)
def test_only_the_types_of_the_settings_are_taken(header: dict[str, object]) -> None:
    county = provider("keycloak")
    token = county.token(county.content["access_token"], **header)
    with pytest.raises(Unauthenticated):
        county.actor(token, county.settings)
    every = county.settings | {"AUTH_TOKEN_TYPES": "at+jwt,JWT,none"}
    if header["typ"] == "at+jwt":
        assert county.actor(token, every)
    else:
        with pytest.raises(Unauthenticated):
            county.actor(token, every)


def test_only_the_algorithms_of_the_settings_are_taken() -> None:
    county = provider("namespaced")
    token = county.token(county.content["access_token"])
    assert county.actor(token, county.settings | {"AUTH_ALGORITHMS": "RS256,PS256"})
    with pytest.raises(Unauthenticated):
        county.actor(token, county.settings | {"AUTH_ALGORITHMS": "RS256,ES256"})


def test_leeway_is_as_the_settings_say_and_no_more() -> None:
    county = provider("namespaced")  # issued 40.5 seconds ahead of our clock
    claims = county.content["access_token"]
    at = county.settings | {"AUTH_LEEWAY_SECONDS": "41"}
    assert county.actor(county.token(claims), at)
    with pytest.raises(Unauthenticated):
        county.actor(county.token(claims), at | {"AUTH_LEEWAY_SECONDS": "40"})
    with pytest.raises(Unauthenticated):
        county.actor(county.token(claims | {"iat": claims["iat"] + 20}), county.settings)


def test_where_roles_are_named_ours_count_for_nothing_by_themselves() -> None:
    county = provider("keycloak")
    roles = {"realm_access": {"roles": ["administrator", "head-of-service", "SEN Teacher"]}}
    token = county.token(county.content["access_token"] | roles)
    assert county.actor(token, county.settings).roles == {Role.SUPPORT_TEACHER}


@pytest.mark.parametrize("there", [{}, {"roles": None}, [], "roles", 7, None], ids=str)
def test_a_path_that_leads_nowhere_finds_nothing(there: object) -> None:
    county = provider("keycloak")
    token = county.token(county.content["access_token"] | {"realm_access": there})
    assert county.actor(token, county.settings).roles == frozenset()

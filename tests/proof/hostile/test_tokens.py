"""Forged tokens, sent to a real service on a real port: one answer, and nothing done."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from libs.common.persistence import tables
from tests.integration.test_commands import COMPLIMENT, count
from tests.proof.hostile.operations import in_one_world
from tests.proof.hostile.serving import Heard, request_bytes, said, served
from tests.worlds import World

URL = "/survey/v1/compliments"
Part = dict[str, Any]


def encoded(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Forger:
    """Has a good token and, as no forger has, the issuer's own key: one thing alone is wrong."""

    def __init__(self, world: World) -> None:
        self.good = world.as_()["Authorization"].removeprefix("Bearer ")
        header, claims, _ = self.good.split(".")
        self.header: Part = decoded(header)
        self.claims: Part = decoded(claims)
        folder = world.issuer.key_set_file.parent
        self.key = ECKey.import_key((folder / "demo-key.pem").read_bytes())

    def signed(self, header: Part | None = None, claims: Part | None = None) -> str:
        parts = (self.header | (header or {}), self.claims | (claims or {}))
        message = ".".join(map(encoded, parts))
        return f"{message}.{encoded(self._sign(message))}"

    def _sign(self, message: str) -> bytes:
        return jws.JWSRegistry.algorithms["ES256"].sign(message.encode(), self.key)

    def unsigned(self) -> str:
        return f"{encoded(self.header | {'alg': 'none'})}.{encoded(self.claims)}."

    def by_hmac(self) -> str:
        message = f"{encoded(self.header | {'alg': 'HS256'})}.{encoded(self.claims)}"
        secret = self.key.as_pem(private=False)
        return f"{message}.{encoded(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"

    def tampered(self) -> str:
        header, _, signature = self.good.split(".")
        return f"{header}.{encoded(self.claims | {'roles': ['administrator']})}.{signature}"


FORGED: dict[str, Callable[[Forger], str]] = {
    "none signed": Forger.unsigned,
    "signed with the public key": Forger.by_hmac,
    "tampered with": Forger.tampered,
    "cut": lambda one: one.good[:-4],
    "twice": lambda one: f"{one.good} {one.good}",
    "an ID token by its type": lambda one: one.signed({"typ": "JWT"}),
    "an ID token by its nonce": lambda one: one.signed(claims={"nonce": "n"}),
    "of another issuer": lambda one: one.signed(claims={"iss": "https://elsewhere.example"}),
    "for another": lambda one: one.signed(claims={"aud": "elsewhere"}),
    "for others too": lambda one: one.signed(claims={"aud": ["sssen", "elsewhere"]}),
    "over": lambda one: one.signed(claims={"exp": one.claims["iat"] - 60}),
    "without end": lambda one: one.signed(claims={"exp": 253402300799}),
    "of nobody": lambda one: one.signed(claims={"sub": " "}),
    "of two lines": lambda one: one.signed(claims={"sub": "a\r\nb"}),
    "of another key": lambda one: one.signed({"kid": "demo-elsewhere"}),
    "with a key of its own": lambda one: one.signed({"jwk": one.key.as_dict(private=False)}),
    "with an address of keys": lambda one: one.signed({"jku": "https://elsewhere.example"}),
    "with what must be understood": lambda one: one.signed({"crit": ["exp"]}),
    "of 40 KB": lambda one: one.signed(claims={"padding": "x" * 30_000}),
}
IN_DEVELOPMENT = {"of another key"}
"""What is told more about, where no county is."""


async def posted(port: int, token: str) -> Heard:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "forged-1",
        "X-Request-ID": "forged-1",
    }
    return await said(
        port, request_bytes(URL, headers, json.dumps(COMPLIMENT).encode(), method="POST")
    )


@pytest.mark.parametrize("name", FORGED)
@in_one_world
async def test_a_forged_token_has_one_answer_and_does_nothing(one_world: World, name: str) -> None:
    forger = Forger(one_world)
    async with served(one_world) as port:
        usual = await posted(port, forger.good[:-1])
        heard = await posted(port, FORGED[name](forger))
    assert heard.status == 401
    assert heard.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    if name not in IN_DEVELOPMENT:
        assert heard.body == usual.body
    assert await count(one_world, "survey", tables.event) == 0
    assert await count(one_world, "survey", tables.idempotency) == 0


@in_one_world
async def test_who_sends_no_token_is_asked_for_one(one_world: World) -> None:
    async with served(one_world) as port:
        for headers in ({}, {"Authorization": "Basic YTpi"}):
            heard = await said(port, request_bytes("/survey/v1/questionnaires", headers))
            assert (heard.status, heard.headers["www-authenticate"]) == (401, "Bearer")


@in_one_world
async def test_a_token_without_a_role_of_ours_may_do_nothing(one_world: World) -> None:
    async with served(one_world) as port:
        token = Forger(one_world).signed(claims={"roles": ["emperor"]})
        heard = await posted(port, token)
        again = await said(
            port,
            request_bytes("/survey/v1/questionnaires", {"Authorization": f"Bearer {token}"}),
        )
    assert (heard.status, heard.problem["code"]) == (403, "not-allowed")
    assert (again.status, again.problem["code"]) == (403, "not-allowed")


@in_one_world
async def test_the_forger_signs_as_the_issuer_does(one_world: World) -> None:
    headers = {"Authorization": f"Bearer {Forger(one_world).signed()}"}
    async with served(one_world) as port:
        heard = await said(port, request_bytes("/survey/v1/questionnaires", headers))
    assert heard.status == 200

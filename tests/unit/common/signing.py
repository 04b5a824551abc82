"""Tokens signed by a key of our own, however wrong, and what a checker says of them."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from libs.common.core.errors import DomainError, Unauthenticated
from libs.common.security import Actor, TokenChecker

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://identity.county.example"
TEAM = "0b5d1c1e-6f0a-4f62-9d5e-1f2a3b4c5d6e"
KEY = ECKey.generate_key("P-256", {"kid": "one"}, private=True)
STRANGER = ECKey.generate_key("P-256", {"kid": "one"}, private=True)
HEADER: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": "one"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "sssen",
    "sub": "teacher-7",
    "iat": SECONDS,
    "nbf": SECONDS,
    "exp": SECONDS + 3600,
    "roles": ["support-teacher"],
    "teams": [TEAM],
}
LEFT_OUT = object()
LONGEST = 32_768


def part(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: v for name, v in {**base, **changes}.items() if v is not LEFT_OUT}


def signed_bytes(header: object, claims: object, key: ECKey = KEY) -> str:
    """Sign whatever the parts say, however wrong; joserfc itself would refuse to."""
    message = f"{part(header)}.{part(claims)}"
    algorithm = jws.JWSRegistry.algorithms["ES256"]
    return f"{message}.{part(algorithm.sign(message.encode(), key))}"


def token(header: dict[str, Any] | None = None, **claims: Any) -> str:
    return signed_bytes(changed(HEADER, **(header or {})), changed(CLAIMS, **claims))


def check(checker: TokenChecker, header: str | None, now: datetime = NOW) -> Actor:
    return asyncio.run(checker.actor(header, now))


def refusal(checker: TokenChecker, header: str | None, now: datetime = NOW) -> DomainError:
    with pytest.raises(Unauthenticated) as caught:
        check(checker, header, now)
    return caught.value


def padded(length: int) -> str:
    """Return a good token of at most so many characters, and of two fewer at least."""
    return token(padding="x" * ((length - len(token(padding=""))) * 3 // 4))


GOOD = token()
PUBLIC = KEY.as_dict(private=False)

"""An identity provider that publishes keys, as the tests of keys need it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
from joserfc.jwk import ECKey

from libs.common.security import AuthSettings

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
URL = "https://identity.county.example/keys"
SETTINGS = AuthSettings(auth_issuer="https://identity.county.example", auth_key_set=URL)


def key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid}, private=True)


def document(*keys: ECKey) -> bytes:
    return json.dumps({"keys": [each.as_dict(private=False) for each in keys]}).encode()


class Issuer(httpx.AsyncBaseTransport):
    """An identity provider that publishes `body`, is slow or down when told, and counts."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.status = 200
        self.down = False
        self.asked = 0
        self.reached = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.gate is not None:
            self.reached.set()
            await self.gate.wait()
        if self.down:
            message = "down"
            raise httpx.ConnectError(message, request=request)
        headers = {"Location": "https://elsewhere.example/keys"} if self.status == 302 else {}
        return httpx.Response(self.status, content=self.body, headers=headers)


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)

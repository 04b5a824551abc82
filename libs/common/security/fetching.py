"""What an issuer publishes: fetched seldom, kept for a while, and bounded."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Generic, TypeVar

import httpx

from libs.common.core.errors import DomainError
from libs.common.core.strict_json import loads_object

FRESH_FOR: Final = timedelta(minutes=5)
"""How long what was fetched serves before it is looked at again."""
FETCH_PAUSE: Final = timedelta(seconds=30)
"""The least time between two fetches, however often one is asked for."""
MAX_STALE: Final = timedelta(hours=24)
"""How long what was last fetched serves while it cannot be fetched again."""

_MAX_BYTES: Final = 256 * 1024
FETCH_SECONDS: Final = 5.0
"""How long the issuer may take to answer."""

T = TypeVar("T")


class Unusable(Exception):
    """What the issuer publishes cannot be had, or is not what it should be."""


@dataclass(frozen=True)
class Fetcher:
    """Fetches documents over https; redirects are not followed.

    `ca_file` is a file of the authority to be believed instead of those this machine believes,
    read again each time; `transport` stands in for the network.
    """

    ca_file: Path | None = None
    transport: httpx.AsyncBaseTransport | None = None

    async def get(self, url: str) -> bytes:
        """Return the body at `url`, at most 256 KB within five seconds; raises Unusable."""
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._get(url)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unusable from error

    def client(self) -> httpx.AsyncClient:
        """Return a client that believes the authority and waits for five seconds at most."""
        believed = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else True
        return httpx.AsyncClient(transport=self.transport, timeout=FETCH_SECONDS, verify=believed)

    async def _get(self, url: str) -> bytes:
        async with self.client() as client, client.stream("GET", url) as response:
            if response.status_code != httpx.codes.OK:
                raise Unusable
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise Unusable
            return body


def json_object(document: bytes) -> Mapping[str, object]:
    """Read a document that is one JSON object, without doubled members; raises Unusable."""
    try:
        return loads_object(document)
    except DomainError as error:
        raise Unusable from error


class Kept(Generic[T]):
    """Something the issuer publishes, as last seen.

    It is looked at again every five minutes, and sooner where somebody asks for that, but never
    more than once in 30 seconds. While it cannot be had, what was last seen serves for 24 hours.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        """Take what fetches it, and raises Unusable; nothing is fetched until it is asked for."""
        self._fetch = fetch
        self._last: T | None = None
        self._seen_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._lock = asyncio.Lock()

    def last(self, now: datetime) -> T | None:
        """Return what was last seen, or None where that is nothing or more than 24 hours ago."""
        if self._seen_at is None or now - self._seen_at > MAX_STALE:
            return None
        return self._last

    def due(self, now: datetime) -> bool:
        """Whether it is to be looked at again, and nobody does so already."""
        # While one caller fetches, the others go on with what is at hand.
        return not within(self._seen_at, now, FRESH_FOR) and not self._lock.locked()

    async def renew(self, now: datetime) -> None:
        """Fetch it, but where that was tried within the last 30 seconds."""
        async with self._lock:
            if within(self._tried_at, now, FETCH_PAUSE):
                return
            self._tried_at = now
            try:
                self._last = await self._fetch()
            except Unusable:
                return
            except asyncio.CancelledError:
                self._tried_at = None  # that a caller gave up says nothing of the issuer
                raise
            self._seen_at = now


def within(since: datetime | None, now: datetime, span: timedelta) -> bool:
    """Say whether less than `span` has gone by; a clock put back holds nothing off."""
    return since is not None and timedelta(0) <= now - since < span

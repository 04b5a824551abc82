"""The keys that tokens are checked with: fetched, kept for a while, and replaced as they rotate."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from libs.common.auth.settings import DEMO_KEY_PREFIX
from libs.common.errors import DomainError, Unavailable
from libs.common.strict_json import loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libs.common.auth.settings import AuthSettings

FRESH_FOR: Final = timedelta(minutes=5)
"""How long a key set serves before it is looked at again; a key rotated out lives no longer."""
FETCH_PAUSE: Final = timedelta(seconds=30)
"""The least time between two fetches, however many unknown keys are named."""
MAX_STALE: Final = timedelta(hours=24)
"""How long the last good key set serves while a new one cannot be had."""
UNKNOWN_FOR: Final = timedelta(minutes=1)
"""How long a key id that was not found causes no further fetch."""
UNKNOWN_CAP: Final = 1000
"""The most key ids remembered as unknown."""

_MAX_BYTES: Final = 256 * 1024
_MAX_KEYS: Final = 100
_FETCH_SECONDS: Final = 5.0


class KeySetUnusable(Exception):
    """The key set could not be fetched, or is not one."""


class KeySource(Protocol):
    """Where a key set comes from."""

    async def read(self) -> bytes:
        """Return the JWKS document; raises KeySetUnusable."""


class FileSource:
    """A key set in a file."""

    def __init__(self, path: Path) -> None:
        """Read from `path`, anew each time."""
        self._path = path

    async def read(self) -> bytes:
        """Return the JWKS document; raises KeySetUnusable."""
        try:
            return await asyncio.to_thread(self._path.read_bytes)
        except OSError as error:
            raise KeySetUnusable from error


class UrlSource:
    """A key set at an https URL; redirects are not followed."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Fetch from `url`, over `transport` where one is given."""
        self._url = url
        self._transport = transport

    async def read(self) -> bytes:
        """Return the JWKS document; raises KeySetUnusable."""
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                return await self._fetch()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise KeySetUnusable from error

    async def _fetch(self) -> bytes:
        client = httpx.AsyncClient(transport=self._transport, timeout=_FETCH_SECONDS)
        async with client, client.stream("GET", self._url) as response:
            if response.status_code != httpx.codes.OK:
                raise KeySetUnusable
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise KeySetUnusable
            return body


def read_key_set(document: bytes, *, allow_demo: bool) -> dict[str, ECKey]:
    """Return the usable keys of a JWKS document by key id; raises KeySetUnusable.

    Usable is an elliptic-curve key on P-256 for checking ES256 signatures; others are passed
    over, and so are demo keys unless they are allowed. Two usable keys of one id are refused.
    """
    usable: dict[str, ECKey] = {}
    for jwk in _members(document):
        kid = jwk.get("kid")
        if not isinstance(kid, str) or not _checks_es256(jwk):
            continue
        if kid.startswith(DEMO_KEY_PREFIX) and not allow_demo:
            continue
        if kid in usable:
            raise KeySetUnusable
        usable[kid] = _public_key(jwk)
    return usable


def _members(document: bytes) -> list[Mapping[str, object]]:
    try:
        content = loads(document)
    except DomainError as error:
        raise KeySetUnusable from error
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list) or len(keys) > _MAX_KEYS:
        raise KeySetUnusable
    return [jwk for jwk in keys if isinstance(jwk, dict)]


def _checks_es256(jwk: Mapping[str, object]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("kty") == "EC"
        and jwk.get("crv") == "P-256"
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", "ES256") == "ES256"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _public_key(jwk: Mapping[str, object]) -> ECKey:
    # Only the public numbers are taken over, should somebody have published a private key.
    public: dict[str, str | list[str]] = {
        name: str(jwk.get(name, "")) for name in ("kty", "crv", "x", "y", "kid")
    }
    try:
        key = ECKey.import_key(public)
        key.get_op_key("verify")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeySetUnusable from error
    return key


class KeySet:
    """The issuer's keys as last seen.

    Looked at again every five minutes, and sooner when an unknown key is named, but never more
    than once in 30 seconds. While the source is down the keys last seen serve for 24 hours.
    """

    def __init__(self, source: KeySource, *, allow_demo: bool) -> None:
        """Take keys from `source`; nothing is fetched until the first token comes."""
        self._source = source
        self._allow_demo = allow_demo
        self._keys: Mapping[str, ECKey] = {}
        self._seen_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._unknown: OrderedDict[str, datetime] = OrderedDict()
        self._lock = asyncio.Lock()

    @classmethod
    def of(
        cls, settings: AuthSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> KeySet:
        """Make the key set the settings name."""
        source: KeySource
        if settings.remote:
            source = UrlSource(settings.key_set, transport)
        else:
            source = FileSource(Path(settings.key_set))
        return cls(source, allow_demo=settings.profile != "production")

    @property
    def unknown_count(self) -> int:
        """How many key ids are remembered as unknown."""
        return len(self._unknown)

    async def key(self, kid: str, now: datetime) -> ECKey | None:
        """Return the key of that id, or None when the issuer has none.

        Raises Unavailable while no key set has been seen in the last 24 hours.
        """
        if self._must_look(kid, now):
            await self._look(kid, now)
        if self._seen_at is None or now - self._seen_at > MAX_STALE:
            raise Unavailable(
                code="keys-unavailable",
                detail="The keys that tokens are checked with cannot be had. Try again shortly.",
                retry_after=int(FETCH_PAUSE.total_seconds()),
            )
        return self._keys.get(kid)

    def _must_look(self, kid: str, now: datetime) -> bool:
        if kid in self._keys:
            # While one caller fetches, the others go on with the keys at hand.
            return not self._within(self._seen_at, now, FRESH_FOR) and not self._lock.locked()
        return not self._within(self._unknown.get(kid), now, UNKNOWN_FOR)

    @staticmethod
    def _within(since: datetime | None, now: datetime, span: timedelta) -> bool:
        # A clock put back must not hold off the next look until it has caught up again.
        return since is not None and timedelta(0) <= now - since < span

    async def _look(self, kid: str, now: datetime) -> None:
        async with self._lock:
            if not self._within(self._tried_at, now, FETCH_PAUSE):
                self._tried_at = now
                try:
                    await self._fetch(now)
                except asyncio.CancelledError:
                    self._tried_at = None  # that a caller gave up says nothing of the issuer
                    raise
            if kid not in self._keys and self._seen_at is not None:
                self._remember_unknown(kid, now)

    async def _fetch(self, now: datetime) -> None:
        try:
            document = await self._source.read()
            self._keys = read_key_set(document, allow_demo=self._allow_demo)
        except KeySetUnusable:
            return
        self._seen_at = now
        self._unknown.clear()

    def _remember_unknown(self, kid: str, now: datetime) -> None:
        self._unknown.pop(kid, None)
        self._unknown[kid] = now
        while len(self._unknown) > UNKNOWN_CAP:
            self._unknown.popitem(last=False)

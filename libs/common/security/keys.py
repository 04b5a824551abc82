"""The keys that tokens are checked with, replaced as they rotate."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import base64_to_int

from libs.common.core.errors import Unavailable
from libs.common.security.discovery import discover
from libs.common.security.fetching import FETCH_PAUSE, Fetcher, Kept, Unusable, json_object, within
from libs.common.security.settings import (
    DEMO_KEY_PREFIX,
    DEMO_KEY_SET,
    DISCOVERY,
    AuthSettings,
    is_remote,
)

UNKNOWN_FOR: Final = timedelta(minutes=1)
"""How long a key id that was not found causes no further fetch."""
UNKNOWN_CAP: Final = 1000
"""The most key ids remembered as unknown."""
LEAST_RSA_BITS: Final = 2048

_MAX_KEYS: Final = 100
# Only the public numbers are taken over, should somebody have published a private key.
_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "key_ops"})

Key = ECKey | RSAKey


def read_key_set(document: bytes, algorithms: Collection[str], *, allow_demo: bool) -> list[Key]:
    """Return the keys of a JWKS document that check signatures by one of the algorithms.

    Others are passed over, as RFC 7517 asks, and so are RSA keys of less than 2048 bits, and demo
    keys unless they are allowed. Raises Unusable for what is no key set, and for one in which two
    usable keys bear one id.
    """
    members = json_object(document).get("keys")
    if not isinstance(members, list) or len(members) > _MAX_KEYS:
        raise Unusable
    found = [key for one in members if (key := _key(one)) and (allow_demo or not is_demo(key.kid))]
    usable = [key for key in found if any(_fits(key, algorithm) for algorithm in algorithms)]
    ids = [key.kid for key in usable if key.kid is not None]
    if len(ids) != len(set(ids)):
        raise Unusable
    return usable


def key_set_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a key set that is a file, with its variable.

    The demo issuer makes its own. A set without keys is one: all may have been withdrawn.
    """
    where = str(values.get("auth_key_set", DISCOVERY))
    if is_remote(where) or Path(where).name == DEMO_KEY_SET:
        return
    try:
        read_key_set(Path(where).read_bytes(), (), allow_demo=True)
    except OSError:
        yield "AUTH_KEY_SET names a file that cannot be read"
    except Unusable:
        yield "AUTH_KEY_SET names a file that holds no key set (JWKS)"


def is_demo(kid: str | None) -> bool:
    """Say whether a key's id is that of a demo issuer's."""
    return kid is not None and kid.startswith(DEMO_KEY_PREFIX)


def _key(jwk: object) -> Key | None:
    if not isinstance(jwk, dict):
        return None
    try:
        if jwk["kty"] == "RSA" and base64_to_int(jwk["n"]).bit_length() < LEAST_RSA_BITS:
            return None
        key = JWKRegistry.import_key({name: jwk[name] for name in _MEMBERS & jwk.keys()})
        key.check_key_op("verify")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if isinstance(key, ECKey | RSAKey) else None


def _fits(key: Key, algorithm: str) -> bool:
    try:
        JWSRegistry.algorithms[algorithm].check_key(key)
    except JoseError:
        return False
    return True


class KeySet:
    """The issuer's keys as last seen.

    Looked at again every five minutes, and sooner when an unknown key is named, but never more
    than once in 30 seconds. While the source is down the keys last seen serve for 24 hours.
    """

    def __init__(
        self, settings: AuthSettings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the settings; nothing is fetched until the first token comes."""
        self._settings = settings
        self._fetcher = Fetcher(settings.auth_ca_file, transport)
        self._kept = Kept(self._fetch)
        self._unknown: OrderedDict[str | None, datetime] = OrderedDict()

    async def key(self, kid: str | None, algorithm: str, now: datetime) -> Key | None:
        """Return the key of that id for that algorithm, or None when the issuer has none.

        Without an id it is the one key that fits, where no other does (OpenID Connect Core 10.1).
        Raises Unavailable while no key set has been seen in the last 24 hours.
        """
        found = self._find(kid, algorithm, now)
        if self._kept.due(now) if found else not within(self._unknown.get(kid), now, UNKNOWN_FOR):
            await self._kept.renew(now)
            found = self._find(kid, algorithm, now)
            if found is None and self._kept.last(now) is not None:
                self._unknown.pop(kid, None)
                self._unknown[kid] = now
                if len(self._unknown) > UNKNOWN_CAP:
                    self._unknown.popitem(last=False)
        if self._kept.last(now) is None:
            raise Unavailable(
                code="keys-unavailable",
                detail="The keys that tokens are checked with cannot be had. Try again shortly.",
                retry_after=int(FETCH_PAUSE.total_seconds()),
            )
        return found

    def _find(self, kid: str | None, algorithm: str, now: datetime) -> Key | None:
        named = (key for key in self._kept.last(now) or () if kid is None or key.kid == kid)
        fitting = [key for key in named if _fits(key, algorithm)]
        return fitting[0] if len(fitting) == 1 else None

    async def _fetch(self) -> list[Key]:
        return read_key_set(
            await self._document(),
            self._settings.auth_algorithms,
            allow_demo=self._settings.profile != "production",
        )

    async def _document(self) -> bytes:
        where = self._settings.auth_key_set
        if where == DISCOVERY:
            where = (await discover(self._settings.auth_issuer, self._fetcher)).jwks_uri
        if is_remote(where):
            return await self._fetcher.get(where)
        try:
            return await asyncio.to_thread(Path(where).read_bytes)
        except OSError as error:
            raise Unusable from error

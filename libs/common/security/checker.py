"""Bearer tokens, checked: every doubt is a refusal, and every refusal reads the same."""

import binascii
import hashlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.util import urlsafe_b64decode

from libs.common.core.errors import DomainError, Unauthenticated
from libs.common.core.strict_json import loads, loads_object
from libs.common.security.actor import Actor
from libs.common.security.claims import ClaimReader, TokenRefused
from libs.common.security.keys import Key, KeySet, is_demo
from libs.common.security.settings import AuthSettings

log = logging.getLogger(__name__)

MAX_LIFETIME: Final = timedelta(hours=24)
"""The longest a token may be valid, from issue to expiry."""
MAX_TOKEN: Final = 32_768
"""The longest token read, in characters."""

MOST_REMEMBERED: Final = 1_000
"""How many tokens' signatures are remembered, so that each is worked out once."""

OTHER_KEY: Final = (
    "A valid token is needed. This one is signed by a key that is not in the key set here: `make"
    " token` signs with the key in VAR_DIR, so call it with the VAR_DIR of what you call."
)
"""What is said in development of a token that another folder's demo issuer signed."""

_OTHER_DEMO_KEY: Final = "unknown-demo-key"
_BEARER: Final = re.compile(
    r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)"
)
_KEY_ID: Final = re.compile(r"[A-Za-z0-9._~=-]{1,128}")
# A header that names a key by value or address, or anything critical, is not one of ours.
_HEADER_NAMES: Final = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
_TIMES: Final = frozenset({"exp", "iat", "nbf"})
_NEEDED: Final[jwt.ClaimsOption] = {"essential": True}
# What OpenID Connect puts into an ID token, and no standard into an access token.
_ID_TOKEN_CLAIMS: Final = frozenset({"nonce", "at_hash", "c_hash"})
_INVALID_TOKEN: Final = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A token that was read and found right, by one key; whether it is still in time is asked."""

    key_id: str | None
    algorithm: str
    key: Key
    times: Mapping[str, Any]
    actor: Actor
    since: float
    """When its times were found right, in seconds; they stay so until it expires."""


class TokenChecker:
    """Turns the Authorization header into an actor, or refuses it.

    Only access tokens of the one issuer for the one audience are taken, of the types and signed by
    the algorithms that the settings allow, valid now within their leeway and for at most 24 hours
    in all. An ID token is refused whatever its type says.
    """

    def __init__(
        self, settings: AuthSettings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Accept the tokens the settings describe; `transport` stands in for the network."""
        self._settings = settings
        self._keys = KeySet(settings, transport=transport)
        self._claims = ClaimReader(settings)
        self._types = {None if one == "none" else one.lower() for one in settings.auth_token_types}
        self._issuer: jwt.ClaimsOption = {"essential": True, "value": settings.auth_issuer}
        self._audience: jwt.ClaimsOption = {"essential": True, "value": settings.auth_audience}
        self._accepted: OrderedDict[bytes, _Accepted] = OrderedDict()

    async def actor(self, authorization_header: str | None, now: datetime) -> Actor:
        """Return who is calling.

        Raises Unauthenticated for anything but a valid token, and Unavailable while the keys to
        check it with cannot be had. The body is always the same, but that in development it says
        what to do about a token of another VAR_DIR's demo issuer.
        """
        try:
            return await self._actor(authorization_header or "", now)
        except TokenRefused as refused:
            log.info("token-refused", extra={"reason": str(refused)})
            sent = (authorization_header or "").lower().startswith("bearer")
            headers = _INVALID_TOKEN if sent else None  # RFC 6750, 3.1
            told = str(refused) == _OTHER_DEMO_KEY and self._settings.profile != "production"
            raise Unauthenticated(detail=OTHER_KEY if told else None, headers=headers) from refused

    async def _actor(self, header: str, now: datetime) -> Actor:
        digest = hashlib.sha256(header.encode()).digest()
        known = self._accepted.get(digest)
        keys = self._keys
        if known is None or await keys.key(known.key_id, known.algorithm, now) is not known.key:
            known = await self._read(header, now)
            self._accepted[digest] = known
            if len(self._accepted) > MOST_REMEMBERED:
                self._accepted.popitem(last=False)
        if not known.since <= now.timestamp() < known.times["exp"]:
            self._check_claims(known.times, now)
        return known.actor

    async def _read(self, authorization_header: str, now: datetime) -> _Accepted:
        header, token = _split(authorization_header)
        algorithm, key_id = self._check_header(header)
        key = await self._keys.key(key_id, algorithm, now)
        if key is None:
            raise TokenRefused(_OTHER_DEMO_KEY if is_demo(key_id) else "unknown-key")
        try:
            claims = jwt.decode(token, key, [algorithm], decoder_cls=_StrictDecoder).claims
        except (JoseError, ValueError, DomainError) as error:
            raise TokenRefused("signature") from error
        self._check_claims(claims, now, iss=self._issuer, aud=self._audience)
        self._check_is_for_us(claims)
        times = {name: value for name, value in claims.items() if name in _TIMES}
        actor = self._claims.actor(claims)
        return _Accepted(key_id, algorithm, key, times, actor, now.timestamp())

    def _check_header(self, header: Mapping[str, object]) -> tuple[str, str | None]:
        """Return the algorithm and the key's id, where there is one."""
        if not header.keys() <= _HEADER_NAMES:
            raise TokenRefused("header")
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in self._settings.auth_algorithms:
            raise TokenRefused("algorithm")
        if _token_type(header) not in self._types:
            raise TokenRefused("type")
        if "kid" in header and not (isinstance(kid, str) and _KEY_ID.fullmatch(kid)):
            raise TokenRefused("key-id")
        return str(algorithm), None if kid is None else str(kid)

    def _check_claims(
        self, claims: Mapping[str, Any], now: datetime, **wanted: jwt.ClaimsOption
    ) -> None:
        leeway = self._settings.auth_leeway_seconds
        registry = jwt.JWTClaimsRegistry(
            int(now.timestamp()), leeway, exp=_NEEDED, iat=_NEEDED, **wanted
        )
        try:
            registry.validate(dict(claims))
        except ClaimError as error:
            raise TokenRefused(error.claim) from error
        if not 0 < claims["exp"] - claims["iat"] <= MAX_LIFETIME.total_seconds():
            raise TokenRefused("lifetime")

    def _check_is_for_us(self, claims: Mapping[str, Any]) -> None:
        """Refuse what is meant for others too, unless that is allowed, and every ID token."""
        ours, audience = self._settings.auth_audience, claims["aud"]
        meant_for = [audience] if isinstance(audience, str) else audience
        if meant_for != [ours] and not self._settings.auth_other_audiences:
            raise TokenRefused("aud")
        # What Keycloak marks as one, what OpenID Connect does, and what is for our own sign-in.
        is_marked = claims.get("typ") == "ID" or claims.keys() & _ID_TOKEN_CLAIMS
        if is_marked or self._settings.auth_client_id in meant_for:
            raise TokenRefused("id-token")


class _StrictDecoder(json.JSONDecoder):
    """Reads claims as every body is read: without doubled members, NaN or numbers too large."""

    def decode(self, s: str, *_: Any) -> Any:
        """Read one JSON document."""
        return loads(s.encode())


def _token_type(header: Mapping[str, object]) -> str | None:
    """Return what `typ` says, as RFC 7515 compares it: in any case, without `application/`."""
    if "typ" not in header:
        return None
    return str(header["typ"]).lower().removeprefix("application/")


def _split(authorization_header: str) -> tuple[Mapping[str, object], str]:
    if not authorization_header:
        raise TokenRefused("missing")
    if len(authorization_header) > MAX_TOKEN + len("Bearer "):
        raise TokenRefused("too-long")
    match = _BEARER.fullmatch(authorization_header)
    if match is None:
        raise TokenRefused("form")
    try:
        return loads_object(urlsafe_b64decode(match[1].encode())), ".".join(match.groups())
    except binascii.Error as error:
        raise TokenRefused("form") from error
    except DomainError as error:
        raise TokenRefused("json") from error

"""Bearer tokens, checked: every doubt is a refusal, and every refusal reads the same."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError

from libs.common.auth.actor import Actor, Role
from libs.common.auth.keys import KeySet
from libs.common.auth.settings import DEMO_KEY_PREFIX
from libs.common.errors import DomainError, Unauthenticated
from libs.common.strict_json import loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx
    from joserfc.jwk import ECKey

    from libs.common.auth.settings import AuthSettings

log = logging.getLogger(__name__)

LEEWAY: Final = timedelta(seconds=30)
"""How far the issuer's clock and ours may differ."""
MAX_LIFETIME: Final = timedelta(hours=24)
"""The longest a token may be valid, from issue to expiry."""
MAX_TOKEN: Final = 8192
"""The longest token read, in characters."""

MOST_REMEMBERED: Final = 1_000
"""How many tokens' signatures are remembered, so that each is worked out once."""

OTHER_KEY: Final = (
    "A valid token is needed. This one is signed by a key that is not in the key set here: `make"
    " token` signs with the key in VAR_DIR, so call it with the VAR_DIR of what you call."
)
"""What is said in development of a token that another folder's demo issuer signed."""

_OTHER_DEMO_KEY: Final = "unknown-demo-key"
_ALGORITHM: Final = "ES256"
_TYPE: Final = "at+jwt"
_BEARER: Final = re.compile(
    r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)"
)
_KEY_ID: Final = re.compile(r"[A-Za-z0-9._~=-]{1,128}")
# A header that names a key by value or address, or anything critical, is not one of ours.
_HEADER_NAMES: Final = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
_LONGEST_SUBJECT: Final = 200


class TokenRefused(Exception):
    """Why a token was refused, in one word for our own logs; the caller is never told."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A token that was read and found right, by one key; whether it is still in time is asked."""

    key_id: str
    key: ECKey
    claims: Mapping[str, object]
    actor: Actor


class TokenChecker:
    """Turns the Authorization header into an actor, or refuses it.

    Only ES256 access tokens (`typ` at+jwt) of the one issuer for the one audience are taken,
    valid now within 30 seconds and for at most 24 hours in all.
    """

    def __init__(
        self, settings: AuthSettings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Accept the tokens the settings describe; `transport` stands in for the network."""
        self._settings = settings
        self._keys = KeySet.of(settings, transport)
        self._accepted: OrderedDict[str, _Accepted] = OrderedDict()

    async def actor(self, authorization_header: str | None, now: datetime) -> Actor:
        """Return who is calling.

        Raises Unauthenticated for anything but a valid token, and Unavailable while the keys to
        check it with cannot be had. The body is always the same, but that in development it says
        what to do about a token of another VAR_DIR's demo issuer.
        """
        try:
            return await self._actor(authorization_header, now)
        except TokenRefused as refused:
            log.info("token-refused", extra={"reason": str(refused)})
            raise Unauthenticated(detail=self._told(refused)) from refused

    def _told(self, refused: TokenRefused) -> str | None:
        """Return what to do about a demo token of another key; in production always nothing."""
        if self._settings.profile != "production" and str(refused) == _OTHER_DEMO_KEY:
            return OTHER_KEY
        return None

    async def _actor(self, authorization_header: str | None, now: datetime) -> Actor:
        known = self._accepted.get(authorization_header or "")
        if known is None or await self._keys.key(known.key_id, now) is not known.key:
            known = await self._read(authorization_header, now)
            self._remember(authorization_header or "", known)
        _check_times(known.claims, now)
        return known.actor

    async def _read(self, authorization_header: str | None, now: datetime) -> _Accepted:
        header, token = _split(authorization_header)
        key_id = _key_id(header)
        key = await self._keys.key(key_id, now)
        if key is None:
            is_demo = key_id.startswith(DEMO_KEY_PREFIX)
            raise TokenRefused(_OTHER_DEMO_KEY if is_demo else "unknown-key")
        try:
            signed = jws.deserialize_compact(token, key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError) as error:
            raise TokenRefused("signature") from error
        claims = _json_object(signed.payload)
        self._check_parties(claims)
        _check_times(claims, now)
        return _Accepted(key_id, key, claims, _read_actor(claims))

    def _remember(self, header: str, accepted: _Accepted) -> None:
        self._accepted[header] = accepted
        if len(self._accepted) > MOST_REMEMBERED:
            self._accepted.popitem(last=False)

    def _check_parties(self, claims: Mapping[str, object]) -> None:
        if claims.get("iss") != self._settings.issuer:
            raise TokenRefused("issuer")
        if claims.get("aud") not in (self._settings.audience, [self._settings.audience]):
            raise TokenRefused("audience")


def _split(authorization_header: str | None) -> tuple[Mapping[str, object], str]:
    if authorization_header is None:
        raise TokenRefused("missing")
    if len(authorization_header) > MAX_TOKEN:
        raise TokenRefused("too-long")
    match = _BEARER.fullmatch(authorization_header)
    if match is None:
        raise TokenRefused("form")
    return _json_object(_decode(match[1])), ".".join(match.groups())


def _decode(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise TokenRefused("form") from error


def _json_object(document: bytes) -> Mapping[str, object]:
    try:
        content = loads(document)
    except DomainError as error:
        raise TokenRefused("json") from error
    if not isinstance(content, dict):
        raise TokenRefused("json")
    return content


def _key_id(header: Mapping[str, object]) -> str:
    if not header.keys() <= _HEADER_NAMES:
        raise TokenRefused("header")
    if header.get("alg") != _ALGORITHM:
        raise TokenRefused("algorithm")
    if header.get("typ") != _TYPE:
        raise TokenRefused("type")
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KEY_ID.fullmatch(kid):
        raise TokenRefused("key-id")
    return kid


def _seconds(claims: Mapping[str, object], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TokenRefused(name)
    return value


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if seconds >= expires + leeway:
        raise TokenRefused("expired")
    if issued > seconds + leeway:
        raise TokenRefused("issued-later")
    if "nbf" in claims and _seconds(claims, "nbf") > seconds + leeway:
        raise TokenRefused("not-yet")
    if not 0 < expires - issued <= MAX_LIFETIME.total_seconds():
        raise TokenRefused("lifetime")


def _read_actor(claims: Mapping[str, object]) -> Actor:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise TokenRefused("subject")
    staff_id = claims.get("staff_id")
    return Actor(
        subject=subject,
        roles=_roles(claims.get("roles")),
        teams=_ids(claims.get("teams", [])),
        schools=_ids(claims.get("schools", [])),
        children=_ids(claims.get("children", [])),
        staff_id=None if staff_id is None else _id(staff_id),
    )


def _roles(value: object) -> frozenset[Role]:
    if not isinstance(value, list) or not value:
        raise TokenRefused("roles")
    try:
        return frozenset(Role(name) for name in value)
    except ValueError as error:
        raise TokenRefused("roles") from error


def _ids(value: object) -> frozenset[UUID]:
    if not isinstance(value, list):
        raise TokenRefused("scope")
    return frozenset(_id(text) for text in value)


def _id(value: object) -> UUID:
    try:
        found = UUID(value) if isinstance(value, str) else None
    except ValueError as error:
        raise TokenRefused("scope") from error
    if found is None or str(found) != value:
        raise TokenRefused("scope")
    return found

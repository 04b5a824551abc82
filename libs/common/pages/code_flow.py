"""The county's identity provider as pages use it: OpenID Connect's code flow, with PKCE."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from httpx_oauth.oauth2 import OAuth2, OAuth2RequestError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from libs.common.core.errors import Unauthenticated, Unavailable
from libs.common.core.tls_files import read_password
from libs.common.pages.sessions import Tokens
from libs.common.security import Discovery, KeySet
from libs.common.security.fetching import FETCH_SECONDS, Fetcher

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    import httpx

    from libs.common.pages.secrets import Secret
    from libs.common.runtime.settings import CommonSettings

log = logging.getLogger(__name__)

DEFAULT_LIFETIME: Final = 300
"""Seconds that an access token is taken to last where the provider does not say."""
_LIFETIME: Final = re.compile("[0-9]{1,9}")


class SignInFailed(Unauthenticated):
    """401: the identity provider did not say who this is."""

    detail = "Signing in did not work, or took too long. Try again."
    headers: Mapping[str, str] = {}


class ProviderAway(Unavailable):
    """503: the identity provider does not answer, or offers no code flow."""

    code = "identity-provider-unavailable"
    detail = "The sign-in service cannot be reached. Try again shortly."


class CodeFlow:
    """Asks the provider who somebody is, as the client the settings name."""

    def __init__(
        self, settings: CommonSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the settings; `transport` stands in for the network."""
        self._settings = settings
        self._client_id = settings.auth_client_id or ""
        self._fetcher = Fetcher(settings.auth_ca_file, transport)
        self._discovery = Discovery(settings, transport=transport)
        self._keys = KeySet(settings, transport=transport)

    async def address(self, secret: Secret, callback: str, now: datetime) -> str:
        """Return where a browser is sent to sign in; its own secret binds the answer to it."""
        challenge = hashlib.sha256(secret.word("verifier").encode()).digest()
        client = await self._client(now)
        place = await client.get_authorization_url(
            callback,
            state=secret.word("state"),
            scope=list(self._settings.auth_scopes),
            code_challenge=urlsafe_b64encode(challenge).decode().rstrip("="),
            code_challenge_method="S256",
            extras_params={"nonce": secret.word("nonce")},
        )
        return _with(client.authorize_endpoint, place.removeprefix(f"{client.authorize_endpoint}?"))

    async def tokens(
        self, secret: Secret, answer: Mapping[str, str], callback: str, now: datetime
    ) -> Tokens:
        """Return the tokens for what the browser brought back.

        Raises SignInFailed where it is not the answer to this browser's question, and
        ProviderAway.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), secret.word("state").encode()):
            raise SignInFailed
        issuer = self._settings.auth_issuer  # RFC 9207: the answer may say whose it is
        if answer.get("iss", issuer) != issuer or "code" not in answer:
            raise SignInFailed
        client, verifier = await self._client(now), secret.word("verifier")
        given = await _given(client.get_access_token(answer["code"], callback, verifier))
        claims = await self._identity(given.get("id_token"), now)
        if claims.get("nonce") != secret.word("nonce"):
            raise SignInFailed
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return _read(given, Tokens(access="", expires_at=now, name=str(name)[:100]), now)

    async def renewed(self, tokens: Tokens, now: datetime) -> Tokens:
        """Return new tokens; raises SignInFailed where none are given, and ProviderAway."""
        if tokens.refresh is None:
            raise SignInFailed
        given = await _given((await self._client(now)).refresh_token(tokens.refresh))
        return _read(given, tokens, now)

    async def sign_out_address(self, tokens: Tokens, then: str, now: datetime) -> str | None:
        """Return where a browser is sent to sign out at the provider too, if that can be done."""
        end = await self._end_session(now)
        if end is None:
            return None
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": then}
        if tokens.identity:
            asked["id_token_hint"] = tokens.identity
        return _with(end, urlencode(asked))

    async def sign_out_origins(self, now: datetime) -> tuple[str, ...]:
        """Return the origin at which signing out ends; none where there is none."""
        parts = urlsplit(await self._end_session(now) or "")
        return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()

    async def _end_session(self, now: datetime) -> str | None:
        try:
            return (await self._discovery.provider(now)).end_session_endpoint
        except Unavailable:
            return None

    async def _identity(self, token: object, now: datetime) -> dict[str, Any]:
        """Return the claims of an ID token that is the provider's, for us, and in time."""
        if not isinstance(token, str):
            raise SignInFailed
        try:
            header = extract_compact(token.encode()).headers()
            algorithm, key_id = header.get("alg"), header.get("kid")
            if algorithm not in self._settings.auth_algorithms or not isinstance(
                key_id, str | None
            ):
                raise SignInFailed
            key = await self._keys.key(key_id, algorithm, now)
            if key is None:
                raise SignInFailed
            claims = jwt.decode(token, key, [algorithm]).claims
            self._registry(now).validate(claims)
        except (JoseError, ValueError) as error:
            raise SignInFailed from error
        if claims.get("azp", self._client_id) != self._client_id:
            raise SignInFailed
        return claims

    def _registry(self, now: datetime) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=self._settings.auth_leeway_seconds,
            iss={"essential": True, "value": self._settings.auth_issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    async def _client(self, now: datetime) -> OAuth2:
        found = await self._discovery.provider(now)
        if not (found.authorization_endpoint and found.token_endpoint):
            raise ProviderAway
        client = OAuth2(
            self._client_id,
            # As RFC 6749, 2.3.1 has it, which every provider must take; read again each time.
            quote(self._secret(), safe=""),
            found.authorization_endpoint,
            found.token_endpoint,
            found.token_endpoint,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the name of a method
        )
        client.get_httpx_client = self._fetcher.client  # type: ignore[method-assign]  # in our time, by our CA
        return client

    def _secret(self) -> str:
        file = self._settings.auth_client_secret_file
        try:
            return read_password(file) if file else ""
        except (OSError, ValueError) as error:
            raise ProviderAway from error


def _with(endpoint: str, question: str) -> str:
    """Return an endpoint's address with a question; what it asks itself stays (RFC 6749, 3.1)."""
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{question}"


def _read(given: Mapping[str, Any], before: Tokens, now: datetime) -> Tokens:
    """Return the tokens of an answer; what a renewal leaves out stays as it was."""
    access, lasts = given.get("access_token"), given.get("expires_in", DEFAULT_LIFETIME)
    if not isinstance(access, str) or not _LIFETIME.fullmatch(str(lasts)):
        raise SignInFailed
    return replace(
        before,
        access=access,
        expires_at=now.astimezone(UTC) + timedelta(seconds=int(lasts)),
        refresh=given.get("refresh_token") or before.refresh,
        identity=given.get("id_token") or before.identity,
    )


async def _given(asking: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Wait for the provider's answer, and tell a refusal from a provider that is away."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return await asking
    except TimeoutError as error:  # httpx bounds each wait for more, not the whole
        raise ProviderAway(retry_after=5) from error
    except OAuth2RequestError as error:
        status = error.response.status_code if error.response is not None else 503
        log.warning("sign-in-refused", extra={"status": status})
        if status >= 500:
            raise ProviderAway(retry_after=5) from error
        raise SignInFailed from error
    except (ValueError, TypeError) as error:  # an answer that is no object, or no number in it
        raise SignInFailed from error

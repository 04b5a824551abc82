"""OpenID Connect discovery: what an issuer says of itself, believed where it is the one we mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from libs.common.core.errors import Unavailable
from libs.common.security.fetching import FETCH_PAUSE, Fetcher, Kept, Unusable, json_object
from libs.common.security.settings import is_https

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

    from libs.common.security.settings import AuthSettings

WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Provider:
    """What an issuer publishes of itself; each address is an https URL, or None where it has none.

    The names are those of OpenID Connect Discovery 1.0 and RP-Initiated Logout 1.0.
    """

    issuer: str
    jwks_uri: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    end_session_endpoint: str | None = None

    @classmethod
    def read(cls, document: bytes, issuer: str) -> Self:
        """Read the document of `issuer`; raises Unusable, also where it names another issuer."""
        content = json_object(document)
        jwks_uri = _address(content.get("jwks_uri"))
        if content.get("issuer") != issuer or jwks_uri is None:
            raise Unusable
        return cls(
            issuer=issuer,
            jwks_uri=jwks_uri,
            authorization_endpoint=_address(content.get("authorization_endpoint")),
            token_endpoint=_address(content.get("token_endpoint")),
            end_session_endpoint=_address(content.get("end_session_endpoint")),
        )


def _address(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not is_https(value):
        raise Unusable
    return value


async def discover(issuer: str, fetcher: Fetcher) -> Provider:
    """Fetch what `issuer` says of itself; raises Unusable."""
    return Provider.read(await fetcher.get(f"{issuer.removesuffix('/')}{WELL_KNOWN}"), issuer)


class Discovery:
    """What the issuer of the settings says of itself, for those who sign in with it."""

    def __init__(
        self, settings: AuthSettings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take the settings; `transport` stands in for the network."""
        fetcher = Fetcher(settings.auth_ca_file, transport)
        self._kept = Kept(lambda: discover(settings.auth_issuer, fetcher))

    async def provider(self, now: datetime) -> Provider:
        """Return the issuer's addresses; raises Unavailable while they cannot be had."""
        if self._kept.due(now):
            await self._kept.renew(now)
        if (found := self._kept.last(now)) is None:
            raise Unavailable(
                code="identity-provider-unavailable",
                detail="The county's identity provider cannot be reached. Try again shortly.",
                retry_after=int(FETCH_PAUSE.total_seconds()),
            )
        return found

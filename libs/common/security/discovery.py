"""OpenID Connect discovery: what an issuer says of itself, believed where it is the one we mean."""

from datetime import datetime
from typing import Annotated, Final

import httpx
from pydantic import AfterValidator, BaseModel, ValidationError

from libs.common.core.errors import Unavailable
from libs.common.security.fetching import FETCH_PAUSE, Fetcher, Kept, Unusable, json_object
from libs.common.security.settings import AuthSettings, is_https

WELL_KNOWN: Final = "/.well-known/openid-configuration"


def _https(url: str) -> str:
    if not is_https(url):
        raise ValueError
    return url


_Address = Annotated[str, AfterValidator(_https)]


class Provider(BaseModel, frozen=True):
    """What an issuer publishes of itself; each address is an https URL, or None where it has none.

    The names are those of OpenID Connect Discovery 1.0 and RP-Initiated Logout 1.0.
    """

    issuer: str
    jwks_uri: _Address
    authorization_endpoint: _Address | None = None
    token_endpoint: _Address | None = None
    end_session_endpoint: _Address | None = None


async def discover(issuer: str, fetcher: Fetcher) -> Provider:
    """Fetch what `issuer` says of itself; raises Unusable, also where it names another issuer."""
    document = json_object(await fetcher.get(f"{issuer.removesuffix('/')}{WELL_KNOWN}"))
    try:
        found = Provider.model_validate(document)
    except ValidationError as error:
        raise Unusable from error
    if found.issuer != issuer:
        raise Unusable
    return found


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

"""Tokens without a county identity provider: for tests, development and demonstrations."""

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from libs.common.core.private import make_once, written_beside
from libs.common.security.actor import References, Role
from libs.common.security.checker import MAX_LIFETIME
from libs.common.security.settings import (
    AUDIENCE,
    DEMO_ISSUER,
    DEMO_KEY_PREFIX,
    DEMO_KEY_SET,
    AuthSettings,
)

_KEY_FILE: Final = "demo-key.pem"
_OTHERS: Final = 0o077
_NOTHING: Final = References()


class DemoIssuerRefused(Exception):
    """The demo issuer will not work here: others can read its key, or it is none."""


class DemoIssuer:
    """Issues tokens with a key of its own, kept in a directory as long as the directory lives.

    The private key is readable by its owner alone; one that others can read is refused. The
    public key stands beside it as a JWKS file, which `settings` points to.
    """

    def __init__(self, directory: Path) -> None:
        """Use the key in `directory`, or make one; raises DemoIssuerRefused."""
        directory.mkdir(parents=True, exist_ok=True)
        self._key_file = directory / _KEY_FILE
        self.key_set_file = directory / DEMO_KEY_SET
        if not self._key_file.exists():
            key = ECKey.generate_key("P-256", private=True)
            make_once(self._key_file, key.as_pem(private=True))
        self._key = self._read_key()
        self._publish()

    @property
    def settings(self) -> AuthSettings:
        """The settings by which a service accepts this issuer's tokens."""
        return AuthSettings(auth_issuer=DEMO_ISSUER, auth_key_set=str(self.key_set_file))

    def token(  # noqa: PLR0913 - one argument for each claim a test may want to choose
        self,
        role: Role,
        *,
        subject: str | None = None,
        teams: Iterable[UUID | str] = (),
        schools: Iterable[UUID | str] = (),
        children: Iterable[UUID | str] = (),
        staff_id: UUID | str | None = None,
        references: References = _NOTHING,
        lifetime: timedelta = timedelta(hours=12),
        now: datetime | None = None,
    ) -> str:
        """Return a signed token for somebody of that role, valid from `now` for `lifetime`.

        The subject is "demo-<role>" unless given. A lifetime over 24 hours raises ValueError.
        """
        if not timedelta(0) < lifetime <= MAX_LIFETIME:
            message = "a token lives for more than nothing and at most 24 hours"
            raise ValueError(message)
        issued = int((now or datetime.now(UTC)).timestamp())
        claims: dict[str, object] = {
            "iss": DEMO_ISSUER,
            "aud": AUDIENCE,
            "sub": subject or f"demo-{role}",
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "roles": [str(role)],
            "teams": sorted(map(str, teams)),
            "schools": sorted(map(str, schools)),
            "children": sorted(map(str, children)),
            "team_codes": sorted(references.teams),
            "school_urns": sorted(references.schools),
            "child_references": sorted(map("/".join, references.children)),
        }
        if staff_id is not None:
            claims["staff_id"] = str(staff_id)
        if references.staff is not None:
            claims["staff_reference"] = references.staff
        if references.parent is not None:
            claims["parent_reference"] = references.parent
        return self._sign(claims)

    def _sign(self, claims: dict[str, object]) -> str:
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key_id()}
        return jws.serialize_compact(header, json.dumps(claims), self._key, algorithms=["ES256"])

    def _key_id(self) -> str:
        return f"{DEMO_KEY_PREFIX}{self._key.thumbprint()}"

    def _read_key(self) -> ECKey:
        if self._key_file.stat().st_mode & _OTHERS:
            message = f"{_KEY_FILE} can be read by others: set its mode to 0600"
            raise DemoIssuerRefused(message)
        try:
            key = ECKey.import_key(self._key_file.read_bytes())
        except (JoseError, ValueError) as error:
            message = f"{_KEY_FILE} holds no key: remove it to have one made"
            raise DemoIssuerRefused(message) from error
        if not key.is_private or key.curve_name != "P-256":
            message = f"{_KEY_FILE} holds no private P-256 key: remove it to have one made"
            raise DemoIssuerRefused(message)
        return key

    def _publish(self) -> None:
        public = {**self._key.as_dict(private=False), "kid": self._key_id()}
        public |= {"use": "sig", "alg": "ES256"}
        document = json.dumps({"keys": [public]}, sort_keys=True).encode()
        if self.key_set_file.exists() and self.key_set_file.read_bytes() == document:
            return
        written_beside(self.key_set_file, document).replace(self.key_set_file)

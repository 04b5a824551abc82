"""Whose tokens a service accepts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCE: Final = "sssen"
"""The one audience of the four services."""

DEMO_ISSUER: Final = "urn:sssen:demo-issuer"
DEMO_KEY_SET: Final = "demo-jwks.json"
DEMO_KEY_PREFIX: Final = "demo-"
"""How the id of every demo key begins, so that a copied key set is known for what it is."""

Profile = Literal["development", "production"]


class AuthSettingsError(ValueError):
    """The settings for tokens cannot be used.

    `problems` holds a pair for each: the field, and a sentence that never contains its value.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Name every problem at once."""
        self.problems = problems
        super().__init__("; ".join(f"{field} {sentence}" for field, sentence in problems))


@dataclass(frozen=True)
class AuthSettings:
    """Whose tokens are accepted, and where the keys to check them come from.

    `key_set` is the path of a JWKS file or an https URL. The production profile refuses the demo
    issuer and its key set; anything unusable raises AuthSettingsError.
    """

    issuer: str
    audience: str
    key_set: str
    profile: Profile = "development"

    def __post_init__(self) -> None:
        """Refuse what could never check a token safely."""
        problems = tuple(self._problems())
        if problems:
            raise AuthSettingsError(problems)

    @property
    def remote(self) -> bool:
        """Whether the key set is fetched over the network."""
        return "://" in self.key_set

    def _problems(self) -> Iterator[tuple[str, str]]:
        for field in ("issuer", "audience", "key_set"):
            if not getattr(self, field).strip():
                yield field, "must not be empty"
        if "://" in self.key_set and not _is_https(self.key_set):
            yield "key_set", "must be a path or an https URL without user name or fragment"
        if self.profile == "production":
            yield from self._demo_problems()

    def _demo_problems(self) -> Iterator[tuple[str, str]]:
        if self.issuer == DEMO_ISSUER:
            yield "issuer", "must not be the demo issuer in the production profile"
        if PurePath(self.key_set).name == DEMO_KEY_SET:
            yield "key_set", "must not be the demo key set in the production profile"


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and user is None and not parts.fragment

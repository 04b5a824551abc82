"""How a county tells us by which client, secret and address its people sign in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, Field

from libs.common.tls_files import password_fault

_HTTPS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_OWN_MACHINE: Final = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
_TOGETHER: Final = ("auth_client_id", "auth_client_secret_file", "auth_pages_url")


def _listed(value: Any) -> Any:
    return tuple(value.split(",")) if isinstance(value, str) else value


class PagesSettings(BaseModel):
    """What is needed beside the issuer for people to sign in at pages; without it none can."""

    auth_client_secret_file: Path | None = Field(
        default=None,
        description="a file of mode 0600 with the secret of AUTH_CLIENT_ID on its first line",
    )
    auth_pages_url: str | None = Field(
        default=None,
        description="the address at which browsers open our pages: https://HOST[:PORT]",
    )
    auth_scopes: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=("openid", "profile", "offline_access"),
        description="what our pages ask the issuer for: openid and others, separated by commas",
    )


def pages_faults(values: Mapping[str, Any], *, production: bool) -> Iterator[str]:
    """Yield what is wrong with the settings of signing in together; no value."""
    if values.get("auth_client_secret_file") or values.get("auth_pages_url"):
        for name in _TOGETHER:
            if not values.get(name):
                yield f"{name.upper()} is missing: people sign in with {_names()} together"
    url = values.get("auth_pages_url")
    if url and not (_HTTPS.fullmatch(url) or (not production and _OWN_MACHINE.fullmatch(url))):
        yield "AUTH_PAGES_URL must be https://HOST[:PORT] without a path"
    if "openid" not in _listed(values.get("auth_scopes", "openid")):
        yield "AUTH_SCOPES must have openid among them"


def pages_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the secret's file, with its variable."""
    file = values.get("auth_client_secret_file")
    if file and (fault := password_fault(Path(file))):
        yield f"AUTH_CLIENT_SECRET_FILE {fault}"


def _names() -> str:
    return ", ".join(name.upper() for name in _TOGETHER)

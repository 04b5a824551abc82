"""How a county tells us by which client, secret and address its people sign in."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from libs.common.core.tls_files import password_fault
from libs.common.security.settings import listed


class PagesSettings(BaseModel):
    """What is needed beside the issuer for people to sign in at pages; without it none can."""

    auth_client_secret_file: Path | None = Field(
        default=None,
        description="a file of mode 0600 with the secret of AUTH_CLIENT_ID on its first line",
    )
    auth_scopes: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=("openid", "profile", "offline_access"),
        description="what our pages ask the issuer for: openid and others, separated by commas",
    )


def pages_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the settings of signing in together; no value."""
    if values.get("auth_client_secret_file") and not values.get("auth_client_id"):
        yield "AUTH_CLIENT_ID is missing: people sign in with it and AUTH_CLIENT_SECRET_FILE"
    if "openid" not in listed(values.get("auth_scopes", "openid")):
        yield "AUTH_SCOPES must have openid among them"


def pages_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the secret's file, with its variable."""
    file = values.get("auth_client_secret_file")
    if file and (fault := password_fault(Path(file))):
        yield f"AUTH_CLIENT_SECRET_FILE {fault}"

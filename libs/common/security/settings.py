"""Whose tokens a service accepts, and what their claims mean."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from libs.common.core.tls_files import authority_fault
from libs.common.security.actor import Role

AUDIENCE: Final = "sssen"
"""The one audience of the four services."""

DEMO_ISSUER: Final = "urn:sssen:demo-issuer"
DEMO_KEY_SET: Final = "demo-jwks.json"
DEMO_KEY_PREFIX: Final = "demo-"
"""How the id of every demo key begins, so that a copied key set is known for what it is."""

DISCOVERY: Final = "discovery"
"""The key set that is found by the issuer's own discovery document."""

MOST_LEEWAY: Final = 60
"""The most seconds that the issuer's clock and ours may differ."""

Profile = Literal["development", "production"]
Algorithm = Literal["ES256", "PS256", "RS256"]
TokenType = Literal["at+jwt", "JWT", "none"]

# A backslash takes the dot, comma or backslash after it as it is.
_DOT: Final = re.compile(r"((?:\\.|[^\\.])+)(?:\.(?=.)|$)")
_COMMA: Final = re.compile(r"((?:\\.|[^\\,])+)(?:,(?=.)|$)")
_ESCAPED: Final = re.compile(r"\\([\\.,])")
_CUT_HOST: Final = re.compile(r"://[^/.]+$")


def _split(text: str, part: re.Pattern[str]) -> tuple[str, ...]:
    found = list(part.finditer(text))
    if sum(len(one[0]) for one in found) != len(text):
        raise ValueError
    return tuple(_ESCAPED.sub(r"\1", one[1]) for one in found)


def _path(value: Any) -> Any:
    r"""Read the names on the way to a claim: `realm_access.roles`, `https://a\.example/roles`."""
    if not isinstance(value, str):
        return value
    names = _split(value, _DOT)
    if any(_CUT_HOST.search(name) for name in names[:-1]):
        raise ValueError  # an address whose dots were left as they are
    return names


def listed(value: Any) -> Any:
    """Read what a variable lists with commas."""
    return tuple(value.split(",")) if isinstance(value, str) else value


def _role_names(value: Any) -> Any:
    """Read `NAME=ROLE[,NAME=ROLE]`; a name that stands there twice is refused."""
    if not isinstance(value, str):
        return value
    pairs = [pair.rpartition("=") for pair in _split(value, _COMMA)]
    names = {name: role for name, _, role in pairs}
    if len(names) != len(pairs) or "" in names:
        raise ValueError
    return names


ClaimPath = Annotated[tuple[str, ...], BeforeValidator(_path)]
"""The names of the members that lead to a claim, from the outermost inwards."""


class AuthSettings(BaseModel):
    """Whose tokens are accepted, with which keys they are checked, and what their claims mean."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    profile: Profile = Field(default="development", description="development or production")
    auth_issuer: str = Field(
        min_length=1, description="whose tokens are accepted: an https address"
    )
    auth_audience: str = Field(
        default=AUDIENCE, min_length=1, description="whom a token must be meant for"
    )
    auth_key_set: str = Field(
        min_length=1,
        description="the issuer's keys: discovery, a file, or an https address of a JWKS",
    )
    auth_ca_file: Path | None = Field(
        default=None, description="a PEM file of the authority that the issuer's certificate is of"
    )
    auth_algorithms: Annotated[tuple[Algorithm, ...], BeforeValidator(listed)] = Field(
        default=("ES256", "PS256", "RS256"),
        description="how a token may be signed: some of ES256,PS256,RS256",
    )
    auth_token_types: Annotated[tuple[TokenType, ...], BeforeValidator(listed)] = Field(
        default=("at+jwt",),
        description="what a token's typ may say: some of at+jwt,JWT,none; none is no typ at all",
    )
    auth_other_audiences: bool = Field(
        default=False, description="whether a token may be meant for others too: true or false"
    )
    auth_client_id: str | None = Field(
        default=None,
        description="the id by which our pages sign in: what is meant for it is an ID token",
    )
    auth_leeway_seconds: int = Field(
        default=30,
        ge=0,
        le=MOST_LEEWAY,
        description="seconds that the issuer's clock and ours may differ, 0 to 60",
    )
    auth_role_names: Annotated[dict[str, Role] | None, BeforeValidator(_role_names)] = Field(
        default=None,
        description="which of the issuer's roles is which of ours: NAME=ROLE[,NAME=ROLE], with a"
        " comma within a name as \\,; the others count for nothing",
    )
    auth_roles_claim: ClaimPath = Field(
        default=("roles",),
        description="the claim of roles: NAME[.NAME], with a dot within a name as \\.",
    )
    auth_team_codes_claim: ClaimPath = Field(
        default=("team_codes",), description="the claim of the teams' codes, as a path"
    )
    auth_staff_reference_claim: ClaimPath = Field(
        default=("staff_reference",), description="the claim of the staff reference, as a path"
    )
    auth_parent_reference_claim: ClaimPath = Field(
        default=("parent_reference",),
        description="the claim of the parent or carer's own reference, as a path",
    )
    auth_school_urns_claim: ClaimPath = Field(
        default=("school_urns",), description="the claim of the schools' URNs, as a path"
    )
    auth_child_references_claim: ClaimPath = Field(
        default=("child_references",),
        description="the claim of the children's references, each SCHEME/REFERENCE, as a path",
    )
    auth_team_ids_claim: ClaimPath = Field(
        default=("teams",), description="the claim of the teams' ids of ours, as a path"
    )
    auth_staff_id_claim: ClaimPath = Field(
        default=("staff_id",), description="the claim of the staff id of ours, as a path"
    )
    auth_school_ids_claim: ClaimPath = Field(
        default=("schools",), description="the claim of the schools' ids of ours, as a path"
    )
    auth_child_ids_claim: ClaimPath = Field(
        default=("children",), description="the claim of the children's ids of ours, as a path"
    )


def auth_faults(values: Mapping[str, Any], *, production: bool) -> Iterator[str]:
    """Yield what is wrong with the settings taken together, each with its variable; no value.

    A field that is missing, or cannot be read by itself, is for others to name.
    """
    issuer, key_set = str(values.get("auth_issuer", "")), str(values.get("auth_key_set", ""))
    if key_set == DISCOVERY and "auth_issuer" in values and not is_https(issuer):
        yield "AUTH_ISSUER must be an https URL without user name or fragment for discovery"
    if "://" in key_set and not is_https(key_set):
        yield "AUTH_KEY_SET must be a path or an https URL without user name or fragment"
    if values.get("auth_ca_file") and not is_remote(key_set):
        yield "AUTH_CA_FILE is of use only where AUTH_KEY_SET is discovery or an https URL"
    if values.get("auth_client_id") == values.get("auth_audience", AUDIENCE):
        yield "AUTH_CLIENT_ID must not be AUTH_AUDIENCE: ID tokens could not be told apart"
    if production and issuer == DEMO_ISSUER:
        yield "AUTH_ISSUER must not be the demo issuer in the production profile"
    if production and PurePath(key_set).name == DEMO_KEY_SET:
        yield "AUTH_KEY_SET must not be the demo key set in the production profile"


def auth_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the file of authorities, with its variable."""
    if values.get("auth_ca_file") and (fault := authority_fault(Path(values["auth_ca_file"]))):
        yield f"AUTH_CA_FILE {fault}"


def is_remote(key_set: str) -> bool:
    """Say whether a key set is fetched over the network."""
    return key_set == DISCOVERY or "://" in key_set


def is_https(url: str) -> bool:
    """Say whether an address is an https URL without user name or fragment."""
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and user is None and not parts.fragment

"""What the claims of an accepted token say of the caller: roles, and what they stand for."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, StringConstraints, TypeAdapter, ValidationError

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.security.actor import Actor, References, Role
from libs.common.security.settings import AuthSettings, ClaimPath

T = TypeVar("T")

_LONGEST_SUBJECT: Final = 200
"""Of OpenID Connect's 255: as many as the tables keep."""


def _scheme_and_reference(text: Any) -> Any:
    scheme, _, reference = str(text).partition("/")
    return scheme, reference


_Urn = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,5}$")]
_Child = Annotated[tuple[Code, Reference], BeforeValidator(_scheme_and_reference)]

_IDS: Final[TypeAdapter[list[UUID]]] = TypeAdapter(list[Identifier])
_CODES: Final[TypeAdapter[list[str]]] = TypeAdapter(list[Code])
_URNS: Final[TypeAdapter[list[str]]] = TypeAdapter(list[_Urn])
_REFERENCES: Final[TypeAdapter[list[str]]] = TypeAdapter(list[Reference])
_CHILDREN: Final[TypeAdapter[list[tuple[str, str]]]] = TypeAdapter(list[_Child])


class TokenRefused(Exception):
    """Why a token was refused, in one word for our own logs; the caller is never told."""


class ClaimReader:
    """Reads an actor from claims, each found where the settings say.

    A role that is not one of ours, or not named in the settings where they name any, counts for
    nothing: a token without any known role is accepted, and may do nothing. One value where a list
    is usual is a list of one, and the other way round; what is null is not there. Anything else
    that is not in its form is refused.
    """

    def __init__(self, settings: AuthSettings) -> None:
        """Take where each claim is, and what the issuer's roles are called here."""
        self._at = settings
        ours = {str(role): role for role in Role}
        self._roles = ours if settings.auth_role_names is None else settings.auth_role_names

    def actor(self, claims: Mapping[str, object]) -> Actor:
        """Return the caller; raises TokenRefused."""
        at = self._at
        names = _texts(claims, at.auth_roles_claim)
        return Actor(
            subject=_subject(claims.get("sub")),
            roles=frozenset(self._roles[name] for name in names if name in self._roles),
            teams=_formed(claims, at.auth_team_ids_claim, _IDS),
            schools=_formed(claims, at.auth_school_ids_claim, _IDS),
            children=_formed(claims, at.auth_child_ids_claim, _IDS),
            staff_id=_sole(claims, at.auth_staff_id_claim, _IDS),
            references=References(
                teams=_formed(claims, at.auth_team_codes_claim, _CODES),
                schools=_formed(claims, at.auth_school_urns_claim, _URNS),
                children=_formed(claims, at.auth_child_references_claim, _CHILDREN),
                staff=_sole(claims, at.auth_staff_reference_claim, _REFERENCES),
                parent=_sole(claims, at.auth_parent_reference_claim, _REFERENCES),
            ),
        )


def _subject(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SUBJECT:
        raise TokenRefused("sub")
    if not value.isprintable() or value.isspace():
        raise TokenRefused("sub")
    return value


def _found(claims: Mapping[str, object], path: ClaimPath) -> object:
    """Return what is at the end of a path, or None where nothing is."""
    value: object = claims
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _texts(claims: Mapping[str, object], path: ClaimPath) -> list[str]:
    """Return the texts of a claim, whole numbers among them as they are written."""
    value = _found(claims, path)
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    if any(isinstance(one, bool) or not isinstance(one, str | int) for one in values):
        raise TokenRefused(path[-1])
    return [str(one) for one in values]


def _formed(
    claims: Mapping[str, object], path: ClaimPath, form: TypeAdapter[list[T]]
) -> frozenset[T]:
    try:
        return frozenset(form.validate_python(_texts(claims, path)))
    except ValidationError:
        raise TokenRefused(path[-1]) from None


def _sole(claims: Mapping[str, object], path: ClaimPath, form: TypeAdapter[list[T]]) -> T | None:
    found = _formed(claims, path, form)
    if len(found) > 1:
        raise TokenRefused(path[-1])
    return next(iter(found), None)

"""The start page: what a person can open here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

from libs.common.core.errors import DomainError
from libs.common.pages.rendering import Templates
from libs.common.pages.signing_in import Signed, SignIn
from libs.common.security import reaches

_TEMPLATES: Final = Templates()


@dataclass(frozen=True, kw_only=True)
class Front:
    """A page that the start page links to, for those who may take an action."""

    words: str
    about: str
    address: str
    action: str


async def index_page(
    request: Request,
    services: Mapping[str, Mapping[str, str]],
    fronts: Mapping[SignIn, Sequence[Front]],
) -> Response:
    """Return the start page; whoever is signed in is shown what they may open, others all."""
    links: list[Front] = []
    for sign_in, front in fronts.items():
        signed = await _signed(sign_in, request)
        if signed is not None:
            request.scope.setdefault("state", {})["viewer"] = signed.viewer
        links += [one for one in front if signed is None or await _may(sign_in, signed, one)]
    return _TEMPLATES.page(
        "index.html",
        request.scope,
        links=links,
        sign_in=next((f"/{one.service}/sign-in" for one in fronts), None),
        services=services,
        events="/reporting/asyncapi.json" if "reporting" in services else None,
    )


async def _signed(sign_in: SignIn, request: Request) -> Signed | None:
    """Return who is signed in; while that cannot be told, nobody."""
    try:
        return await sign_in.signed(request)
    except DomainError:
        return None


async def _may(sign_in: SignIn, signed: Signed, front: Front) -> bool:
    guard = sign_in.guard
    try:
        actor = await guard.tokens.actor(f"Bearer {signed.tokens.access}", guard.clock.now())
    except DomainError:
        return False
    return bool(reaches(guard.grants, actor, front.action))

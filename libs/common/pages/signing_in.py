"""Signing in and out at pages: with the county's provider or, in development, by name."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from libs.common.core.clock import local_day
from libs.common.core.errors import NotAllowed, NotFound, Unauthenticated, Unavailable
from libs.common.http.availability import available
from libs.common.http.requests import Guard
from libs.common.pages.code_flow import CodeFlow, SignInFailed
from libs.common.pages.forms import FormNotOurs, check_token, is_from
from libs.common.pages.people import DemoPeople
from libs.common.pages.rendering import Viewer
from libs.common.pages.secrets import Secret
from libs.common.pages.sessions import LONGEST, Sessions, Tokens
from libs.common.persistence.uow import Access, RequestContext

log = logging.getLogger(__name__)

BEGUN_SECONDS: Final = 900
"""How long somebody may take to sign in."""
RENEW_BEFORE: Final = timedelta(seconds=60)
"""How long before its end an access token is renewed."""
WAIT_SECONDS: Final = 6.0
"""How long a request waits for another to renew a token that has run out."""
LONGEST_WAY_BACK: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """How people sign in: by the provider, in development by name, or, with neither, not at all.

    `pages_url` is the address that browsers know these services by, without a path; "" is whatever
    they called, which is for development alone.
    """

    provider: CodeFlow | None = None
    people: DemoPeople | None = None
    pages_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A browser that is signed in."""

    secret: Secret
    tokens: Tokens
    viewer: Viewer


@dataclass(frozen=True, eq=False)
class SignIn:
    """Signing in at one service."""

    service: str
    settings: SignInSettings
    sessions: Sessions
    guard: Guard

    # -- cookies ---------------------------------------------------------------------------------

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS; plain http is for this machine and development."""
        return self.settings.pages_url.startswith("https:")

    def cookie(self, what: str) -> str:
        """Return a cookie's name; a browser takes `__Host-` over TLS and for this host alone."""
        return f"{'__Host-' if self.secure else ''}sssen-{self.service}-{what}"

    def read(self, request: Request, what: str) -> Secret | None:
        """Return the secret in a cookie."""
        return Secret.read(request.cookies.get(self.cookie(what)))

    def give(self, response: Response, what: str, text: str, seconds: int) -> None:
        """Put a text in a cookie that no script reads and no other site sends with a form."""
        response.set_cookie(
            self.cookie(what),
            text,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def take(self, response: Response, what: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(
            self.cookie(what), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    # -- sessions --------------------------------------------------------------------------------

    async def signed(self, request: Request) -> Signed | None:
        """Return who is signed in at a browser, with a token that still holds; None is nobody."""
        secret, now = self.read(request, "session"), self.guard.clock.now()
        if secret is None:
            return None
        async with available():
            tokens = await self.sessions.find(secret, now)
            if tokens is not None and now >= tokens.expires_at - RENEW_BEFORE:
                tokens = await self._renewed(secret, tokens, now)
        if tokens is None:
            return None
        provider = self.settings.provider
        viewer = Viewer(
            name=tokens.name,
            form_token=secret.word("form"),
            sign_out=f"/{self.service}/sign-out",
            form_targets=await provider.sign_out_origins(now) if provider else (),
        )
        return Signed(secret=secret, tokens=tokens, viewer=viewer)

    async def _renewed(self, secret: Secret, tokens: Tokens, now: datetime) -> Tokens | None:
        """Renew the tokens, or let another request that is at it finish; None ends the session."""
        if self.settings.provider is None:
            return tokens
        if not await self.sessions.claim(secret, now):
            return tokens if now < tokens.expires_at else await self._awaited(secret)
        held = await self.sessions.find(secret, now)
        if held != tokens:  # another renewed them after we looked: a refresh token is used once
            await self.sessions.keep(secret, None)
            return held
        new = None
        try:
            new = await self.settings.provider.renewed(tokens, now)
        except SignInFailed:
            await self.sessions.end(secret)
            return None
        except Unavailable:
            if now >= tokens.expires_at:
                raise
            return tokens
        finally:
            await self.sessions.keep(secret, new)
        return new

    async def _awaited(self, secret: Secret) -> Tokens | None:
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        now = self.guard.clock.now()
        while await self.sessions.is_being_renewed(secret, now):
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.05)
        return await self.sessions.find(secret, now)

    # -- the ways in and out ---------------------------------------------------------------------

    def callback(self, request: Request) -> str:
        """Return the address to which the provider sends a browser back."""
        return f"{self.origin(request)}/{self.service}/sign-in/callback"

    def origin(self, request: Request) -> str:
        """Return the address that browsers know us by."""
        return self.settings.pages_url or f"http://{request.headers.get('host', '')}"

    async def leave_for_provider(self, request: Request, to: str) -> Response:
        """Send a browser to the provider, to come back to where it wanted to be."""
        assert self.settings.provider is not None
        secret = Secret.new()
        now = self.guard.clock.now()
        place = await self.settings.provider.address(secret, self.callback(request), now)
        response = RedirectResponse(place, 303, _KEPT_NOWHERE)
        self.give(response, "begun", secret.text, BEGUN_SECONDS)
        self.give(response, "to", to, BEGUN_SECONDS)
        return response

    async def come_back(self, request: Request) -> Response:
        """Sign a browser in that the provider sent back."""
        provider, secret = self.settings.provider, self.read(request, "begun")
        if provider is None:
            raise NotFound
        if secret is None:
            raise SignInFailed(code="sign-in-not-begun-here")
        answer = dict(request.query_params)
        tokens = await provider.tokens(
            secret, answer, self.callback(request), self.guard.clock.now()
        )
        return await self.begin(request, tokens, request.cookies.get(self.cookie("to"), "/"))

    async def begin(self, request: Request, tokens: Tokens, to: str) -> Response:
        """Begin a session with tokens that are accepted here, and say so in the audit.

        The one that the browser had is over: its cookie is replaced, so nobody could end it.
        """
        now, before = self.guard.clock.now(), self.read(request, "session")
        try:
            actor = await self.guard.tokens.actor(f"Bearer {tokens.access}", now)
        except Unauthenticated as error:
            raise NoRoleHere from error
        if not actor.roles:
            raise NoRoleHere
        request_id = getattr(request.state, "request_id", "")
        context = RequestContext(
            Access(actor, "session.begin", frozenset(), local_day(now)), request_id
        )
        async with available():
            if before is not None:
                await self.sessions.end(before)
            secret = await self.sessions.begin(tokens, now)
            await self.guard.units.note(context, "/sign-in", "done")
        response = RedirectResponse(local_path(to), 303, _KEPT_NOWHERE)
        self.give(response, "session", secret.text, int(LONGEST.total_seconds()))
        self.take(response, "begun")
        self.take(response, "to")
        return response

    async def end(self, request: Request) -> Response:
        """Sign a browser out, here and at the provider."""
        secret = self.read(request, "session")
        place = f"/{self.service}/signed-out"
        provider, now = self.settings.provider, self.guard.clock.now()
        if secret is not None:
            async with available():
                tokens = await self.sessions.find(secret, now)
                await self.sessions.end(secret)
            if tokens is not None and provider is not None:
                then = f"{self.origin(request)}{place}"
                place = await provider.sign_out_address(tokens, then, now) or place
        response = RedirectResponse(place, 303, _KEPT_NOWHERE)
        self.take(response, "session")
        return response

    # -- forms -----------------------------------------------------------------------------------

    def check_form(self, request: Request, secret: Secret | None, form: Mapping[str, str]) -> None:
        """Refuse a form that did not come from a page of ours in the same browser."""
        if is_from(request, {urlsplit(self.origin(request)).netloc}) is False:
            raise FormNotOurs
        check_token(secret, form)


class NoRoleHere(NotAllowed):
    """403: the provider knows somebody who has nothing to do with this service."""

    detail = (
        "You signed in, and your account has no role in this service. Ask the people who look"
        " after your account to give it one."
    )


_KEPT_NOWHERE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def local_path(to: str) -> str:
    """Return where to go next if it is a path of ours, else the start page.

    Browsers read two slashes, a backslash and control characters as another site's address.
    """
    parts = urlsplit(to)
    plain = to.isascii() and to.isprintable() and "\\" not in to and len(to) <= LONGEST_WAY_BACK
    local = to.startswith("/") and not to.startswith("//") and not parts.scheme and not parts.netloc
    return to if plain and local else "/"

"""A browser with an open link: what it sent, and the secret by which its form is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request, Response

from libs.common.core.clock import local_day
from libs.common.http.availability import available
from libs.common.http.requests import Guard, address_of
from libs.common.pages.rendering import Templates
from libs.common.pages.secrets import Secret
from libs.common.persistence.uow import Access, RequestContext
from libs.common.security import Actor, Reach
from services.survey.courses.domain import courses
from services.survey.links.domain import NoSuchLink, ticket_of
from services.survey.open_links.domain import Opened, as_written, code_in
from services.survey.open_links.queries import is_sent, opened
from services.survey.open_links.questions import QUOTE, TENTHS, YES_OR_NO
from services.survey.questionnaires.forms import resolved

DAYS: Final = 90
"""How long a browser is known again: longer than a wave is open."""
_STRICT: Final = {"Referrer-Policy": "no-referrer"}


def in_words(day: date) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}"


_TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates",
    day=in_words,
    tenths=TENTHS,
    quote=QUOTE,
    yes_or_no=YES_OR_NO,
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser that has a link open."""

    request: Request
    code: str
    one: Opened
    secret: Secret
    is_sent: bool
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def guard(self) -> Guard:
        """What the service's routes check against, and where they work."""
        return guard_of(self.request)

    @property
    def takes_forms(self) -> bool:
        """Whether a form may be sent now."""
        return self.one.takes_forms(local_day(self.guard.clock.now()))

    @property
    def ticket(self) -> str:
        """The code on the receipt, by which the same form again is the same."""
        return ticket_of(self.secret)

    @property
    def title(self) -> str:
        """What is asked about."""
        if self.one.form is not None:
            return resolved(self.one.form).title
        assert self.one.delivery, "it is of a wave or of a delivery"
        return self.one.delivery.called(courses())

    @property
    def place(self) -> str:
        """The address of the page."""
        return f"/survey/open/{as_written(self.code)}"

    @property
    def address(self) -> str:
        """The whole address, as it is scanned and typed."""
        return f"{self.request.app.state.running.public_url}{self.place}"

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """Return a page about what is asked, and have the browser be known again."""
        shown = _TEMPLATES.page(
            name,
            self.request.scope,
            status=status,
            headers=_STRICT,
            title=self.title,
            delivery=self.one.delivery,
            until=self.one.last_day,
            here=self.place,
            form_token=self.secret.word("form"),
            **values,
        )
        shown.set_cookie(
            _cookie(self.request, self.one.link.id),
            self.secret.text,
            max_age=DAYS * 86_400,
            path="/",
            secure=_is_secure(self.request),
            httponly=True,
            samesite="lax",
        )
        return shown


def guard_of(request: Request) -> Guard:
    """Return what the service's routes check against."""
    guard: Guard = request.app.state.guard
    return guard


def context_of(request: Request) -> RequestContext:
    """Return who asks: anybody, of whom nothing is known."""
    nobody: frozenset[UUID] = frozenset()
    actor = Actor(
        subject="open-link",
        roles=frozenset(),
        teams=nobody,
        schools=nobody,
        children=nobody,
        staff_id=None,
    )
    today = local_day(guard_of(request).clock.now())
    access = Access(actor, "open_link.answer", frozenset({Reach.COUNTY}), today)
    return RequestContext(access, getattr(request.state, "request_id", ""))


async def visit_of(request: Request, typed: str, fields: Mapping[str, str] | None = None) -> Visit:
    """Return who calls by which code; raises NoSuchLink, or TooManyRequests after many wrong."""
    guard, code = guard_of(request), code_in(typed)
    async with available(), guard.units.read(context_of(request)) as read:
        try:
            one = await opened(read, code)
        except NoSuchLink:
            guard.guesses.take(address_of(request))
            raise
        known = Secret.read(request.cookies.get(_cookie(request, one.link.id)))
        sent = known is not None and await is_sent(read.connection, ticket_of(known))
    assert code, "a link was found by it"
    return Visit(
        request=request,
        code=code,
        one=one,
        secret=known or Secret.new(),
        is_sent=sent,
        fields=fields or {},
    )


def gone(request: Request) -> Response:
    """Return the one page for every code that leads nowhere, or takes no forms."""
    return _TEMPLATES.page("over.html", request.scope, status=NoSuchLink.status, headers=_STRICT)


def not_yet(request: Request, fields: Mapping[str, str], status: int) -> Response:
    """Say that a form was not received, with all of it on the page."""
    return _TEMPLATES.page(
        "not_yet.html",
        request.scope,
        status=status,
        headers={"Retry-After": "30", **_STRICT},
        here=request.url.path,
        kept={name: said for name, said in fields.items() if name != "step"},
        step=fields.get("step", "ask"),
    )


def hosts(request: Request) -> set[str]:
    """Return by which hosts browsers know us."""
    own = urlsplit(request.app.state.running.public_url).netloc
    return {own, request.headers.get("host", "")}


def _cookie(request: Request, link_id: UUID) -> str:
    """Return the cookie's name, one a link."""
    return f"{'__Host-' if _is_secure(request) else ''}sssen-open-{link_id.hex}"


def _is_secure(request: Request) -> bool:
    return bool(request.app.state.running.public_url.startswith("https:"))

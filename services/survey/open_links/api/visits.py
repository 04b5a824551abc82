"""A browser with an open link: what it sent, and the secret by which its form is one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response

from libs.common.core.clock import local_day
from libs.common.http.availability import available
from libs.common.http.requests import Guard, address_of
from libs.common.pages.secrets import Secret
from libs.common.persistence.uow import RequestContext
from services.survey.asking import pages, steps
from services.survey.asking.browsers import (
    cookie_name,
    is_secure,
    languages_of,
    languages_of_pages,
    voice_for,
)
from services.survey.asking.pages import Asking, Page
from services.survey.asking.questions import Fault, Helped
from services.survey.courses.domain import courses
from services.survey.links.domain import NoSuchLink, ticket_of
from services.survey.open_links.commands import send_answers, send_rating
from services.survey.open_links.domain import Opened, as_written, code_in
from services.survey.open_links.queries import is_sent, opened
from services.survey.open_links.ratings import MARKS, TENTHS, read_rating
from services.survey.questionnaires.forms import OfferedLanguage, resolved
from services.survey.responses.answers import Answered

DAYS: Final = 90
"""How long a browser is known again: longer than a wave is open."""


def in_words(day: date) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}"


_TEMPLATES: Final = pages.templates(Path(__file__).parents[1] / "templates", day=in_words)


@dataclass(frozen=True, kw_only=True)
class Visit(steps.Visit):
    """A browser that has a link open."""

    code: str
    one: Opened
    is_sent: bool

    @cached_property
    def page(self) -> Page:
        """What every page has to know."""
        return Page(**self._page())

    @cached_property
    def asking(self) -> Asking:
        """What the pages of a questionnaire have to know: nothing is kept, all is for good."""
        assert self.one.form, "a wave asks a questionnaire"
        return Asking(definition=self.one.form, keeps=False, open_to_all=True, **self._page())

    def _page(self) -> dict[str, Any]:
        token = self.secret.word("form")
        spoken = {"voice": self.voice, "languages": self.languages}
        return {"here": self.here, "form_token": token, **spoken}

    @property
    def link_id(self) -> UUID:
        """By what the link is known."""
        return self.one.link.id

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
    def here(self) -> str:
        """The address of the page."""
        return f"/survey/open/{as_written(self.code)}"

    @property
    def address(self) -> str:
        """The whole address, as it is scanned and typed."""
        return f"{self.request.app.state.running.public_url}{self.here}"

    async def keep(self, at: str) -> None:
        """Keep nothing: a form that is not sent is with its browser alone."""

    async def send(self, answers: Sequence[Answered], helped: Helped) -> Response:
        """Record the answers, once."""
        return await self._do(partial(send_answers, answers=tuple(answers), helped=helped))

    async def decline(self) -> Response:
        """Lead back to the first page: nobody was asked who could decline."""
        return self.sent_on()

    async def rate(self) -> Response:
        """Record the rating, once."""
        command, faults = read_rating(self.fields)
        if command is None:
            return self.rating(faults)
        return await self._do(partial(send_rating, command=command))

    async def _do(self, send: Callable[..., Awaitable[None]]) -> Response:
        """Have a form be recorded, unless too many come from one address."""
        self.guard.forms.take(address_of(self.request))
        context = context_of(self.request)
        async with available(), self.guard.units.work(context) as uow:
            await send(uow, self.code, self.ticket)
        return self.sent_on()

    # -- pages ------------------------------------------------------------------------------------

    def start(self) -> Response:
        """Show what is asked, and of whom: a rating form at once."""
        if self.one.form is None:
            return self.rating()
        return pages.start(self.request, self.asking, self.here, {})

    def rating(self, faults: Sequence[Fault] = ()) -> Response:
        """Show the form on which a delivery is rated."""
        assert self.one.delivery, "what is rated is a delivery"
        return pages.page(
            self.request,
            self.page,
            "rating.html",
            422 if faults else 200,
            templates=_TEMPLATES,
            title=self.title,
            delivered_on=self.one.delivery.delivered_on,
            marks=MARKS,
            tenths=TENTHS,
            given=self.fields,
            faults=faults,
        )

    def receipt(self) -> Response:
        """Show the receipt; that of a rating has no code, for nothing is told of it."""
        ticket = self.ticket if self.one.form is not None else None
        return pages.receipt(self.request, self.page, ticket, changes=False)

    def sheet(self, *, has_pdf: bool) -> Response:
        """Show the sheet that leads to the form."""
        return _TEMPLATES.page(
            "sheet.html",
            self.request.scope,
            title=self.title,
            delivery=self.one.delivery,
            until=self.one.last_day,
            here=self.here,
            address=self.address,
            has_pdf=has_pdf,
        )

    def known_again(self, response: Response) -> Response:
        """Have the browser be known again; no page says where it is, for the code is in there."""
        response.headers.update(pages.NO_REFERRER)
        response.set_cookie(
            _cookie(self.request, self.link_id),
            self.secret.text,
            max_age=DAYS * 86_400,
            path="/",
            secure=is_secure(self.request),
            httponly=True,
            samesite="lax",
        )
        return response


def context_of(request: Request) -> RequestContext:
    """Return who asks: anybody, of whom nothing is known."""
    return steps.by_link(request, "open-link", "open_link.answer")


async def visit_of(request: Request, typed: str, fields: dict[str, str] | None = None) -> Visit:
    """Return who calls by which code; raises NoSuchLink, or TooManyRequests after many wrong."""
    guard: Guard = request.app.state.guard
    code = code_in(typed)
    async with available(), guard.units.read(context_of(request)) as read:
        try:
            one = await opened(read, code)
        except NoSuchLink:
            guard.guesses.take(address_of(request))
            raise
        known = Secret.read(request.cookies.get(_cookie(request, one.link.id)))
        sent = known is not None and await is_sent(read.connection, ticket_of(known))
    assert code, "a link was found by it"
    languages = _languages(request, one)
    audience = one.form.audience if one.form is not None else None
    return Visit(
        request=request,
        secret=known or Secret.new(),
        voice=voice_for(request, one.link.id, {each.code for each in languages}, audience),
        languages=languages,
        fields=fields or {},
        code=code,
        one=one,
        is_sent=sent,
    )


def _languages(request: Request, one: Opened) -> list[OfferedLanguage]:
    if one.form is None:
        return languages_of_pages(request)
    return languages_of(request, one.form)


def _cookie(request: Request, link_id: UUID) -> str:
    """Return the cookie's name, one a link."""
    return cookie_name(request, f"open-{link_id.hex}")

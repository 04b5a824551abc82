"""Whoever has a personal link open: what is kept for them, and how their answers are recorded."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar
from uuid import UUID

from fastapi import Response

from libs.common.http.availability import available
from libs.common.persistence.uow import UnitOfWork
from services.survey.asking import pages, steps
from services.survey.asking.pages import Asking
from services.survey.asking.questions import Helped
from services.survey.links.commands import decline, keep_draft, may_change, send
from services.survey.links.cookies import give_code, give_secret, kept_code
from services.survey.links.domain import Link, seal, ticket_of
from services.survey.responses.answers import Answered

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Visit(steps.Visit):
    """A browser with a link open, and what it sent."""

    link: Link

    @cached_property
    def asking(self) -> Asking:
        """What the pages have to know."""
        return Asking(
            definition=self.link.form,
            here=self.here,
            form_token=self.secret.word("form"),
            voice=self.voice,
            languages=self.languages,
            keeps=not self.changing and self.link.used_at is None,
            anonymous=self.link.anonymous,
        )

    @property
    def here(self) -> str:
        """The address of its pages, in which its token is not."""
        return place_of(self.link.id)

    @property
    def link_id(self) -> UUID:
        """By what the link is known."""
        return self.link.id

    @property
    def changing(self) -> bool:
        """Whether the answers are to take the place of those sent."""
        return self.fields.get("changing") == "yes"

    @property
    def ticket(self) -> str | None:
        """The code of the receipt; of an anonymous one the browser that sent it alone has it."""
        if self.link.anonymous:
            return kept_code(self.request, self.link.id)
        return ticket_of(self.secret)

    async def do(self, what: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Carry a command out for whoever has the link."""
        context = steps.by_link(self.request, f"link:{self.link.id}", "link.answer")
        async with available(), self.guard.units.work(context) as uow:
            return await what(uow)

    async def keep(self, at: str) -> None:
        """Keep what was filled in, sealed, until it is sent, and where somebody goes on."""
        draft = pages.carried(self.fields) | {"at": at}
        await self.do(partial(keep_draft, one=self.link, draft=seal(self.secret, draft)))

    async def send(self, answers: Sequence[Answered], helped: Helped) -> Response:
        """Record the answers, once, or put them in the place of those sent."""
        command = partial(
            send,
            secret=self.secret,
            answers=answers,
            helped=helped,
            changing=self.changing,
        )
        code = await self.do(command)
        response = self.sent_on()
        if code:
            give_code(self.request, response, self.link.id, code)
        return response

    async def decline(self) -> Response:
        """Note that they do not want to answer."""
        await self.do(partial(decline, one=self.link))
        return self.sent_on()

    def sent_on(self, at: str = "") -> Response:
        """Send the browser on to the address without the token, which it keeps."""
        response = super().sent_on(at)
        give_secret(self.request, response, self.link.id, self.secret)
        return response

    def receipt(self) -> Response:
        """Show the receipt; answers may be changed while they count."""
        changes = may_change(self.link, self.guard.clock.now())
        shown = pages.receipt(
            self.request, self.asking, self.ticket, anonymous=self.link.anonymous, changes=changes
        )
        give_secret(self.request, shown, self.link.id, self.secret)
        return shown


def place_of(link_id: UUID) -> str:
    """Return the address of a link's pages, in which its token is not."""
    return f"/survey/answers/{link_id}"

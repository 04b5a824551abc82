"""What each button of the pages does, for whoever has a link open."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Final, TypeVar, get_args
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from libs.common.contracts.survey import AssistedBy
from libs.common.core.clock import local_day
from libs.common.http.availability import available
from libs.common.http.requests import Guard
from libs.common.pages.secrets import Secret
from libs.common.persistence.uow import Access, RequestContext, UnitOfWork
from libs.common.security import Actor, Reach
from services.survey.links import pages
from services.survey.links.commands import decline, keep_draft, may_change, send
from services.survey.links.cookies import give_code, give_secret, give_voice, kept_code
from services.survey.links.domain import Link, seal, ticket_of
from services.survey.links.pages import CHECK, NO_REFERRER, SAVED, Asking
from services.survey.links.questions import Fault, questions_of, read_answers
from services.survey.links.words import Voice
from services.survey.questionnaires.forms import OfferedLanguage
from services.survey.responses.answers import Answered

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser with a link open, and what it sent."""

    request: Request
    secret: Secret
    link: Link
    voice: Voice
    languages: Sequence[OfferedLanguage]
    fields: Mapping[str, str]

    @cached_property
    def asking(self) -> Asking:
        """What the pages have to know."""
        return Asking(
            definition=self.link.form,
            here=place_of(self.link.id),
            form_token=self.secret.word("form"),
            voice=self.voice,
            languages=self.languages,
            keeps=not self.changing and self.link.used_at is None,
            anonymous=self.link.anonymous,
        )

    @property
    def guard(self) -> Guard:
        """What the service's routes check against, and where they work."""
        guard: Guard = self.request.app.state.guard
        return guard

    @property
    def answered(self) -> dict[str, str]:
        """What was filled in, by field."""
        return {name: said for name, said in self.fields.items() if name.startswith("q-")}

    @property
    def helped(self) -> AssistedBy:
        """Who helped."""
        said = self.fields.get("helped")
        return said if said in get_args(AssistedBy) else "none"  # type: ignore[return-value]

    @property
    def changing(self) -> bool:
        """Whether the answers are to take the place of those sent."""
        return self.fields.get("changing") == "yes"

    @property
    def at(self) -> str:
        """The place of the questionnaire that the browser is at."""
        return self.fields.get("at", "")

    @property
    def seen(self) -> list[str]:
        """The questions that were on its pages."""
        return self.fields.get("asked", "").split()

    @property
    def step(self) -> tuple[str, str]:
        """The button that was pressed: what it does, and with what."""
        name, _, what = self.fields.get("step", "").partition(":")
        return name, what

    @property
    def ticket(self) -> str | None:
        """The code of the receipt; of an anonymous one the browser that sent it alone has it."""
        if self.link.anonymous:
            return kept_code(self.request, self.link.id)
        return ticket_of(self.secret)

    async def do(self, what: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Carry a command out for whoever has the link."""
        async with available(), self.guard.units.work(_context(self)) as uow:
            return await what(uow)


def place_of(link_id: UUID) -> str:
    """Return the address of a link's pages, in which its token is not."""
    return f"/survey/answers/{link_id}"


def _context(visit: Visit) -> RequestContext:
    nobody: frozenset[UUID] = frozenset()
    actor = Actor(
        subject=f"link:{visit.link.id}",
        roles=frozenset(),
        teams=nobody,
        schools=nobody,
        children=nobody,
        staff_id=None,
    )
    today = local_day(visit.guard.clock.now())
    access = Access(actor, "link.answer", frozenset({Reach.COUNTY}), today)
    return RequestContext(access, getattr(visit.request.state, "request_id", ""))


# -- where somebody goes --------------------------------------------------------------------------


def sent_on(visit: Visit, at: str = "") -> Response:
    """Send the browser on to the address without the token."""
    place = place_of(visit.link.id)
    address = f"{place}?{urlencode({'at': at})}" if at else place
    response = RedirectResponse(address, 303, {"Cache-Control": "no-store", **NO_REFERRER})
    give_secret(visit.request, response, visit.link.id, visit.secret)
    return response


def show(visit: Visit, at: str) -> Response:
    """Show what is at a place of the questionnaire, with what was filled in."""
    if at == CHECK:
        return _checked(visit)
    if at == SAVED:
        return pages.saved(visit.request, visit.asking)
    return _asked(visit, at)


def receipt(visit: Visit) -> Response:
    """Show the receipt; answers may be changed while they count."""
    changes = may_change(visit.link, visit.guard.clock.now())
    shown = pages.receipt(visit.request, visit.asking, visit.ticket, changes=changes)
    give_secret(visit.request, shown, visit.link.id, visit.secret)
    return shown


async def _go(visit: Visit, at: str) -> Response:
    """Go to a place: by its address where answers are kept meanwhile, or else at once."""
    known = {*visit.asking.places(visit.fields), CHECK, SAVED}
    at = at if at in known else ""
    if not visit.asking.keeps:
        return show(visit, at)
    await _keep(visit, visit.at if at == SAVED else at)
    return sent_on(visit, at)


async def _keep(visit: Visit, at: str) -> None:
    """Keep what was filled in until it is sent, and where somebody goes on."""
    draft = pages.carried(visit.fields) | {"at": at}
    await visit.do(partial(keep_draft, one=visit.link, draft=seal(visit.secret, draft)))


def _asked(
    visit: Visit, at: str = "", faults: Sequence[Fault] = (), *, led_on: bool = False
) -> Response:
    if visit.asking.paced:
        return pages.question(visit.request, visit.asking, visit.fields, at, faults)
    return pages.questions(visit.request, visit.asking, visit.fields, faults, led_on=led_on)


def _checked(visit: Visit) -> Response:
    answers, faults = _read(visit)
    if faults:
        return _asked(visit, _first_at(visit, faults), faults)
    return pages.check(visit.request, visit.asking, visit.fields, empty=not answers)


# -- steps ----------------------------------------------------------------------------------------


def spoken_to(visit: Visit) -> Visit:
    """Return who calls, in the language or the words that they chose."""
    how, what = visit.step
    if how == "language" and what in {one.code for one in visit.languages}:
        return replace(visit, voice=replace(visit.voice, language=what))
    easy = what == "easy" if how == "words" else visit.voice.easy
    return replace(visit, voice=replace(visit.voice, easy=easy))


async def _speak(visit: Visit) -> Response:
    """Go on in another language or in other words, with what was filled in so far."""
    visit = spoken_to(visit)
    carries = "asked" in visit.fields
    response = await _go(visit, visit.at) if carries else sent_on(visit, visit.at)
    give_voice(visit.request, response, visit.link.id, visit.voice)
    return response


async def _edit(visit: Visit) -> Response:
    """Show the questions, or the one that is to be changed, with the answers as they were sent."""
    return await _go(visit, visit.step[1])


async def _on(visit: Visit) -> Response:
    """Go on from one question to the next."""
    _, faults = read_answers(visit.link.form, visit.answered)
    if here := [one for one in faults if one.field in {"", f"q-{visit.at}"}]:
        return _asked(visit, visit.at, here)
    return await _go(visit, _next(visit))


async def _skip(visit: Visit) -> Response:
    """Leave one question out, whatever was said to it before."""
    asked = {one.id: one.fields for one in visit.asking.questions(visit.fields)}
    left_out = asked.get(visit.at, frozenset({"helped"}))
    kept = {name: said for name, said in visit.fields.items() if name not in left_out}
    visit = replace(visit, fields=kept)
    return await _go(visit, _next(visit))


async def _back(visit: Visit) -> Response:
    """Go back to the question before."""
    places = visit.asking.places(visit.fields)
    before = places.index(visit.at) - 1 if visit.at in places else 0
    return await _go(visit, places[max(before, 0)])


async def _check(visit: Visit) -> Response:
    """Show the answers to be checked, and keep them meanwhile."""
    led_on = not visit.asking.paced and _leads_on(visit)
    _, faults = _read(visit)
    if not (led_on or faults):
        return await _go(visit, CHECK)
    if visit.asking.keeps:
        await _keep(visit, visit.at)
    if led_on:
        return _asked(visit, led_on=True)
    return _asked(visit, _first_at(visit, faults), faults)


async def _save(visit: Visit) -> Response:
    """Keep the answers until the link is opened again; show the receipt where they were sent."""
    return sent_on(visit) if visit.link.used_at is not None else await _go(visit, SAVED)


async def _send(visit: Visit) -> Response:
    """Record the answers, once."""
    answers, faults = _read(visit)
    if faults or not answers:
        return _checked(visit)
    code = await visit.do(
        partial(
            send,
            secret=visit.secret,
            answers=answers,
            helped=visit.helped,
            changing=visit.changing,
        )
    )
    response = sent_on(visit)
    if code:
        give_code(visit.request, response, visit.link.id, code)
    return response


async def _decline(visit: Visit) -> Response:
    """Note that they do not want to answer."""
    await visit.do(partial(decline, one=visit.link))
    return sent_on(visit)


SPEAKING: Final = frozenset({"language", "words"})
"""The buttons by which somebody is asked otherwise."""
_STEPS: Final[Mapping[str, Callable[[Visit], Awaitable[Response]]]] = {
    **dict.fromkeys(SPEAKING, _speak),
    "next": _on,
    "skip": _skip,
    "back": _back,
    "check": _check,
    "save": _save,
    "send": _send,
    "decline": _decline,
}
"""By the button that was pressed; any other is to go on answering."""


async def take_step(visit: Visit) -> Response:
    """Do what the button does that was pressed."""
    return await _STEPS.get(visit.step[0], _edit)(visit)


def _next(visit: Visit) -> str:
    """Return the place after this one; once every question was seen, that of all answers."""
    places = visit.asking.places(visit.fields)
    if visit.at not in places or {*places} <= {*visit.seen}:
        return CHECK
    return dict(pairwise(places)).get(visit.at, CHECK)


def _leads_on(visit: Visit) -> bool:
    """Say whether the answers lead to questions that were not on the page, nor answered yet."""
    asked = questions_of(visit.link.form, visit.fields)
    unseen = [one for one in asked if one.id not in visit.seen and not one.given(visit.fields)]
    return bool(unseen) and "asked" in visit.fields


def _read(visit: Visit) -> tuple[tuple[Answered, ...], list[Fault]]:
    """Return the answers and what is wrong with them: a child may have left everything out."""
    answers, faults = read_answers(visit.link.form, visit.answered)
    nothing = not (faults or answers or visit.asking.paced)
    return answers, [Fault("", "fault.nothing")] if nothing else faults


def _first_at(visit: Visit, faults: Sequence[Fault]) -> str:
    """Return the first question with a fault; the one that somebody is at, where none has."""
    fields = {one.field for one in faults}
    asked = visit.asking.questions(visit.fields)
    return next((one.id for one in asked if one.field in fields), visit.at)

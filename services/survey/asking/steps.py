"""What each button of the pages does, however whoever answers came to them.

A `Visit` says what its own way does: where it leads, what is kept, how answers are recorded.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Self
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from libs.common.core.clock import local_day
from libs.common.http.requests import Guard
from libs.common.pages.secrets import Secret
from libs.common.persistence.uow import Access, RequestContext
from libs.common.security import Actor, Reach
from services.survey.asking import pages
from services.survey.asking.browsers import give_voice
from services.survey.asking.pages import CHECK, HELPED, NO_REFERRER, SAVED, Asking
from services.survey.asking.questions import (
    FIELDS_OF_HELP,
    Fault,
    Helped,
    read_answers,
    read_help,
)
from services.survey.asking.words import Voice
from services.survey.questionnaires.forms import OfferedLanguage
from services.survey.responses.answers import Answered


@dataclass(frozen=True, kw_only=True)
class Visit(ABC):
    """A browser that answers, and what it sent."""

    request: Request
    secret: Secret
    voice: Voice
    languages: Sequence[OfferedLanguage]
    fields: Mapping[str, str]

    @property
    @abstractmethod
    def asking(self) -> Asking:
        """What the pages have to know."""

    @property
    @abstractmethod
    def here(self) -> str:
        """The address of the pages, in which nothing is that was filled in."""

    @property
    @abstractmethod
    def link_id(self) -> UUID:
        """By what the link is known that is open."""

    @abstractmethod
    async def keep(self, at: str) -> None:
        """Keep what was filled in until it is sent, and where somebody goes on."""

    @abstractmethod
    async def send(self, answers: Sequence[Answered], helped: Helped) -> Response:
        """Record the answers, once, and lead to the receipt."""

    @abstractmethod
    async def decline(self) -> Response:
        """Note that they do not want to answer."""

    def sent_on(self, at: str = "") -> Response:
        """Send the browser on to a place of the questionnaire."""
        address = f"{self.here}?{urlencode({'at': at})}" if at else self.here
        return RedirectResponse(address, 303, {"Cache-Control": "no-store", **NO_REFERRER})

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

    def spoken_to(self) -> Self:
        """Return who calls, in the language or the words that they chose."""
        how, what = self.step
        if how == "language" and what in {one.code for one in self.languages}:
            return replace(self, voice=replace(self.voice, language=what))
        easy = what == "easy" if how == "words" else self.voice.easy
        return replace(self, voice=replace(self.voice, easy=easy))

    def give_voice(self, response: Response) -> Response:
        """Have the browser keep how it is to be asked."""
        give_voice(self.request, response, self.link_id, self.voice)
        return response


def by_link(request: Request, subject: str, action: str) -> RequestContext:
    """Return who asks: whoever has a link, of whom nothing is known."""
    guard: Guard = request.app.state.guard
    today = local_day(guard.clock.now())
    access = Access(Actor.nobody(subject), action, frozenset({Reach.COUNTY}), today)
    return RequestContext(access, getattr(request.state, "request_id", ""))


# -- where somebody goes --------------------------------------------------------------------------


def show(visit: Visit, at: str) -> Response:
    """Show what is at a place of the questionnaire, with what was filled in."""
    if at == CHECK:
        return _checked(visit)
    if at == SAVED and visit.asking.keeps:
        return pages.saved(visit.request, visit.asking)
    return _asked(visit, at)


async def _go(visit: Visit, at: str) -> Response:
    """Go to a place: by its address where answers are kept meanwhile, or else at once."""
    known = {*visit.asking.places(visit.fields), CHECK, SAVED}
    at = at if at in known else ""
    if not visit.asking.keeps:
        return show(visit, at)
    await visit.keep(visit.at if at == SAVED else at)
    return visit.sent_on(at)


def _asked(
    visit: Visit, at: str = "", faults: Sequence[Fault] = (), *, led_on: bool = False
) -> Response:
    if visit.asking.paced:
        return pages.question(visit.request, visit.asking, visit.fields, at, faults)
    return pages.questions(visit.request, visit.asking, visit.fields, faults, led_on=led_on)


def _checked(visit: Visit) -> Response:
    answers, _, faults = _read(visit)
    if faults:
        return _asked(visit, _first_at(visit, faults), faults)
    return pages.check(visit.request, visit.asking, visit.fields, empty=not answers)


# -- steps ----------------------------------------------------------------------------------------


async def _speak(visit: Visit) -> Response:
    """Go on in another language or in other words, with what was filled in so far."""
    visit = visit.spoken_to()
    carries = "asked" in visit.fields
    return visit.give_voice(await _go(visit, visit.at) if carries else visit.sent_on(visit.at))


async def _edit(visit: Visit) -> Response:
    """Show the questions, or the one that is to be changed, with the answers as they were sent."""
    return await _go(visit, visit.step[1])


async def _on(visit: Visit) -> Response:
    """Go on from one question to the next."""
    _, _, faults = _read(visit)
    mine = FIELDS_OF_HELP if visit.at == HELPED else {f"q-{visit.at}"}
    if here := [one for one in faults if one.field in {"", *mine}]:
        return _asked(visit, visit.at, here)
    return await _go(visit, _next(visit))


async def _skip(visit: Visit) -> Response:
    """Leave one question out, whatever was said to it before."""
    asked = {one.id: one.fields for one in visit.asking.questions(visit.fields)}
    left_out = asked.get(visit.at, FIELDS_OF_HELP)
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
    _, _, faults = _read(visit)
    if not (led_on or faults):
        return await _go(visit, CHECK)
    if visit.asking.keeps:
        await visit.keep(visit.at)
    if led_on:
        return _asked(visit, led_on=True)
    return _asked(visit, _first_at(visit, faults), faults)


async def _save(visit: Visit) -> Response:
    """Keep the answers until the link is opened again; show the receipt where they were sent."""
    return await _go(visit, SAVED) if visit.asking.keeps else visit.sent_on()


async def _send(visit: Visit) -> Response:
    """Record the answers, once."""
    answers, helped, faults = _read(visit)
    if faults or not answers:
        return _checked(visit)
    return await visit.send(answers, helped)


async def _decline(visit: Visit) -> Response:
    return await visit.decline()


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
    asked = visit.asking.questions(visit.fields)
    unseen = [one for one in asked if one.id not in visit.seen and not one.given(visit.fields)]
    return bool(unseen) and "asked" in visit.fields


def _read(visit: Visit) -> tuple[tuple[Answered, ...], Helped, list[Fault]]:
    """Return the answers, who helped, and all that is wrong: a child may leave everything out."""
    asking = visit.asking
    answers, faults = read_answers(asking.definition, visit.answered)
    helped, of_help = read_help(visit.fields) if asking.helpers else (Helped(), [])
    faults += of_help
    if not (faults or answers or asking.paced):
        faults = [Fault("", "fault.nothing-open" if asking.open_to_all else "fault.nothing")]
    return answers, helped, faults


def _first_at(visit: Visit, faults: Sequence[Fault]) -> str:
    """Return the first place with a fault; the one that somebody is at, where none has."""
    fields = {one.field for one in faults}
    asked = visit.asking.questions(visit.fields)
    first = next((one.id for one in asked if one.field in fields), "")
    return first or (HELPED if fields & FIELDS_OF_HELP else visit.at)

"""What a browser tells of itself and keeps: how it is spoken to, in a cookie that no script reads.

Cookies are named by the link that is open: two in one browser are not taken for each other.
"""

from collections.abc import Container
from contextlib import AbstractAsyncContextManager
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request, Response

from libs.common.contracts.survey import Audience
from libs.common.runtime.service import Running
from services.survey.asking.words import WORDS, Voice
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import OfferedLanguage, offered
from services.survey.questionnaires.languages import ENGLISH, PSEUDO, nearest

HOURS: Final = 12
"""How long a browser may rest between two pages without opening the link again."""
_EASY: Final = "easy"


def own_place(request: Request) -> AbstractAsyncContextManager[None]:
    """Hold one of the places for requests, for as long as one may be."""
    running: Running = request.app.state.running
    return running.lanes.quick.held(running.metrics.refuse)


def hosts_of(request: Request) -> set[str]:
    """Return by which hosts browsers know us."""
    own = urlsplit(request.app.state.running.public_url).netloc
    return {own, request.headers.get("host", "")}


# -- languages ------------------------------------------------------------------------------------


def languages_of(request: Request, form: Questionnaire) -> list[OfferedLanguage]:
    """Return the languages that somebody may be asked in; in development, the made-up one too."""
    return [*offered(form), *_made_up(request)]


def languages_of_pages(request: Request) -> list[OfferedLanguage]:
    """Return the languages of the pages themselves, whatever is asked on them."""
    return [*map(OfferedLanguage.of, sorted(WORDS)), *_made_up(request)]


def _made_up(request: Request) -> list[OfferedLanguage]:
    return [OfferedLanguage.of(PSEUDO)] if _is_development(request) else []


def _is_development(request: Request) -> bool:
    return bool(request.app.state.running.development)


def voice_of_pages(request: Request, link_id: UUID | None = None) -> Voice:
    """Return how a browser is spoken to of whose link nothing can be read."""
    return voice_for(request, link_id, {one.code for one in languages_of_pages(request)})


def voice_for(
    request: Request,
    link_id: UUID | None,
    spoken: Container[str],
    audience: Audience | None = None,
) -> Voice:
    """Return how a page speaks to a browser: as was chosen there, or as it asks; else English."""
    kept = request.cookies.get(cookie_name(request, _words(link_id)), "") if link_id else ""
    chosen, _, words = kept.partition(".")
    wanted = request.headers.get("accept-language", "").split(",")
    tried = [chosen] if chosen else [nearest(one.partition(";")[0].strip()) for one in wanted]
    language = next((one for one in tried if one in spoken), ENGLISH)
    return Voice(language=language, easy=words == _EASY, audience=audience)


# -- cookies --------------------------------------------------------------------------------------


def give_voice(request: Request, response: Response, link_id: UUID, voice: Voice) -> None:
    """Have a browser keep how it is to be asked."""
    kept = f"{voice.language}.{_EASY if voice.easy else ''}"
    give_cookie(request, response, _words(link_id), kept)


def _words(link_id: UUID) -> str:
    return f"words-{link_id.hex}"


def give_cookie(request: Request, response: Response, what: str, text: str) -> None:
    """Have a browser keep something for some hours, to be sent to us from our own pages alone."""
    response.set_cookie(
        cookie_name(request, what),
        text,
        max_age=HOURS * 3_600,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def cookie_name(request: Request, what: str) -> str:
    """Return what a cookie of ours is called."""
    return f"{'__Host-' if is_secure(request) else ''}sssen-{what}"


def is_secure(request: Request) -> bool:
    """Whether browsers come over TLS."""
    return bool(request.app.state.running.public_url.startswith("https:"))

"""What a browser keeps of a link: its token, how it is asked, and an anonymous receipt's code.

They are in cookies that no script reads, by the link's id: two links in one browser are not taken
for each other. No address has any of them.
"""

from collections.abc import Container
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from libs.common.contracts.survey import Audience
from libs.common.pages.secrets import Secret
from services.survey.links.words import WORDS, Voice
from services.survey.questionnaires.languages import ENGLISH, nearest

HOURS: Final = 12
"""How long a browser may rest between two pages without opening the link again."""
_EASY: Final = "easy"


def give_secret(request: Request, response: Response, link_id: UUID, secret: Secret) -> None:
    """Have a browser keep a link's token."""
    _give(request, response, f"link-{link_id.hex}", secret.text)


def kept_secret(request: Request, link_id: UUID) -> Secret | None:
    """Return the token that a browser keeps."""
    return Secret.read(request.cookies.get(_name(request, f"link-{link_id.hex}")))


def give_code(request: Request, response: Response, link_id: UUID, code: str) -> None:
    """Have a browser keep the code of a receipt that we keep nowhere."""
    _give(request, response, f"code-{link_id.hex}", code)


def kept_code(request: Request, link_id: UUID) -> str | None:
    """Return the code of a receipt that a browser keeps."""
    return request.cookies.get(_name(request, f"code-{link_id.hex}"))


def give_voice(request: Request, response: Response, link_id: UUID, voice: Voice) -> None:
    """Have a browser keep how it is to be asked."""
    kept = f"{voice.language}.{_EASY if voice.easy else ''}"
    _give(request, response, f"words-{link_id.hex}", kept)


def voice_for(
    request: Request,
    link_id: UUID,
    offered: Container[str] = WORDS,
    audience: Audience | None = None,
) -> Voice:
    """Return how a page speaks to a browser: as was chosen there, or as it asks; else English."""
    kept = request.cookies.get(_name(request, f"words-{link_id.hex}"), "")
    chosen, _, words = kept.partition(".")
    wanted = request.headers.get("accept-language", "").split(",")
    tried = [chosen] if chosen else [nearest(one.partition(";")[0].strip()) for one in wanted]
    language = next((one for one in tried if one in offered), ENGLISH)
    return Voice(language=language, easy=words == _EASY, audience=audience)


def is_secure(request: Request) -> bool:
    """Whether browsers come over TLS."""
    return bool(request.app.state.running.public_url.startswith("https:"))


def _give(request: Request, response: Response, what: str, text: str) -> None:
    response.set_cookie(
        _name(request, what),
        text,
        max_age=HOURS * 3_600,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def _name(request: Request, what: str) -> str:
    return f"{'__Host-' if is_secure(request) else ''}sssen-{what}"

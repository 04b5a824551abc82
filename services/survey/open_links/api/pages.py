"""What anybody with a code sees: a questionnaire or a rating form, on pages that need no script.

Opening changes nothing. A form is known again by the secret that its page gave to the browser, so
that it is one however often it is sent, and a browser answers once.
"""

from typing import Annotated, Final, Literal

from fastapi import Path, Request, Response

from libs.common.core.errors import Unavailable
from libs.common.documents.extras import is_installed
from libs.common.documents.printing import MEDIA, MODULE
from libs.common.http.callers import TooManyRequests
from libs.common.http.requests import PUBLIC, router
from libs.common.pages.forms import FormNotOurs, check_token, is_from, posted
from services.survey.asking import pages
from services.survey.asking.browsers import hosts_of, own_place, voice_of_pages
from services.survey.asking.steps import SPEAKING, take_step
from services.survey.links.domain import NoSuchLink
from services.survey.open_links import pictures
from services.survey.open_links.api.sheet import sheet_of
from services.survey.open_links.api.visits import Visit, visit_of

MOST_BYTES: Final = 1_024_000
"""As many texts as a questionnaire may ask for, of 4,000 characters that take twelve bytes each."""
_ANYTHING: Final = PUBLIC | {"x-any-query": True}
"""Whoever passes an address on may add to it."""
_IN_OWN_PLACE: Final = _ANYTHING | {"x-own-place": True}
"""What was typed is read before there is a place for it: where there is none, it is not lost."""

routes = router()


@routes.get("/open/{code}", openapi_extra=_IN_OWN_PLACE, include_in_schema=False)
@routes.head("/open/{code}", openapi_extra=_IN_OWN_PLACE, include_in_schema=False)
async def get_open(code: str, request: Request) -> Response:
    """Show what a code leads to: what is asked, or the receipt of whoever answered."""
    try:
        async with own_place(request):
            visit = await visit_of(request, code)
    except NoSuchLink:
        return _gone(request)
    except (Unavailable, TooManyRequests) as refusal:
        voice, here = voice_of_pages(request), request.url.path
        shown = pages.busy(request, voice, here, refusal, kept=False)
        shown.headers.update(pages.NO_REFERRER)
        return shown
    if visit.is_sent:
        return visit.known_again(visit.receipt())
    if not visit.takes_forms:
        return _gone(request)
    return visit.known_again(visit.start())


@routes.post("/open/{code}", openapi_extra=_IN_OWN_PLACE, include_in_schema=False)
async def post_open(code: str, request: Request) -> Response:
    """Take one step: the button that was pressed says which."""
    if not is_from(request, hosts_of(request)):
        raise FormNotOurs
    fields = await posted(request, MOST_BYTES)
    try:
        async with own_place(request):
            visit = await visit_of(request, code, fields)
            check_token(visit.secret, fields)
            return visit.known_again(await _stepped(visit))
    except NoSuchLink:
        return _gone(request)
    except (Unavailable, TooManyRequests) as refusal:
        voice, here = voice_of_pages(request), request.url.path
        shown = pages.not_yet(request, voice, here, fields, refusal)
        shown.headers.update(pages.NO_REFERRER)
        return shown


async def _stepped(visit: Visit) -> Response:
    """Take a step, where a form is still to be sent; raises NoSuchLink where none is taken."""
    if visit.is_sent:
        return visit.spoken_to().give_voice(visit.sent_on())
    if not visit.takes_forms:
        raise NoSuchLink
    if visit.one.form is not None and (visit.step[0] not in SPEAKING or "asked" in visit.fields):
        return await take_step(visit)
    if visit.step[0] not in SPEAKING:
        return await visit.rate()
    visit = visit.spoken_to()
    return visit.give_voice(visit.start())


def _gone(request: Request) -> Response:
    """Return the one page for every code that leads nowhere, or takes no forms."""
    return pages.gone(request, voice_of_pages(request), NoSuchLink.status, open_to_all=True)


@routes.get("/open/{code}/sheet", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_sheet(code: str, request: Request) -> Response:
    """Show a sheet to be printed or put on a screen: what it is about, the QR code, the address."""
    try:
        visit = await visit_of(request, code)
    except NoSuchLink:
        return _gone(request)
    shown = visit.sheet(has_pdf=is_installed(MODULE))
    shown.headers.update(pages.NO_REFERRER)
    return shown


@routes.get("/open/{code}/sheet.pdf", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_printed_sheet(code: str, request: Request) -> Response:
    """Show the sheet as a PDF; raises ExtraNotInstalled where none is made here."""
    visit = await visit_of(request, code)
    return Response(sheet_of(visit), media_type=MEDIA, headers={"Cache-Control": "no-store"})


@routes.get("/open/{code}/qr.{form}", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_qr_code(
    code: str, form: Annotated[Literal["svg", "png"], Path()], request: Request
) -> Response:
    """Show the QR code of the address, as a picture."""
    visit = await visit_of(request, code)
    picture = pictures.qr_code(visit.address, form)
    return Response(picture, media_type=pictures.MEDIA[form], headers={"Cache-Control": "no-store"})

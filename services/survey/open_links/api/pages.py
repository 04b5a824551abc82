"""What anybody with a code sees: a questionnaire or a rating form, on pages that need no script.

Opening changes nothing. A form is known again by the secret that its page gave to the browser, so
that it is one however often it is sent, and a browser answers once.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import Path, Request, Response
from starlette.responses import RedirectResponse

from libs.common.core.errors import Unavailable
from libs.common.documents.extras import is_installed
from libs.common.documents.printing import MEDIA, MODULE
from libs.common.http.availability import available
from libs.common.http.callers import TooManyRequests
from libs.common.http.requests import PUBLIC, address_of, router
from libs.common.pages.forms import FormNotOurs, check_token, is_from, posted
from services.survey.links.domain import NoSuchLink
from services.survey.links.questions import minutes_of
from services.survey.open_links import pictures
from services.survey.open_links.api.sheet import sheet_of
from services.survey.open_links.api.visits import (
    Visit,
    context_of,
    gone,
    guard_of,
    hosts,
    not_yet,
    visit_of,
)
from services.survey.open_links.commands import send_answers, send_rating
from services.survey.open_links.questions import MARKS, Fault, asked_of, read_form, read_rating
from services.survey.questionnaires.definition import Questionnaire

MOST_BYTES: Final = 1_024_000
"""As many texts as a questionnaire may ask for, of 4,000 characters that take twelve bytes each."""
_ANYTHING: Final = PUBLIC | {"x-any-query": True}
"""Whoever passes an address on may add to it."""

routes = router()


@routes.get("/open/{code}", openapi_extra=_ANYTHING, include_in_schema=False)
@routes.head("/open/{code}", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_open(code: str, request: Request) -> Response:
    """Show what a code leads to: what is asked, or the receipt of whoever answered."""
    try:
        visit = await visit_of(request, code)
    except NoSuchLink:
        return gone(request)
    if visit.is_sent:
        return _receipt(visit)
    if not visit.takes_forms:
        return gone(request)
    if visit.one.form is None:
        return _rating(visit)
    return visit.page("start.html", minutes=minutes_of(visit.one.form))


@routes.post("/open/{code}", openapi_extra=_ANYTHING, include_in_schema=False)
async def post_open(code: str, request: Request) -> Response:
    """Take one step: the button that was pressed says which."""
    if not is_from(request, hosts(request)):
        raise FormNotOurs
    fields = await posted(request, MOST_BYTES)
    try:
        visit = await visit_of(request, code, fields)
        check_token(visit.secret, fields)
        if visit.is_sent:
            return _on(visit)
        if not visit.takes_forms:
            return gone(request)
        if visit.one.form is None:
            return await _send_rating(visit)
        return await _STEPS.get(fields.get("step", ""), _ask)(visit)
    except NoSuchLink:
        return gone(request)
    except (Unavailable, TooManyRequests) as refusal:
        return not_yet(request, fields, refusal.status)


@routes.get("/open/{code}/sheet", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_sheet(code: str, request: Request) -> Response:
    """Show a sheet to be printed or put on a screen: what it is about, the QR code, the address."""
    try:
        visit = await visit_of(request, code)
    except NoSuchLink:
        return gone(request)
    return visit.page("sheet.html", address=visit.address, has_pdf=is_installed(MODULE))


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


# -- a questionnaire -------------------------------------------------------------------------------


async def _ask(visit: Visit) -> Response:
    """Show the questions, with the answers as they were sent."""
    return _questions(visit)


async def _check(visit: Visit) -> Response:
    """Show the answers to be checked, or the questions to which they lead."""
    _, faults = read_form(_form(visit), visit.fields)
    on_page = visit.fields.get("asked", "").split()
    asked = asked_of(_form(visit), visit.fields)
    unseen = [one.question for one in asked if one.question.id not in on_page]
    if any(not one.given(visit.fields) for one in unseen):
        return _questions(visit, led_on=True)
    if faults:
        return _questions(visit, faults)
    return visit.page("check.html", asked=asked, given=visit.fields, kept=_kept(visit.fields))


async def _send(visit: Visit) -> Response:
    """Record the answers, once."""
    answers, faults = read_form(_form(visit), visit.fields)
    if faults:
        return _questions(visit, faults)
    await _do(visit, partial(send_answers, answers=answers, helped="none"))
    return _on(visit)


_STEPS: Final[Mapping[str, Callable[[Visit], Awaitable[Response]]]] = {
    "check": _check,
    "send": _send,
}
"""By the button that was pressed; any other is to go on answering."""


def _form(visit: Visit) -> Questionnaire:
    assert visit.one.form, "only a questionnaire has steps"
    return visit.one.form


def _questions(
    visit: Visit, faults: list[Fault] | None = None, *, led_on: bool = False
) -> Response:
    return visit.page(
        "questions.html",
        422 if faults else 200,
        asked=asked_of(_form(visit), visit.fields),
        given=visit.fields,
        faults=faults or [],
        wrong={one.field: one.words for one in faults or []},
        led_on=led_on,
    )


def _kept(fields: Mapping[str, str]) -> dict[str, str]:
    return {n: said for n, said in fields.items() if n.startswith("q-") or n == "asked"}


# -- a rating --------------------------------------------------------------------------------------


async def _send_rating(visit: Visit) -> Response:
    """Record the rating, once."""
    command, faults = read_rating(visit.fields)
    if command is None:
        return _rating(visit, faults)
    await _do(visit, partial(send_rating, command=command))
    return _on(visit)


def _rating(visit: Visit, faults: list[Fault] | None = None) -> Response:
    return visit.page(
        "rating.html",
        422 if faults else 200,
        marks=MARKS,
        given=visit.fields,
        faults=faults or [],
        wrong={one.field: one.words for one in faults or []},
    )


# -- both ------------------------------------------------------------------------------------------


async def _do(visit: Visit, send: Callable[..., Awaitable[None]]) -> None:
    """Have a form be recorded for whoever sent it, unless too many come from their address."""
    guard = guard_of(visit.request)
    guard.forms.take(address_of(visit.request))
    async with available(), guard.units.work(context_of(visit.request)) as uow:
        await send(uow, visit.code, visit.ticket)


def _on(visit: Visit) -> Response:
    """Send the browser on to the receipt."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(visit.place, 303, headers)


def _receipt(visit: Visit) -> Response:
    return visit.page("receipt.html", ticket=visit.ticket)

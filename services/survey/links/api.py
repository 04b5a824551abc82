"""What a person opens by their link, and answers on: pages that need no script.

The token stands in the address of the page that a link opens and in no other: from there on it is
in a cookie that no script reads, bound to the link whose id the address has. Opening changes
nothing, for whoever scans mail opens links too.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request, Response

from libs.common.core.errors import Unavailable
from libs.common.http.availability import available
from libs.common.http.callers import TooManyRequests
from libs.common.http.requests import BY_SECRET, Guard, address_of, router
from libs.common.pages.forms import FormNotOurs, check_token, is_from, posted
from libs.common.pages.secrets import Secret
from services.survey.asking import pages
from services.survey.asking.browsers import (
    hosts_of,
    languages_of,
    own_place,
    voice_for,
    voice_of_pages,
)
from services.survey.asking.steps import SPEAKING, show, take_step
from services.survey.links.commands import begin
from services.survey.links.cookies import kept_secret
from services.survey.links.domain import NoSuchLink, find_link, unseal
from services.survey.links.visits import Visit, place_of

MOST_BYTES: Final = 1_024_000
"""As many texts as `checks` lets a form have, of 4,000 characters that take twelve bytes each."""
_ANYTHING: Final = BY_SECRET | {"x-any-query": True}
"""Whoever sends mail on may add to the address of a link."""
_IN_OWN_PLACE: Final = BY_SECRET | {"x-own-place": True}
"""What was typed is read before there is a place for it: where there is none, it is not lost."""

routes = router()


@routes.get("/answer/{token}", openapi_extra=_ANYTHING, include_in_schema=False)
@routes.head("/answer/{token}", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_start(token: str, request: Request) -> Response:
    """Say what a link is for, or show its receipt. Nothing is changed."""
    try:
        return _start(await _visit(request, Secret.read(token)))
    except NoSuchLink:
        return _gone(request)


@routes.post("/answer", openapi_extra=BY_SECRET, include_in_schema=False)
async def post_start(request: Request) -> Response:
    """Begin: the token goes into a cookie, and the address is one without it."""
    if is_from(request, hosts_of(request)) is False:
        raise FormNotOurs
    fields = await posted(request)
    try:
        visit = await _visit(request, Secret.read(fields.get("token")), fields)
        if visit.step[0] in SPEAKING:
            return _spoken(visit.spoken_to())
        await visit.do(partial(begin, one=visit.link))
    except NoSuchLink:
        return _gone(request)
    return visit.sent_on()


@routes.get("/answers/{link_id}", openapi_extra=_IN_OWN_PLACE, include_in_schema=False)
async def get_answers(
    link_id: UUID, request: Request, at: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Show the questions with what was kept, or what became of them."""
    try:
        async with own_place(request):
            visit = await _visit(request, kept_secret(request, link_id))
    except NoSuchLink:
        return _gone(request, link_id)
    except (Unavailable, TooManyRequests) as refusal:
        return pages.busy(request, voice_of_pages(request, link_id), place_of(link_id), refusal)
    if visit.link.used_at is not None:
        return visit.receipt()
    if visit.link.declined_at is not None:
        return pages.declined(request, visit.asking)
    visit = replace(visit, fields=unseal(visit.secret, visit.link.draft))
    return show(visit, at or visit.at)


@routes.post("/answers/{link_id}", openapi_extra=_IN_OWN_PLACE, include_in_schema=False)
async def post_answers(link_id: UUID, request: Request) -> Response:
    """Take one step with the answers: the button that was pressed says which."""
    if not is_from(request, hosts_of(request)):
        raise FormNotOurs
    secret, fields = kept_secret(request, link_id), await posted(request, MOST_BYTES)
    check_token(secret, fields)
    try:
        async with own_place(request):
            return await take_step(await _visit(request, secret, fields))
    except NoSuchLink:
        return _gone(request, link_id)
    except (Unavailable, TooManyRequests) as refusal:
        voice = voice_of_pages(request, link_id)
        return pages.not_yet(request, voice, place_of(link_id), fields, refusal)


async def _visit(
    request: Request, secret: Secret | None, fields: Mapping[str, str] | None = None
) -> Visit:
    """Return who calls by which link; raises NoSuchLink, or TooManyRequests after many."""
    guard: Guard = request.app.state.guard
    async with available(), guard.units.database.reading() as connection:
        try:
            link = await find_link(connection, secret)
        except NoSuchLink:
            guard.guesses.take(address_of(request))
            raise
    guard.callers.take(f"link:{link.id}")
    assert secret, "a link was found by it"
    languages = languages_of(request, link.form)
    codes = {one.code for one in languages}
    return Visit(
        request=request,
        secret=secret,
        link=link,
        voice=voice_for(request, link.id, codes, link.form.audience),
        languages=languages,
        fields=fields or {},
    )


# -- pages before a link is begun -----------------------------------------------------------------


def _start(visit: Visit) -> Response:
    if visit.link.used_at is None:
        return pages.start(
            visit.request, visit.asking, "/survey/answer", {"token": visit.secret.text}
        )
    shown = visit.receipt()
    shown.headers.update(pages.NO_REFERRER)
    return shown


def _spoken(visit: Visit) -> Response:
    """Show the same page in the language or the words that were chosen."""
    return visit.give_voice(_start(visit))


def _gone(request: Request, link_id: UUID | None = None) -> Response:
    """Return the one page for every link that does not work."""
    return pages.gone(request, voice_of_pages(request, link_id), NoSuchLink.status)

"""What a person opens by their link, and answers on: pages that need no script.

The token stands in the address of the page that a link opens and in no other: from there on it is
in a cookie that no script reads, bound to the link whose id the address has. Opening changes
nothing, for whoever scans mail opens links too.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from libs.common.contracts.survey import AssistedBy
from libs.common.core.clock import local_day
from libs.common.core.errors import DomainError, Unavailable
from libs.common.http.availability import available
from libs.common.http.callers import TooManyRequests
from libs.common.http.requests import BY_SECRET, Guard, address_of, router
from libs.common.pages.forms import FormNotOurs, check_token, is_from, posted
from libs.common.pages.rendering import Templates
from libs.common.pages.secrets import Secret
from libs.common.persistence.uow import Access, RequestContext, UnitOfWork
from libs.common.security import Actor, Reach
from services.survey.links.commands import begin, decline, keep_draft, may_change, send
from services.survey.links.domain import Link, NoSuchLink, find_link, seal, ticket_of, unseal
from services.survey.links.questions import Fault, minutes_of, questions_of, read_answers
from services.survey.questionnaires.forms import resolved
from services.survey.responses.answers import Answered

MOST_BYTES: Final = 1_024_000
"""As many texts as `checks` lets a form have, of 4,000 characters that take twelve bytes each."""
HOURS: Final = 12
"""How long a browser may go on without opening the link again; nobody is hurried."""
_STRICT: Final = {"Referrer-Policy": "no-referrer"}
_ANYTHING: Final = BY_SECRET | {"x-any-query": True}
"""Whoever sends mail on may add to the address of a link."""
_NOTHING: Final = Fault(
    "", "You have not answered a question yet. Answer one, or say that you do not want to answer."
)
HELPERS: Final = {
    "none": "No, nobody",
    "teaching-assistant": "Yes, a teaching assistant",
    "support-teacher": "Yes, my support teacher",
    "parent": "Yes, a parent or carer",
    "other": "Yes, somebody else",
}
"""Who may have helped a child to answer (domain brief 8.8)."""

routes = router()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser with a link open, and what it sent."""

    request: Request
    secret: Secret
    link: Link
    fields: Mapping[str, str]

    @property
    def guard(self) -> Guard:
        """What the service's routes check against, and where they work."""
        return _guard(self.request)

    @property
    def answered(self) -> dict[str, str]:
        """What was filled in, by field."""
        return {name: said for name, said in self.fields.items() if name.startswith("q-")}

    @property
    def draft(self) -> dict[str, str]:
        """What was filled in and is kept until it is sent."""
        return self.answered | {"helped": self.helped}

    @property
    def helped(self) -> AssistedBy:
        """Who helped."""
        said = self.fields.get("helped")
        return said if said in get_args(AssistedBy) else "none"  # type: ignore[return-value]

    @property
    def changing(self) -> bool:
        """Whether the answers are to take the place of those sent."""
        return self.fields.get("changing") == "yes"

    async def do(self, what: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Carry a command out for whoever has the link."""
        async with available(), self.guard.units.work(_context(self)) as uow:
            await what(uow)

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """Return a page about this link."""
        return _TEMPLATES.page(
            name,
            self.request.scope,
            status=status,
            form=resolved(self.link.form),
            here=_place(self.link.id),
            form_token=self.secret.word("form"),
            **values,
        )


def _guard(request: Request) -> Guard:
    guard: Guard = request.app.state.guard
    return guard


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


def _place(link_id: UUID) -> str:
    return f"/survey/answers/{link_id}"


@routes.get("/answer/{token}", openapi_extra=_ANYTHING, include_in_schema=False)
@routes.head("/answer/{token}", openapi_extra=_ANYTHING, include_in_schema=False)
async def get_start(token: str, request: Request) -> Response:
    """Say what a link is for, or show its receipt. Nothing is changed."""
    try:
        visit = await _visit(request, Secret.read(token))
    except NoSuchLink:
        return _gone(request)
    if visit.link.used_at is not None:
        return _receipt(visit, headers=_STRICT)
    shown = visit.page("start.html", token=token, minutes=minutes_of(visit.link.form))
    shown.headers.update(_STRICT)
    return shown


@routes.post("/answer", openapi_extra=BY_SECRET, include_in_schema=False)
async def post_start(request: Request) -> Response:
    """Begin: the token goes into a cookie, and the address is one without it."""
    if is_from(request, _hosts(request)) is False:
        raise FormNotOurs
    fields = await posted(request)
    try:
        visit = await _visit(request, Secret.read(fields.get("token")), fields)
        await visit.do(partial(begin, one=visit.link))
    except NoSuchLink:
        return _gone(request)
    return _on(visit)


@routes.get("/answers/{link_id}", openapi_extra=BY_SECRET, include_in_schema=False)
async def get_answers(link_id: UUID, request: Request) -> Response:
    """Show the questions with what was kept, or what became of them."""
    try:
        visit = await _visit(request, _kept(request, link_id))
    except NoSuchLink:
        return _gone(request)
    if visit.link.used_at is not None:
        return _receipt(visit)
    if visit.link.declined_at is not None:
        return visit.page("declined.html")
    return _questions(replace(visit, fields=unseal(visit.secret, visit.link.draft)))


@routes.post("/answers/{link_id}", openapi_extra=BY_SECRET, include_in_schema=False)
async def post_answers(link_id: UUID, request: Request) -> Response:
    """Take one step with the answers: the button that was pressed says which."""
    if not is_from(request, _hosts(request)):
        raise FormNotOurs
    secret, fields = _kept(request, link_id), await posted(request, MOST_BYTES)
    check_token(secret, fields)
    try:
        visit = await _visit(request, secret, fields)
        return await _STEPS.get(fields.get("step", ""), _edit)(visit)
    except NoSuchLink:
        return _gone(request)
    except (Unavailable, TooManyRequests) as refusal:
        return _not_yet(request, link_id, fields, refusal)


async def _visit(
    request: Request, secret: Secret | None, fields: Mapping[str, str] | None = None
) -> Visit:
    """Return who calls by which link; raises NoSuchLink, or TooManyRequests after many."""
    guard = _guard(request)
    async with available(), guard.units.database.reading() as connection:
        try:
            link = await find_link(connection, secret)
        except NoSuchLink:
            guard.guesses.take(address_of(request))
            raise
    guard.callers.take(f"link:{link.id}")
    assert secret, "a link was found by it"
    return Visit(request=request, secret=secret, link=link, fields=fields or {})


# -- steps ---------------------------------------------------------------------------------------


async def _edit(visit: Visit) -> Response:
    """Show the questions, with the answers as they were sent."""
    return _questions(visit)


async def _check(visit: Visit) -> Response:
    """Show the answers to be checked, and keep them meanwhile."""
    _, faults = _read(visit)
    if not visit.changing and visit.link.used_at is None:
        await visit.do(partial(keep_draft, one=visit.link, draft=seal(visit.secret, visit.draft)))
    if _leads_on(visit):
        return _questions(visit, led_on=True)
    return _questions(visit, faults) if faults else _checked(visit)


def _leads_on(visit: Visit) -> bool:
    """Say whether the answers lead to questions that were not on the page, nor answered yet."""
    on_page = visit.fields.get("asked", "").split()
    asked = questions_of(visit.link.form, visit.fields)
    unseen = [one for one in asked if one.id not in on_page and not one.given(visit.fields)]
    return bool(unseen) and "asked" in visit.fields


async def _save(visit: Visit) -> Response:
    """Keep the answers until the link is opened again; show the receipt where they were sent."""
    if visit.link.used_at is not None:
        return _on(visit)
    await visit.do(partial(keep_draft, one=visit.link, draft=seal(visit.secret, visit.draft)))
    return visit.page("saved.html")


async def _send(visit: Visit) -> Response:
    """Record the answers, once."""
    answers, faults = _read(visit)
    if faults:
        return _questions(visit, faults)
    await visit.do(
        partial(
            send,
            secret=visit.secret,
            answers=answers,
            helped=visit.helped,
            changing=visit.changing,
        )
    )
    return _on(visit)


async def _decline(visit: Visit) -> Response:
    """Note that they do not want to answer."""
    await visit.do(partial(decline, one=visit.link))
    return _on(visit)


_STEPS: Final[Mapping[str, Callable[[Visit], Awaitable[Response]]]] = {
    "check": _check,
    "save": _save,
    "send": _send,
    "decline": _decline,
}
"""By the button that was pressed; any other is to go on answering."""


def _read(visit: Visit) -> tuple[tuple[Answered, ...], list[Fault]]:
    answers, faults = read_answers(visit.link.form, visit.answered)
    return answers, faults if faults or answers else [_NOTHING]


# -- pages ---------------------------------------------------------------------------------------


def _questions(
    visit: Visit, faults: list[Fault] | None = None, *, led_on: bool = False
) -> Response:
    return visit.page(
        "questions.html",
        422 if faults else 200,
        questions=questions_of(visit.link.form, visit.fields),
        given=visit.fields,
        faults=faults or [],
        led_on=led_on,
        wrong={one.field: one.words for one in faults or []},
        helpers=_helpers(visit.link),
        changing=visit.changing or visit.link.used_at is not None,
    )


def _checked(visit: Visit) -> Response:
    return visit.page(
        "check.html",
        questions=questions_of(visit.link.form, visit.fields),
        given=visit.fields,
        helpers=_helpers(visit.link),
        kept=_carried(visit.fields),
    )


def _helpers(link: Link) -> Mapping[str, str]:
    return HELPERS if link.form.audience == "children" else {}


def _receipt(visit: Visit, headers: Mapping[str, str] | None = None) -> Response:
    changes = may_change(visit.link, visit.guard.clock.now())
    shown = visit.page("receipt.html", ticket=ticket_of(visit.secret), changes=changes)
    shown.headers.update(headers or {})
    _give(shown, visit)
    return shown


def _not_yet(
    request: Request, link_id: UUID, fields: Mapping[str, str], refusal: DomainError
) -> Response:
    """Say that the answers were not received, with all of them on the page."""
    return _TEMPLATES.page(
        "not_yet.html",
        request.scope,
        status=refusal.status,
        headers={"Retry-After": "30"},
        here=_place(link_id),
        kept={**_carried(fields), "form_token": fields["form_token"]},
        step=fields.get("step", "check"),
    )


def _carried(fields: Mapping[str, str]) -> dict[str, str]:
    kept = {"helped", "changing", "asked"}
    return {n: said for n, said in fields.items() if n.startswith("q-") or n in kept}


def _gone(request: Request) -> Response:
    """Return the one page for every link that does not work."""
    return _TEMPLATES.page(
        "no_such_link.html", request.scope, status=NoSuchLink.status, headers=_STRICT
    )


# -- the cookie ----------------------------------------------------------------------------------


def _on(visit: Visit) -> Response:
    """Send the browser on to the address without the token."""
    response = RedirectResponse(
        _place(visit.link.id), 303, {"Cache-Control": "no-store", **_STRICT}
    )
    _give(response, visit)
    return response


def _give(response: Response, visit: Visit) -> None:
    response.set_cookie(
        _cookie(visit.request, visit.link.id),
        visit.secret.text,
        max_age=HOURS * 3_600,
        path="/",
        secure=_is_secure(visit.request),
        httponly=True,
        samesite="strict",
    )


def _kept(request: Request, link_id: UUID) -> Secret | None:
    return Secret.read(request.cookies.get(_cookie(request, link_id)))


def _cookie(request: Request, link_id: UUID) -> str:
    """Return the cookie's name, one a link: two in one browser are not taken for each other."""
    return f"{'__Host-' if _is_secure(request) else ''}sssen-link-{link_id.hex}"


def _is_secure(request: Request) -> bool:
    return bool(request.app.state.running.public_url.startswith("https:"))


def _hosts(request: Request) -> set[str]:
    """Return by which hosts browsers know us."""
    own = urlsplit(request.app.state.running.public_url).netloc
    return {own, request.headers.get("host", "")}


_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")

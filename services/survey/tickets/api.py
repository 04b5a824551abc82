"""What became of a comment, for whoever has its code: a page, without a name or an answer.

The code is sent in a form and stands in no address. Nobody is told who has it, nor what it is of.
"""

from pathlib import Path
from typing import Final

from fastapi import Request, Response

from libs.common.http.availability import available
from libs.common.http.requests import BY_SECRET, Guard, address_of, router
from libs.common.pages.forms import FormNotOurs, is_from, posted
from libs.common.pages.rendering import Templates
from services.survey.asking.browsers import hosts_of
from services.survey.asking.steps import by_link
from services.survey.tickets.commands import tell_by_ticket
from services.survey.tickets.queries import code_of, ticket_by

routes = router()


@routes.get("/ticket", openapi_extra=BY_SECRET, include_in_schema=False)
@routes.head("/ticket", openapi_extra=BY_SECRET, include_in_schema=False)
async def get_ticket_page(request: Request) -> Response:
    """Ask for the code."""
    return _TEMPLATES.page("ask.html", request.scope)


@routes.post("/ticket", openapi_extra=BY_SECRET, include_in_schema=False)
async def ask_by_ticket(request: Request) -> Response:
    """Say what became of what was written under a code; one page for every code that is none."""
    if is_from(request, hosts_of(request)) is False:
        raise FormNotOurs
    code = code_of((await posted(request)).get("code", ""))
    guard: Guard = request.app.state.guard
    async with available(), guard.units.database.reading() as connection:
        ticket = await ticket_by(connection, code)
    if ticket is None:
        guard.guesses.take(address_of(request))
        return _TEMPLATES.page("no_such_code.html", request.scope, status=404)
    guard.callers.take(f"ticket:{ticket.response_id}")
    async with available(), guard.units.work(by_link(request, "ticket", "ticket.read")) as uow:
        actions = await tell_by_ticket(uow, ticket)
    return _TEMPLATES.page("became.html", request.scope, actions=actions)


_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")

"""Drafts as pages, for who prepares or reviews one, or may read it before its day."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from libs.common.core.fields import Identifier
from libs.common.http.requests import Read, permission
from libs.common.pages.route import page_router
from services.reporting.editions.domain import Edition, Note
from services.reporting.editions.drafts import held, shown
from services.reporting.outlets.document import of_draft
from services.reporting.pages import draft_page, drafts_page, edition_place

pages = page_router()


@pages.get(
    "/drafts",
    openapi_extra=permission("edition.read-draft"),
    response_class=HTMLResponse,
    tags=["editions"],
)
async def get_drafts_page(read: Read, request: Request) -> Response:
    """List the drafts that the caller may read."""
    editions = await read.all(Edition, void=False)
    drafts = [one for one in editions if one.state != "published"]
    return drafts_page(drafts, request)


@pages.get(
    "/drafts/{edition_id}",
    openapi_extra=permission("edition.read-draft", long=True),
    response_class=HTMLResponse,
    tags=["editions"],
)
async def get_draft_page(edition_id: Identifier, read: Read, request: Request) -> Response:
    """Show a draft as it would be published and, to who reviews it, the notes that are open.

    One that is published has its page among the editions.
    """
    edition = await held(read, edition_id)
    if edition.number:
        return RedirectResponse(edition_place(edition.academic_year, str(edition.number)), 303)
    content = await shown(read, edition)
    document = of_draft(content, in_review=edition.state == "review", void=edition.void)
    return draft_page(document, await _open_notes(read, edition), request)


async def _open_notes(read: Read, edition: Edition) -> list[Note] | None:
    """Return the notes that nobody answered; None for who does not review."""
    if not read.access.taking("edition.review").reaches:
        return None
    notes = await read.all(Note, edition_id=edition.id)
    return [one for one in notes if one.answer is None]

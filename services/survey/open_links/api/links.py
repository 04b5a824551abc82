"""Open links over HTTP: a code is shown once, as it is drawn."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.availability import available
from libs.common.http.requests import Guard, IfMatch, Work, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, answering
from services.survey.open_links.access import STEPS
from services.survey.open_links.commands import (
    MakeOpenLink,
    ReopenLink,
    draw_code,
    end_open_link,
    make_open_link,
    reopen_link,
)
from services.survey.open_links.domain import OpenLink, as_written
from services.survey.open_links.queries import forms_sent

routes = router()
WRITE: Final = permission("open_link.write")


class OpenLinkView(BaseModel):
    """The open link of a wave or of a delivery, without its code; ``forms`` is how many came by it.

    Without ``closes_on`` it ends with its wave.
    """

    open_link_id: UUID
    wave_id: UUID | None
    delivery_id: UUID | None
    closes_on: date | None
    most: int
    forms: int
    has_code: bool
    ended: bool
    allowed: list[str]

    @classmethod
    def of(cls, link: OpenLink, forms: int, may: list[str]) -> "OpenLinkView":
        """Show an open link, and what the caller may do with it."""
        return cls(
            open_link_id=link.id,
            wave_id=link.wave_id,
            delivery_id=link.delivery_id,
            closes_on=link.closes_on,
            most=link.most,
            forms=forms,
            has_code=link.digest is not None,
            ended=link.ended,
            allowed=may,
        )


async def open_links_shown(
    read: ReadTransaction, links: Sequence[OpenLink], _: date | None = None
) -> list[OpenLinkView]:
    """Show open links, each with what the caller may do with it."""
    forms = await forms_sent(read.connection, [one.id for one in links])
    may = await allowed(read, OpenLink, STEPS, {one.id: one.allowed for one in links})
    return [OpenLinkView.of(one, forms[one.id], may[one.id]) for one in links]


_shown: Final = answering(OpenLinkView, open_links_shown)


class DrawnCodeView(BaseModel):
    """A code that was drawn, and the addresses that it opens: it is shown here once."""

    code: str
    address: str
    sheet: str
    sheet_pdf: str
    qr_svg: str
    qr_png: str

    @classmethod
    def of(cls, code: str, public_url: str) -> "DrawnCodeView":
        """Show a code as people type it, and where it leads."""
        place = f"{public_url}/survey/open/{as_written(code)}"
        return cls(
            code=as_written(code),
            address=place,
            sheet=f"{place}/sheet",
            sheet_pdf=f"{place}/sheet.pdf",
            qr_svg=f"{place}/qr.svg",
            qr_png=f"{place}/qr.png",
        )


@routes.post("/v1/open-links", openapi_extra=WRITE, tags=["open-links"], status_code=201)
async def post_open_link(command: MakeOpenLink, work: Work, response: Response) -> OpenLinkView:
    """Make the open link of a wave, or of a delivery. It leads nowhere until it has a code."""
    link, done = await make_open_link(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await _shown(work, link, response)


@routes.post(
    "/v1/open-links/{open_link_id}/code",
    operation_id="drawCode",
    openapi_extra=permission("open_link.write", own_transactions=True, long=False),
    tags=["open-links"],
)
async def post_code(open_link_id: Identifier, request: Request) -> DrawnCodeView:
    """Draw a link's code, or another in its place: the one before leads nowhere from then on.

    It is said here once and kept nowhere: what this answers is not stored, so that the same
    `Idempotency-Key` draws another.
    """
    guard: Guard = request.app.state.guard
    async with available(), guard.units.work(request.state.context) as uow:
        code = await draw_code(uow, open_link_id)
    return DrawnCodeView.of(code, request.app.state.running.public_url)


@routes.post(
    "/v1/open-links/{open_link_id}/ending",
    operation_id="endOpenLink",
    openapi_extra=WRITE,
    tags=["open-links"],
)
async def post_ending(
    open_link_id: Identifier, version: IfMatch, work: Work, response: Response
) -> OpenLinkView:
    """Have an open link take no more forms from now on."""
    return await _shown(work, await end_open_link(work, open_link_id, version), response)


@routes.post(
    "/v1/open-links/{open_link_id}/reopening",
    operation_id="reopenLink",
    openapi_extra=WRITE,
    tags=["open-links"],
)
async def post_reopening(
    open_link_id: Identifier,
    command: ReopenLink,
    version: IfMatch,
    work: Work,
    response: Response,
) -> OpenLinkView:
    """Have an open link take forms again, or until another day, with the code that it has."""
    return await _shown(work, await reopen_link(work, open_link_id, command, version), response)

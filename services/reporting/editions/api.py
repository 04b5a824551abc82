"""Drafts over HTTP: opened, cut, signed, withdrawn."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import (
    IfMatch,
    Read,
    Work,
    permission,
    router,
)
from libs.common.reading import with_steps
from services.reporting.editions.access import STEPS
from services.reporting.editions.codes import EditionState
from services.reporting.editions.commands import (
    Cut,
    OpenDraft,
    SignEdition,
    open_draft,
    recut,
    sign_edition,
    void_draft,
)
from services.reporting.editions.contents import EditionContent
from services.reporting.editions.domain import Edition
from services.reporting.editions.drafts import held, shown

routes = router()


class DraftView(BaseModel):
    """An edition on its way: its year, the day as at whose end it is known, and its state.

    It has a number, who signed it on which day and what it takes the place of once it is published.
    """

    edition_id: UUID
    academic_year: str
    known_at: date
    drafted_by: str
    state: Annotated[str, of_codes(EditionState)]
    number: str | None
    signed_on: date | None
    signed_by: str | None
    supersedes: UUID | None
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, edition: Edition, may: list[str]) -> "DraftView":
        """Show an edition's record, and what the caller may do with it."""
        return cls(
            edition_id=edition.id,
            academic_year=edition.academic_year,
            known_at=edition.known_at,
            drafted_by=edition.drafted_by,
            state=edition.state,
            number=str(edition.number) if edition.number else None,
            signed_on=edition.signed_on,
            signed_by=edition.signed_by,
            supersedes=edition.supersedes,
            void=edition.void,
            allowed=may,
        )


DRAFT: Final = with_steps(DraftView, Edition, STEPS)


@routes.post(
    "/v1/drafts", status_code=201, openapi_extra=permission("edition.draft"), tags=["editions"]
)
async def post_draft(command: OpenDraft, work: Work, response: Response) -> DraftView:
    """Open a draft of a year's report."""
    edition = await open_draft(work, command)
    return await DRAFT.shown(work, edition, response)


@routes.post(
    "/v1/drafts/{edition_id}/cut", openapi_extra=permission("edition.draft"), tags=["editions"]
)
async def post_cut(
    edition_id: Identifier, command: Cut, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Show a draft's figures as they were known at the end of another day."""
    edition = await recut(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.post(
    "/v1/drafts/{edition_id}/signature",
    openapi_extra=permission("edition.sign", long=True),
    tags=["editions"],
)
async def post_signature(
    edition_id: Identifier, command: SignEdition, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Sign an edition: it is frozen, numbered by what it changes, and public from now on."""
    edition = await sign_edition(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


put_right(
    routes,
    "/v1/drafts/{edition_id}",
    permission("edition.draft"),
    DRAFT.shown,
    tag="editions",
    void=void_draft,
)


@routes.get(
    "/v1/drafts/{edition_id}/content",
    openapi_extra=permission("edition.read-draft", long=True),
    tags=["editions"],
)
async def get_draft_content(edition_id: Identifier, read: Read) -> EditionContent:
    """Show what a draft would publish, as known at the end of its day; or what was published."""
    return await shown(read, await held(read, edition_id))

"""What is done with a draft before it is signed, over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.errors import NotFound
from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Read, Work, permission, router
from services.reporting.editions.api import DRAFT, DraftView
from services.reporting.editions.codes import SettlementOutcome
from services.reporting.editions.contents import FigureChange
from services.reporting.editions.domain import Edition, Note, Reader, ReportSource, Settlement
from services.reporting.editions.drafts import (
    findings,
    held,
    obstacles,
    prepared,
    settlements,
    since,
)
from services.reporting.editions.findings import Finding
from services.reporting.editions.review import (
    AnswerNote,
    SendToReview,
    SettleFindings,
    TellSource,
    WriteNote,
    answer_note,
    look,
    send_to_review,
    settle_findings,
    tell_source,
    write_note,
)

routes = router()
_AT = "/v1/drafts/{edition_id}"
_DRAFT = permission("edition.draft", long=True)
_REVIEW = permission("edition.review", long=True)


class SourceView(BaseModel):
    """A report's source as it was told last, and by whom."""

    edition_id: UUID
    source: str
    told_by: str


class NoteView(BaseModel):
    """A note of the review, and what it was answered."""

    number: int
    noted_by: str
    noted_on: date
    figure: str | None
    words: str
    answer: str | None
    answered_by: str | None


class ReaderView(BaseModel):
    """Somebody who reads a draft before it is published, until a day."""

    subject: str
    until: date


class SettlementView(BaseModel):
    """How a finding was settled, by whom, and why."""

    outcome: SettlementOutcome
    words: str
    settled_by: str
    settled_on: date


class FindingView(BaseModel):
    """What was found; ``digest`` is what its settlement names."""

    finding: str
    words: str
    events: list[UUID]
    digest: str
    settled: SettlementView | None

    @classmethod
    def of(cls, one: Finding, settled: Settlement | None) -> "FindingView":
        """Show a finding; one that is another now than when it was settled is open again."""
        holds = settled is not None and settled.digest == one.digest
        said = settled.__dict__ if settled is not None and holds else None
        return cls(
            finding=one.key,
            words=one.words,
            events=list(one.events),
            digest=one.digest,
            settled=SettlementView.model_validate(said) if said else None,
        )


class ArrivalView(BaseModel):
    """A record of the year that arrived after the cut: its fact and event; whether it counts."""

    fact: str
    event_id: UUID
    day: date | None
    recorded_at: datetime
    stands: bool


class SinceView(BaseModel):
    """What is otherwise now than at an edition's cut, and all that arrived of the year since."""

    edition_id: UUID
    known_at: date
    figures: list[FigureChange]
    events: list[ArrivalView]


class ObstacleView(BaseModel):
    """What has to be seen to before the draft is signed."""

    code: str
    detail: str


@routes.put(f"{_AT}/source", openapi_extra=_DRAFT, tags=["editions"])
async def put_source(
    edition_id: Identifier, command: TellSource, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Tell the report's source: what is bound in it must be there, and no number stands alone."""
    edition = await tell_source(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.get(f"{_AT}/source", openapi_extra=permission("edition.read-draft"), tags=["editions"])
async def get_source(edition_id: Identifier, read: Read) -> SourceView:
    """Show the report's source as it was told last."""
    edition = await read.get(Edition, edition_id)
    kept = await read.find(ReportSource, edition_id=edition.id)
    if kept is None:
        raise NotFound(code="not-found", detail="This draft has no source yet.")
    return SourceView(edition_id=edition.id, source=kept.text, told_by=kept.told_by)


@routes.post(f"{_AT}/looked", openapi_extra=_DRAFT, tags=["editions"])
async def post_looked(
    edition_id: Identifier, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Say that the sentences whose figures changed were looked at, and hold."""
    edition = await look(work, edition_id, version)
    return await DRAFT.shown(work, edition, response)


@routes.post(f"{_AT}/review", openapi_extra=_DRAFT, tags=["editions"])
async def post_review(
    edition_id: Identifier, command: SendToReview, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Send a draft as it is now to be reviewed, and to readers before its publication."""
    edition = await send_to_review(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.get(f"{_AT}/readers", openapi_extra=_REVIEW, tags=["editions"])
async def get_readers(edition_id: Identifier, read: Read) -> list[ReaderView]:
    """List who reads a draft before it is published."""
    edition = await read.get(Edition, edition_id)
    readers = await read.all(Reader, edition_id=edition.id)
    return [ReaderView(subject=one.subject, until=one.until) for one in readers]


@routes.post(f"{_AT}/notes", openapi_extra=_REVIEW, tags=["editions"])
async def post_note(
    edition_id: Identifier, command: WriteNote, version: IfMatch, work: Work, response: Response
) -> DraftView:
    """Note something on a draft, or on one of its figures."""
    edition = await write_note(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.get(f"{_AT}/notes", openapi_extra=_REVIEW, tags=["editions"])
async def get_notes(edition_id: Identifier, read: Read) -> list[NoteView]:
    """List the notes on a draft, and what they were answered."""
    edition = await read.get(Edition, edition_id)
    notes = await read.all(Note, edition_id=edition.id)
    return [NoteView.model_validate(one, from_attributes=True) for one in notes]


@routes.post(f"{_AT}/notes/{{number}}/answer", openapi_extra=_DRAFT, tags=["editions"])
async def post_answer(
    edition_id: Identifier,
    number: Annotated[int, Path(ge=1, le=10_000)],
    command: AnswerNote,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DraftView:
    """Answer a note. No draft is signed with one open."""
    edition = await answer_note(work, edition_id, number, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.get(f"{_AT}/findings", openapi_extra=_DRAFT, tags=["editions"])
async def get_findings(edition_id: Identifier, read: Read) -> list[FindingView]:
    """List what arrived late and what rules and outlier checks found, and how it was settled."""
    edition = await held(read, edition_id)
    found = await findings(read, edition)
    settled = await settlements(read, edition)
    return [FindingView.of(one, settled.get(one.key)) for one in found]


@routes.post(f"{_AT}/findings", openapi_extra=_DRAFT, tags=["editions"])
async def post_settlement(
    edition_id: Identifier,
    command: SettleFindings,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DraftView:
    """Follow findings up, or accept them, by name."""
    edition = await settle_findings(work, edition_id, command, version)
    return await DRAFT.shown(work, edition, response)


@routes.get(f"{_AT}/obstacles", openapi_extra=_DRAFT, tags=["editions"])
async def get_obstacles(edition_id: Identifier, read: Read) -> list[ObstacleView]:
    """List all that has to be seen to before a draft is signed: of what is signed, nothing."""
    edition = await held(read, edition_id)
    if edition.state == "published":
        return []
    found = await obstacles(read, edition, *await prepared(read, edition))
    return [ObstacleView(code=one.code, detail=one.detail) for one in found]


@routes.get(f"{_AT}/since", openapi_extra=_DRAFT, tags=["editions"])
async def get_since(edition_id: Identifier, read: Read) -> SinceView:
    """Show what differs now from what was known at an edition's cut, and by which events."""
    edition = await held(read, edition_id)
    figures, arrived = await since(read, edition)
    return SinceView(
        edition_id=edition.id,
        known_at=edition.known_at,
        figures=figures,
        events=[ArrivalView.model_validate(one, from_attributes=True) for one in arrived],
    )

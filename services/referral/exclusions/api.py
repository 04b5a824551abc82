"""Exclusions over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.corrections import Withdrawal
from libs.common.core.fields import Identifier, Reference
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.referral.exclusions.commands import (
    CorrectExclusion,
    RecordExclusion,
    correct_exclusion,
    record_exclusion,
    void_exclusion,
)
from services.referral.exclusions.domain import Exclusion

routes = router()


class ExclusionView(BaseModel):
    """An exclusion, and whether it was upheld or rescinded; a void one was recorded by mistake."""

    exclusion_id: UUID
    reference: str
    child_id: UUID
    school_id: UUID
    category: str
    starts_on: date
    half_days: int | None
    upheld_on: date | None
    rescinded_on: date | None
    ground: str | None
    void: bool

    @classmethod
    def of(cls, exclusion: Exclusion) -> "ExclusionView":
        """Show an exclusion."""
        return cls(
            exclusion_id=exclusion.id,
            reference=exclusion.reference,
            child_id=exclusion.child_id,
            school_id=exclusion.school_id,
            category=exclusion.category,
            starts_on=exclusion.starts_on,
            half_days=exclusion.half_days,
            upheld_on=exclusion.upheld_on,
            rescinded_on=exclusion.rescinded_on,
            ground=exclusion.ground,
            void=exclusion.void,
        )


@routes.put(
    "/v1/exclusions/by-reference/{reference:path}",
    openapi_extra=permission("exclusion.write"),
    tags=["exclusions"],
)
async def put_exclusion(
    reference: Annotated[Reference, Path()],
    command: RecordExclusion,
    work: Work,
    response: Response,
) -> ExclusionView:
    """Record an exclusion under the county's reference, and whether it was upheld or rescinded."""
    exclusion, done = await record_exclusion(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, exclusion)
    return ExclusionView.of(exclusion)


@routes.get(
    "/v1/exclusions/{exclusion_id}",
    openapi_extra=permission("exclusion.read"),
    tags=["exclusions"],
)
async def get_exclusion(exclusion_id: Identifier, read: Read, response: Response) -> ExclusionView:
    """Show an exclusion."""
    exclusion = await read.get(Exclusion, exclusion_id)
    etag(response, read, exclusion)
    return ExclusionView.of(exclusion)


@routes.post(
    "/v1/exclusions/{exclusion_id}/corrections",
    openapi_extra=permission("exclusion.correct"),
    tags=["exclusions"],
)
async def post_correction(
    exclusion_id: Identifier,
    command: CorrectExclusion,
    version: IfMatch,
    work: Work,
    response: Response,
) -> ExclusionView:
    """Put an exclusion and what became of it right. What is left out of the body is not known."""
    exclusion = await correct_exclusion(work, exclusion_id, command, version)
    etag(response, work, exclusion)
    return ExclusionView.of(exclusion)


@routes.post(
    "/v1/exclusions/{exclusion_id}/void",
    openapi_extra=permission("exclusion.correct"),
    tags=["exclusions"],
)
async def post_void(
    exclusion_id: Identifier, command: Withdrawal, version: IfMatch, work: Work, response: Response
) -> ExclusionView:
    """Void an exclusion that was recorded by mistake. One that a school withdrew is rescinded."""
    exclusion = await void_exclusion(work, exclusion_id, command, version)
    etag(response, work, exclusion)
    return ExclusionView.of(exclusion)

"""Exclusions over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.contracts.referral import ExclusionCategory, Ground
from libs.common.core.fields import Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from services.referral.exclusions.commands import (
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
    reference: Annotated[str, of_form(Reference)]
    child_id: UUID
    school_id: UUID
    category: Annotated[str, of_codes(ExclusionCategory)]
    starts_on: date
    half_days: int | None
    upheld_on: date | None
    rescinded_on: date | None
    ground: Annotated[str, of_codes(Ground)] | None
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


put_right(
    routes,
    "/v1/exclusions/{exclusion_id}",
    permission("exclusion.correct"),
    ExclusionView,
    tag="exclusions",
    corrections=correct_exclusion,
    void=void_exclusion,
)

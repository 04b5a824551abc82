"""Likely duplicates over HTTP: found, listed, confirmed, dismissed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier, of_codes
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.duplicates.codes import DuplicateKind, DuplicateState, Likeness
from services.referral.duplicates.commands import DecideDuplicate, decide_duplicate
from services.referral.duplicates.domain import Duplicate
from services.referral.duplicates.finding import find_all

routes = router()


class DuplicateView(BaseModel):
    """Two records, why they are likely one, what was decided, and which stays if merged."""

    duplicate_id: UUID
    kind: Annotated[str, of_codes(DuplicateKind)]
    record_ids: list[UUID]
    why: list[Annotated[str, of_codes(Likeness)]]
    found_on: date
    state: Annotated[str, of_codes(DuplicateState)]
    reason: str | None
    decided_by: str | None
    decided_on: date | None
    kept_id: UUID | None
    merged_on: date | None

    @classmethod
    def of(cls, one: Duplicate) -> "DuplicateView":
        """Show a pair."""
        return cls(
            duplicate_id=one.id,
            kind=one.kind,
            record_ids=[one.first_id, one.second_id],
            why=one.why,
            found_on=one.found_on,
            state=one.state,
            reason=one.reason,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
            kept_id=one.kept_id,
            merged_on=one.merged_on,
        )


class FoundView(BaseModel):
    """How many pairs were proposed that were not before."""

    found: int


@routes.post(
    "/v1/duplicate-searches",
    operation_id="searchDuplicates",
    openapi_extra=permission("duplicate.decide", long=True),
    tags=["duplicates"],
)
async def post_search(work: Work) -> FoundView:
    """Propose every pair on record that is likely one; what was decided stays."""
    return FoundView(found=await find_all(work))


@routes.post(
    "/v1/duplicates/{duplicate_id}/confirmation",
    operation_id="confirmDuplicate",
    openapi_extra=permission("duplicate.decide"),
    tags=["duplicates"],
)
async def post_confirmation(
    duplicate_id: Identifier,
    command: DecideDuplicate,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DuplicateView:
    """Say that the two are one."""
    one = await decide_duplicate(work, duplicate_id, "confirmed", command, version)
    etag(response, work, one)
    return DuplicateView.of(one)


@routes.post(
    "/v1/duplicates/{duplicate_id}/dismissal",
    operation_id="dismissDuplicate",
    openapi_extra=permission("duplicate.decide"),
    tags=["duplicates"],
)
async def post_dismissal(
    duplicate_id: Identifier,
    command: DecideDuplicate,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DuplicateView:
    """Say that the two are not one; they are not proposed again."""
    one = await decide_duplicate(work, duplicate_id, "dismissed", command, version)
    etag(response, work, one)
    return DuplicateView.of(one)

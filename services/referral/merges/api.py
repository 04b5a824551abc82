"""Merging and unmerging over HTTP."""

from fastapi import Response

from libs.common.core.corrections import Withdrawal
from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.duplicates.api import DuplicateView
from services.referral.merges.commands import MergeDuplicate, merge_duplicate, unmerge_duplicate

routes = router()


@routes.post(
    "/v1/duplicates/{duplicate_id}/merge",
    openapi_extra=permission("duplicate.decide"),
    tags=["duplicates"],
)
async def post_merge(
    duplicate_id: Identifier,
    command: MergeDuplicate,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DuplicateView:
    """Have two confirmed records be one; the id of the other keeps answering."""
    one = await merge_duplicate(work, duplicate_id, command, version)
    etag(response, work, one)
    return DuplicateView.of(one)


@routes.post(
    "/v1/duplicates/{duplicate_id}/unmerge",
    operation_id="unmergeDuplicate",
    openapi_extra=permission("duplicate.decide"),
    tags=["duplicates"],
)
async def post_unmerge(
    duplicate_id: Identifier, command: Withdrawal, version: IfMatch, work: Work, response: Response
) -> DuplicateView:
    """Have each of two merged records be its own again."""
    one = await unmerge_duplicate(work, duplicate_id, command, version)
    etag(response, work, one)
    return DuplicateView.of(one)

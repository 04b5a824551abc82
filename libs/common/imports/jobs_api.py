"""The routes by which it is told how far imports are and what became of their rows."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, RowMapping, select, true

from libs.common.core.errors import NotFound
from libs.common.core.fields import Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.preferences import preferred_wait
from libs.common.http.requests import Guard, Read, Work, permission
from libs.common.imports.errors import column_of, error_file
from libs.common.imports.files import CSV, NDJSON, FileForm
from libs.common.imports.importer import RowOutcome, What
from libs.common.imports.jobs import OPEN, Job
from libs.common.imports.listed import ImportView, ListAsked, ListedImport, list_asked
from libs.common.imports.tables import import_job, import_row
from libs.common.imports.worker import ImportWorker, within
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading.files import XLSX
from libs.common.security import Grants, Reach, Role

MOST_ROWS_AT_ONCE: Final = 2_500
"""Rows that are taken whole or not at all, and outcomes on one page."""
LOOK_AGAIN_SECONDS: Final = 0.25
MOST_WAITING: Final = 4
TEXT: Final = {"schema": {"type": "string"}}
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
OVERSEEING: Final = (Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR)
"""Who sees everybody's imports, though of their rows only what became of them."""


def import_grants(senders: Mapping[Role, Reach]) -> Grants:
    """Return who may send imports, and who sees which: everybody what they sent."""
    seen = dict.fromkeys(senders, Reach.OWN) | dict.fromkeys(OVERSEEING, Reach.COUNTY)
    return {"import": senders, "import.read": seen, "import.cancel": seen}


class RowOutcomes(BaseModel):
    """What became of some rows, in the order of the file; ``next`` asks for those after them."""

    items: list[RowOutcome]
    next: int | None


async def _awaited(
    request: Request,
    response: Response,
    import_id: Identifier,
    prefer: Annotated[str | None, Header()] = None,
) -> UUID:
    """Wait for an import to end, for as long as is preferred, but no longer than `LONGEST_WAIT`.

    No transaction is open meanwhile. Where many wait already, nobody more does (RFC 7240 leaves it
    to us): a request that waits takes another's place.
    """
    seconds, worker = preferred_wait(prefer), worker_of(request)
    if seconds is None or worker.waiting >= MOST_WAITING:
        return import_id
    until = asyncio.get_running_loop().time() + seconds
    response.headers["Preference-Applied"] = f"wait={seconds}"
    with worker.waited_for():
        moved = worker.moved
        while await _is_open(request, import_id):
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await within(min(left, LOOK_AGAIN_SECONDS), moved.wait())
            moved = worker.moved
    return import_id


async def _is_open(request: Request, import_id: UUID) -> bool:
    async with _guard(request).units.read(request.state.context) as read:
        job = await _found(read, import_id)
        return job["state"] in OPEN


Awaited = Annotated[UUID, Depends(_awaited)]
"""The id of an import in the path, once it has been waited for as long as was asked."""


def add_reads(routes: APIRouter) -> None:
    """Add the routes by which a service tells of its imports, and one that ends them."""
    reading = permission("import.read")
    waiting = permission("import.read", own_transactions=True, long=False)

    @routes.get("/v1/imports", openapi_extra=reading, tags=["imports"])
    async def list_imports(
        request: Request,
        response: Response,
        read: Read,
        asked: Annotated[ListAsked, Depends(list_asked)],
        cursor: Cursor = None,
        limit: PageSize = PAGE_DEFAULT,
    ) -> Page[ListedImport]:
        """List imports, the latest first: your own or, for who oversees them, everybody's."""
        query = asked.of(select(import_job).where(_seen(read.access)), cursor).limit(limit + 1)
        found = (await read.connection.execute(query)).mappings()
        items = [ListedImport.shown(one) for one in found]
        shown_ = page(items, limit, lambda one: one.import_id)
        if shown_.next is not None:
            address = request.url.include_query_params(cursor=shown_.next)
            response.headers["Link"] = f'<{address}>; rel="next"'
        return shown_

    @routes.get("/v1/imports/{import_id}", openapi_extra=waiting, tags=["imports"])
    async def get_import(request: Request, response: Response, import_id: Awaited) -> ImportView:
        """Read how far an import is; with ``Prefer: wait=5`` wait up to 5 seconds for its end."""
        async with _guard(request).units.read(request.state.context) as read:
            return await shown(read, import_id, response)

    @routes.get("/v1/imports/{import_id}/rows", openapi_extra=waiting, tags=["imports"])
    async def list_import_rows(
        request: Request,
        import_id: Awaited,
        after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS_AT_ONCE)] = PAGE_DEFAULT,
        outcome: Annotated[What | None, Query()] = None,
    ) -> RowOutcomes:
        """List what became of the rows, in the order of the file; each by its row in the file."""
        async with _guard(request).units.read(request.state.context) as read:
            job = await _found(read, import_id)
            row = import_row.c
            query = select(import_row).where(row.import_id == import_id, row.row > after)
            if outcome is not None:
                query = query.where(row.outcome == outcome)
            query = query.order_by(row.row).limit(limit + 1)
            rows = (await read.connection.execute(query)).mappings()
            found = [_outcome(one, job["form"]["media"]) for one in rows]
        more = len(found) > limit
        return RowOutcomes(items=found[:limit], next=found[limit - 1].row if more else None)

    @routes.get(
        "/v1/imports/{import_id}/errors",
        openapi_extra=reading,
        tags=["imports"],
        response_class=Response,
        responses={
            200: {
                "content": {
                    CSV: TEXT,
                    XLSX: BINARY,
                    NDJSON: TEXT,
                }
            }
        },
    )
    async def get_import_errors(read: Read, import_id: Identifier) -> Response:
        """Return the refused rows as they were sent, each with its code and what would be right.

        A CSV or workbook has the columns of the file in their order, then ``code`` and ``hint``: it
        is mended and sent again as it is. Only who sent the file gets it, for 30 days.
        """
        job = await _found(read, import_id)
        if job["subject"] != read.actor.subject:
            raise NotFound(code="not-found", detail="Only who sent an import gets its rows.")
        row = import_row.c
        refused = select(import_row).where(row.import_id == import_id, row.sent.is_not(None))
        found = (await read.connection.execute(refused.order_by(row.row))).mappings()
        return error_file(FileForm(**job["form"]), [*found])

    @routes.post(
        "/v1/imports/{import_id}/cancel",
        openapi_extra=permission("import.cancel"),
        tags=["imports"],
    )
    async def cancel_import(
        request: Request, response: Response, import_id: Identifier, work: Work
    ) -> ImportView:
        """Have an import go no further; what it did until then stands."""
        job = await _found(work, import_id)
        work.concerns(f"Import:{import_id}")
        if job["state"] != "cancelled":
            await worker_of(request).end(work, Job.of(job), "cancelled")
        work.afterwards.append(worker_of(request).wake)
        return await shown(work, import_id, response)


def _outcome(row: RowMapping, media: str) -> RowOutcome:
    """Show what became of a row; in a CSV each fault is in a column."""
    said = {name: row[name] for name in RowOutcome.model_fields}
    if media != NDJSON and row["faults"]:
        said["faults"] = [one | _column(one["pointer"]) for one in row["faults"]]
    return RowOutcome(**said)


def _column(pointer: str) -> dict[str, str]:
    return {"column": column_of(pointer)} if pointer else {}


def _guard(request: Request) -> Guard:
    guard: Guard = request.app.state.guard
    return guard


def worker_of(request: Request) -> ImportWorker:
    """Return the part that carries imports out."""
    worker: ImportWorker = request.app.state.running.imports
    return worker


def _seen(access: Access) -> ColumnElement[bool]:
    return true() if access.everything else import_job.c.subject == access.actor.subject


async def _found(read: ReadTransaction, id_: UUID) -> RowMapping:
    query = select(import_job).where(import_job.c.id == id_, _seen(read.access))
    job = (await read.connection.execute(query)).mappings().one_or_none()
    if job is None:
        raise NotFound(code="not-found", detail="There is no such import.")
    return job


async def shown(read: ReadTransaction, id_: UUID, response: Response) -> ImportView:
    """Show an import as it is, with its version; of one that has not ended, when to ask again."""
    job = await _found(read, id_)
    response.headers["ETag"] = f'"{job["version"]}"'
    if job["state"] in OPEN:
        response.headers["Retry-After"] = "1"
    return ImportView.of(job)

"""The route by which a service takes records in bulk."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from libs.common.core.errors import NotAllowed, Rejected, ValidationError
from libs.common.http.beforehand import beforehand
from libs.common.http.requests import Guard, Work, permission, router
from libs.common.imports.described import record_schemas
from libs.common.imports.files import CSV, NDJSON, Dates, FileForm, Separator, form_of
from libs.common.imports.jobs import post
from libs.common.imports.jobs_api import MOST_ROWS_AT_ONCE, add_reads, shown, worker_of
from libs.common.imports.kinds import Atomic, ImportKind, Mode
from libs.common.imports.listed import ImportView
from libs.common.imports.records import read_sent
from libs.common.imports.workbooks import as_csv
from libs.common.persistence.uow import RequestContext, UnitOfWork
from libs.common.reading.files import XLSX
from libs.common.security import reaches


@dataclass(frozen=True)
class Asked:
    """How a file is to be taken, and what its sender says of how it is written."""

    mode: Mode
    atomic: Atomic
    separator: Separator | None
    dates: Dates
    sheet: str | None


async def _asked(
    mode: Annotated[Mode, Query()],
    atomic: Annotated[Atomic, Query()] = "row",
    separator: Annotated[Separator | None, Query()] = None,
    dates: Annotated[Dates, Query()] = "iso",
    sheet: Annotated[str | None, Query(min_length=1, max_length=31)] = None,
) -> Asked:
    return Asked(mode, atomic, separator, dates, sheet)


def imports_router(kinds: Sequence[ImportKind[Any]]) -> APIRouter:
    """Return the routes by which a service takes records in bulk."""
    by_name = {kind.kind: kind for kind in kinds}
    names: Any = Literal[tuple(by_name)]  # the kinds are data
    record, schemas = record_schemas(kinds)
    routes = router()

    @routes.post(
        "/v1/imports",
        operation_id="startImport",
        status_code=202,
        openapi_extra={
            **permission("import", long=True),
            "x-schemas": schemas,
            "requestBody": {
                "required": True,
                "content": {
                    CSV: {"schema": {"type": "string"}},
                    XLSX: {"schema": {"type": "string", "format": "binary"}},
                    NDJSON: {
                        "schema": {
                            "type": "string",
                            "contentMediaType": NDJSON,
                            "contentSchema": record,
                        }
                    },
                },
            },
        },
        tags=["imports"],
    )
    @beforehand(_unpack)
    async def post_import(
        request: Request,
        response: Response,
        work: Work,
        kind: Annotated[names, Query()],
        asked: Annotated[Asked, Depends(_asked)],
    ) -> ImportView:
        """Take many records of one kind, to be carried out in turn; read how far it is.

        ``check`` says what the outcome of each row would be and keeps nothing. ``commit`` carries
        out the rows that are valid and names what is wrong with the others or, with ``atomic=all``,
        carries out all of at most 2,500 rows or none. The same records again change nothing.

        A CSV is in UTF-8 unless its ``charset`` says windows-1252 or utf-16. Its header shows
        whether commas, semicolons or tabs separate its cells, unless ``separator`` says so. Days
        are ISO, or with ``dates=dd/mm/yyyy`` as that. Of a workbook (.xlsx) it is the first sheet
        or the one named by ``sheet``, each cell as its type says.
        """
        chosen = by_name[kind]
        context = _context_for(chosen, request.app.state.guard, work.context)
        media = request.headers.get("content-type", "")
        body: bytes = request.state.file
        _check_sheet(media, asked)
        form = form_of(media, body, chosen, separator=asked.separator, dates=asked.dates)
        if asked.atomic == "all":
            _check_number(form, body)
        said = {"kind": kind, "mode": asked.mode, "atomic": asked.atomic}
        return await take_in(request, response, work, said, (form, body), context=context)

    add_reads(routes)
    return routes


async def take_in(
    request: Request,
    response: Response,
    work: UnitOfWork,
    said: Mapping[str, Any],
    file: tuple[FileForm, bytes],
    *,
    context: RequestContext | None = None,
) -> ImportView:
    """Have a file wait for its turn, and answer with its import; ``said`` is its kind and mode."""
    id_ = await post(work.connection, context or work.context, work.clock.now(), said, file)
    work.concerns(f"Import:{id_}")
    work.afterwards.append(worker_of(request).wake)
    service = request.url.path.partition("/v1/")[0]
    response.headers["Location"] = f"{service}/v1/imports/{id_}"
    return await shown(work, id_, response)


def _context_for(kind: ImportKind[Any], guard: Guard, context: RequestContext) -> RequestContext:
    allowed = reaches(guard.grants, context.access.actor, kind.action)
    if not allowed:
        raise NotAllowed.lacking(kind.action)
    return replace(context, access=replace(context.access, action=kind.action, reaches=allowed))


def _is_workbook(media: str) -> bool:
    return media.partition(";")[0].strip().lower() == XLSX


async def _unpack(request: Request) -> None:
    """Keep the file as it is taken in: of a workbook a CSV, made while others have their turn."""
    file = await request.body()
    if _is_workbook(request.headers.get("content-type", "")):
        file = await asyncio.to_thread(as_csv, file, request.query_params.get("sheet"))
    request.state.file = file


def _check_sheet(media: str, asked: Asked) -> None:
    if asked.sheet is not None and not _is_workbook(media):
        only = "is for a workbook (.xlsx): another file has no sheets"
        raise Rejected(errors=[ValidationError("not-of-this-file", only, parameter="sheet")])


def _check_number(form: FileForm, body: bytes) -> None:
    if sum(1 for _ in islice(read_sent(form, body), MOST_ROWS_AT_ONCE + 1)) > MOST_ROWS_AT_ONCE:
        detail = (
            f"must be row for a file of more than {MOST_ROWS_AT_ONCE:,} rows:"
            " others would wait too long for so many in one transaction"
        )
        raise Rejected(errors=[ValidationError("too-many-rows", detail, parameter="atomic")])

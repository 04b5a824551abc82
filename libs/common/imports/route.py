"""The route by which a service takes records in bulk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from libs.common.core.errors import NotAllowed
from libs.common.http.requests import Guard, available, permission, router
from libs.common.imports.gathering import gathered
from libs.common.imports.importer import Importer, ImportReport
from libs.common.imports.kinds import ImportKind, Mode
from libs.common.imports.records import read_rows
from libs.common.persistence.uow import RequestContext
from libs.common.security import reaches


def imports_router(kinds: Sequence[ImportKind[Any]]) -> APIRouter:
    """Return the route by which a service takes records in bulk."""
    by_name = {kind.kind: kind for kind in kinds}
    names: Any = Literal[tuple(by_name)]  # the kinds are data
    routes = router()

    @routes.post(
        "/v1/imports",
        openapi_extra={
            **permission("import", own_transactions=True),
            "requestBody": {
                "required": True,
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    "application/x-ndjson": {"schema": {"type": "string"}},
                },
            },
        },
        tags=["imports"],
    )
    async def import_records(
        request: Request,
        kind: Annotated[names, Query()],
        mode: Annotated[Mode, Query()],
    ) -> ImportReport:
        """Take many records of one kind; the same records again change nothing.

        ``check`` says what the outcome of each row would be and keeps nothing. ``commit`` carries
        out the rows that are valid, in chunks, and names what is wrong with the others.
        """
        chosen = by_name[kind]
        guard: Guard = request.app.state.guard
        context = _context_for(chosen, guard, request.state.context)
        media = request.headers.get("content-type", "")
        rows = await gathered(read_rows(media, await request.body(), chosen))
        importer = Importer(guard, context, chosen)
        async with available():
            await (importer.commit(rows) if mode == "commit" else importer.check(rows))
        return importer.report(mode)

    return routes


def _context_for(kind: ImportKind[Any], guard: Guard, context: RequestContext) -> RequestContext:
    allowed = reaches(guard.grants, context.access.actor, kind.action)
    if not allowed:
        raise NotAllowed.lacking(kind.action)
    return replace(context, access=replace(context.access, action=kind.action, reaches=allowed))

"""The routes by which a service says what it takes in bulk, and how a file of it looks."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from libs.common.http.requests import Read, permission, router
from libs.common.imports.described import ColumnView, columns, template, words
from libs.common.imports.kinds import ImportKind


class KindView(BaseModel):
    """A kind of record: its name, what a row is, and the permission that a caller needs."""

    kind: str
    words: str
    permission: str


class DescribedKindView(KindView):
    """A kind with the columns of its file, and the JSON Schema of a record in NDJSON."""

    columns: list[ColumnView]
    record: dict[str, Any]


def import_kinds_router(kinds: Sequence[ImportKind[Any]]) -> APIRouter:
    """Return the routes that describe a service's kinds, in the order a county loads them in."""
    by_name = {kind.kind: kind for kind in kinds}
    names: Any = Literal[tuple(by_name)]  # the kinds are data
    routes = router()
    reading: dict[str, Any] = {"openapi_extra": permission("import"), "tags": ["imports"]}

    @routes.get("/v1/import-kinds", **reading)
    async def get_import_kinds(read: Read) -> list[KindView]:  # noqa: ARG001 - as every read
        """List what is taken in bulk, in the order in which a county loads it."""
        return [_shown(kind) for kind in kinds]

    @routes.get("/v1/import-kinds/{kind}", **reading)
    async def get_import_kind(
        kind: Annotated[names, Path()],
        read: Read,  # noqa: ARG001 - as every read
    ) -> DescribedKindView:
        """Describe the file of a kind: its columns, their forms and codes."""
        chosen = by_name[kind]
        return DescribedKindView(
            **dict(_shown(chosen)),
            columns=columns(chosen),
            record=chosen.sent.model_json_schema(),
        )

    @routes.get(
        "/v1/import-kinds/{kind}/template",
        **reading,
        response_class=Response,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    async def get_import_template(
        kind: Annotated[names, Path()],
        read: Read,  # noqa: ARG001 - as every read
    ) -> Response:
        """Return an empty file of a kind, to be filled in: its header alone."""
        name = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
        return Response(template(by_name[kind]), media_type="text/csv", headers=name)

    return routes


def _shown(kind: ImportKind[Any]) -> KindView:
    return KindView(kind=kind.kind, words=words(kind), permission=kind.action)

"""Imports below HTTP: checked in as small a chunk as may be."""

from typing import Any

from libs.common.http.requests import Guard
from libs.common.imports import Importer, ImportKind, read_rows
from tests.worlds import World, request_context


async def checked_apart(
    world: World, service: str, kind: ImportKind[Any], body: str
) -> list[tuple[str, str | None]]:
    """Return what a check says of NDJSON, each group of rows in a transaction of its own."""
    guard: Guard = world.system.running[service].api.state.guard
    importer = Importer(guard, request_context(kind.action), kind, at_once=1)
    await importer.check(list(read_rows("application/x-ndjson", body.encode(), kind)))
    return [(one.outcome, one.code) for one in importer.report("check").outcomes]

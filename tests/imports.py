"""Imports: sent and waited for; and below HTTP, checked in as small a chunk as may be."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.demo.importing import imported as sent_and_awaited
from libs.common.http.requests import Guard
from libs.common.imports import FileForm, Importer, ImportKind, read_rows
from libs.common.imports.importer import Noted
from tests.worlds import World, request_context

NDJSON: Final = FileForm(media="application/x-ndjson")


async def imported(
    world: World,
    kind: str,
    rows: str | list[Any],
    headers: Mapping[str, str] | None = None,
    *,
    mode: str = "commit",
    media: str = "",
) -> dict[str, Any]:
    """Import rows, or a CSV; return what is said of it, with the outcome of each row.

    ``kind`` is the service's and the kind's name: "referral/teams".
    """
    service, _, name = kind.partition("/")
    content = rows if isinstance(rows, str) else "\n".join(map(json.dumps, rows))
    form = media or ("text/csv" if isinstance(rows, str) else "application/x-ndjson")
    url = f"/{service}/v1/imports?kind={name}&mode={mode}"
    sender = {**(headers or world.as_()), "Content-Type": form}
    return await sent_and_awaited(world.client, url, content, sender)


async def checked_apart(
    world: World, service: str, kind: ImportKind[Any], body: str
) -> list[tuple[str, str | None]]:
    """Return what a check says of NDJSON, each group of rows in a transaction of its own."""
    guard: Guard = world.system.running[service].api.state.guard
    found: dict[int, tuple[str, str | None]] = {}

    async def note(_: AsyncConnection, noted: Noted) -> None:
        found.update({row.number: (one.outcome, one.code) for row, one in noted})

    context = request_context(kind.action)
    importer = Importer(guard, context, kind, at_once=1, note=note)
    await importer.check(list(read_rows(NDJSON, body.encode(), kind)))
    return [found[number] for number in sorted(found)]

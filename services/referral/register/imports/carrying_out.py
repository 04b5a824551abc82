"""Takes the register's files in: what is needed of each is kept, and carried out as an import."""

import asyncio
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO, Any

from fastapi import Request, Response

from libs.common.core.errors import BadRequest
from libs.common.http.availability import available
from libs.common.http.requests import Guard
from libs.common.imports import ImportKind, ImportView, Mode, numbered, take_in
from libs.common.imports.files import CSV, FileForm
from services.referral.register.imports.cells import MOST_READ, check_columns
from services.referral.register.imports.opening import opened


@dataclass(frozen=True)
class Columns:
    """The columns that a file has to have, and others that are read where they are there."""

    needed: Collection[str]
    others: Collection[str] = ()


async def taken_in(
    request: Request,
    response: Response,
    kind: ImportKind[Any],
    columns: Columns,
    mode: Mode,
    **told: str,
) -> ImportView:
    """Keep of a file what is needed, with what is ``told`` of all its rows, as an import.

    Raises BadRequest, TooLarge, UnsupportedMediaType, and Rejected for columns that are missing.
    """
    async with opened(request) as text:
        header, body = await asyncio.to_thread(_kept, text, columns, told)
    form = FileForm(media=CSV, header=header)
    guard: Guard = request.app.state.guard
    async with available(), guard.units.work(request.state.context) as work:
        said = {"kind": kind.kind, "mode": mode, "atomic": "row"}
        return await take_in(request, response, work, said, (form, body))


def _kept(text: IO[str], columns: Columns, told: dict[str, str]) -> tuple[list[str], bytes]:
    """Return the columns that are read, and a CSV of them: some 5 MB of the whole register."""
    lines = csv.reader((line for _, line in numbered(text)), strict=True)
    kept = io.StringIO(newline="")
    writer = csv.writer(kept)
    try:
        names = next(lines, [])
        check_columns(columns.needed, names)
        read = [name for name in (*columns.needed, *columns.others) if name in names]
        writer.writerow([*read, *told])
        writer.writerows(_cells(lines, [names.index(name) for name in read], [*told.values()]))
    except csv.Error:
        near = f"The file is not CSV near line {lines.line_num}."
        raise BadRequest(code="not-csv", detail=near) from None
    return [*read, *told], kept.getvalue().encode()


def _cells(lines: Iterator[list[str]], places: list[int], told: list[str]) -> Iterator[list[str]]:
    """Yield what is read of each row's cells; a blank row stays one, so that it counts."""
    for line in lines:
        if any(line):
            cells = (line[place].strip() if place < len(line) else "" for place in places)
            yield [*(cell[:MOST_READ] for cell in cells), *told]
        else:
            yield []

"""The error file of an import: the rows that were refused, to be mended and sent again."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from libs.common.imports.files import CSV, NDJSON, NOTES, SEPARATORS, FileForm
from libs.common.reading.files import XLSX, csv_of, xlsx_of


def error_file(form: FileForm, refused: Sequence[Mapping[str, Any]]) -> Response:
    """Return refused rows as they were sent and written, each with its code and a hint.

    A CSV is in UTF-8; of a workbook they are one again. Of NDJSON each record is in `sent`, beside
    the number of its row.
    """
    if form.media == NDJSON:
        body, media, end = _ndjson(refused), NDJSON, "ndjson"
    elif form.media == XLSX:
        body, media, end = xlsx_of(_lines(form, refused)), XLSX, "xlsx"
    else:
        lines = _lines(form, refused)
        body, media, end = csv_of(lines, SEPARATORS[form.separator]), CSV, "csv"
    disposition = f'attachment; filename="errors.{end}"'
    return Response(body, media_type=media, headers={"Content-Disposition": disposition})


def _lines(form: FileForm, refused: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    lines = [[*form.header, *NOTES]]
    for row in refused:
        cells = json.loads(row["sent"])
        empty = [""] * (len(form.header) - len(cells))
        lines.append([*cells[: len(form.header)], *empty, row["code"], _hint(row)])
    return lines


def _ndjson(refused: Sequence[Mapping[str, Any]]) -> bytes:
    lines = [
        {"row": row["row"], "code": row["code"], "hint": _hint(row), "sent": _record(row["sent"])}
        for row in refused
    ]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _record(sent: str) -> object:
    try:
        return json.loads(sent)
    except ValueError:
        return sent


def _hint(row: Mapping[str, Any]) -> str:
    """Say of each fault in which column it is and what would be right."""
    return " / ".join(
        f"{_place(one['pointer'])}: {one['detail']}".removeprefix(": ") for one in row["faults"]
    )


def _place(pointer: str) -> str:
    """Name a column and, of a cell with several values, which of them it is, from 1."""
    column, value = column_of(pointer), pointer.rpartition("/")[2]
    return f"{column}, value {int(value) + 1}" if value.isdecimal() else column


def column_of(pointer: str) -> str:
    """Return the column of a fault; the values of one cell are all in its column."""
    return re.sub("/[0-9]+$", "", pointer)[1:].replace("/", ".")

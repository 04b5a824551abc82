"""A list as a file: CSV, or a spreadsheet. Its columns have the names that an import's have.

No cell of either is taken for a formula: text that begins as one has a `'` before it.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, get_origin

from fastapi import Response
from pydantic import BaseModel
from xlsxwriter import Workbook

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WITHHELD: Final = "withheld"
"""The cell of a field that the caller may not see."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_AS_JSON: Final = ("application/json", "application/*", "*/*")
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")

Cell = str | int | Decimal | date | None
Cells = dict[str, Cell]


def wanted_file(accept: str, offered: Collection[str] = (CSV, XLSX)) -> str | None:
    """Return which of the files offered a caller asks for; None for JSON, a browser's answer too.

    What has the greatest ``q`` is taken; of several, one that is named before any kind at all, and
    the first that stands in ``Accept`` (RFC 9110, 12.5.1).
    """
    kinds = [_kind_and_weight(kind) for kind in accept.lower().split(",")]
    answered = [one for one in kinds if one[1] > 0 and (one[0] in offered or one[0] in _AS_JSON)]
    ordered = sorted(answered, key=lambda one: (-one[1], "*" in one[0]))
    return next((kind if kind in offered else None for kind, _ in ordered), None)


def _kind_and_weight(asked: str) -> tuple[str, float]:
    """Return a kind of ``Accept`` and its weight: 1 where none is given that can be read."""
    kind, *parameters = (part.strip() for part in asked.split(";"))
    weights = (_WEIGHT.fullmatch(one) for one in parameters)
    return kind, next((float(one[1]) for one in weights if one), 1.0)


def file_of(media: str, name: str, view: type[BaseModel], views: Sequence[BaseModel]) -> Response:
    """Return a file with a row for each of these."""
    rows: list[Cells] = [dict(_cells(one.model_dump(mode="json"))) for one in views]
    for one, row in zip(views, rows, strict=True):
        _mark(row, getattr(one, "withheld", ()))
    header = list(dict.fromkeys([*_columns(view), *(name for row in rows for name in row)]))
    lines: list[Sequence[Cell]] = [header]
    lines += [[row.get(name) for name in header] for row in rows]
    body, end = (csv_of(lines), "csv") if media == CSV else (xlsx_of(lines), "xlsx")
    disposition = f'attachment; filename="{name}.{end}"'
    return Response(body, media_type=media, headers={"Content-Disposition": disposition})


def _columns(view: type[BaseModel]) -> Iterator[str]:
    """Yield the columns that every file of these has, in the view's order."""
    for name, field in view.model_fields.items():
        if name != WITHHELD and not _is_of_models(field.annotation):
            yield name


def _is_of_models(annotation: Any) -> bool:
    inner = getattr(annotation, "__args__", ())
    whole = get_origin(annotation) or annotation  # of dict[str, int] it is dict
    return any(
        isinstance(one, type) and issubclass(one, BaseModel | dict) for one in (whole, *inner)
    ) or any(_is_of_models(one) for one in inner)


def _cells(value: Any, path: str = "") -> Iterator[tuple[str, Cell]]:
    """Yield the cells of a record: of one within it, dotted; of a list of plain values, one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if path or name != WITHHELD:
                yield from _cells(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for index, inner in enumerate(value):
            yield from _cells(inner, f"{path}.{index}")
    elif isinstance(value, list):
        yield path, ";".join(map(str, value))
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, value


def _mark(row: Cells, withheld: Sequence[str]) -> None:
    """Say of each cell of a withheld field that it is withheld, so that none looks empty."""
    for name in row:
        words = ".".join(part for part in name.split(".") if not part.isdigit())
        if words in withheld:
            row[name] = WITHHELD


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def csv_of(lines: Sequence[Sequence[Cell]], separator: str = ",") -> bytes:
    """Return a CSV in UTF-8, with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(map(_safe, line) for line in lines)
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(lines: Sequence[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet, whose first row stays in sight."""
    return workbook_of({"Sheet1": lines})


def workbook_of(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Return a workbook of sheets by name; numbers and days are such, and text is never more."""
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(body, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, [_safe(cell) for cell in line])
            sheet.freeze_panes(1, 0)
            sheet.autofit(400)
    return body.getvalue()

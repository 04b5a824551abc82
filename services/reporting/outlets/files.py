"""The report and its figures as files to take away, each made from the same rows."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.errors import NotFound
from libs.common.documents import columns, printing
from libs.common.documents.columns import parquet
from libs.common.documents.extras import is_installed
from libs.common.reading.files import CSV, XLSX, Cell, csv_of, wanted_file, workbook_of
from services.reporting.outlets.document import Document
from services.reporting.outlets.printed import printed
from services.reporting.outlets.rows import Row, lines_of, rows_of, rows_of_figure
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS
from services.reporting.presentation import day_printed
from services.reporting.views import FigureOfYear

JSON: Final = "application/json"
JSON_LINES: Final = "application/jsonl"
OF_VALUES: Final = {"Rounding": ROUNDING, "c": WITHHELD_MEANS}


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file is made from: its name, its rows, and what a reader has to know of them."""

    name: str
    rows: Sequence[BaseModel]
    notes: Mapping[str, str]
    model: type[BaseModel] = Row
    """What a row is: its columns, in order, each with what it means."""
    of_values: Mapping[str, str] = field(default_factory=lambda: OF_VALUES)
    """How its values are to be read."""
    printed: Callable[[], bytes] | None = None
    """Makes the document to print, where there is one."""


def table_of(shown: Document) -> Table:
    """Return the table of a report or an edition."""
    notes = {str(nth): words for nth, words in enumerate([*shown.notes, shown.warning], 1) if words}
    return Table(
        name=shown.name,
        rows=rows_of(shown),
        notes={"Title": shown.title, **notes},
        printed=lambda: printed(shown),
    )


def table_of_figure(found: FigureOfYear) -> Table:
    """Return a figure's table, with its groups where it is broken down."""
    by = f"-by-{found.by}" if found.by else ""
    return Table(
        name=_name(f"{found.figure.id}-{found.academic_year}{by}", found.known_at),
        rows=rows_of_figure(found),
        notes={"Figure": found.figure.words, "Year": found.academic_year, **_known(found.known_at)},
    )


def _known(known_at: date | None) -> dict[str, str]:
    return {"As it was known at the end of": day_printed(known_at) if known_at else "now"}


def _name(name: str, known_at: date | None) -> str:
    return f"{name}-known-at-{known_at}" if known_at else name


def _json(table: Table) -> bytes:
    rows = [row.model_dump(mode="json") for row in table.rows]
    return json.dumps({"notes": dict(table.notes), "rows": rows}, ensure_ascii=False).encode()


def _json_lines(table: Table) -> bytes:
    return b"".join(f"{row.model_dump_json()}\n".encode() for row in table.rows)


def _csv(table: Table) -> bytes:
    return csv_of(list(lines_of(table.model, table.rows)))


def _xlsx(table: Table) -> bytes:
    return workbook_of({"Values": list(lines_of(table.model, table.rows)), "Notes": _notes(table)})


def _notes(table: Table) -> list[list[Cell]]:
    fields: Mapping[str, Any] = table.model.model_fields
    return [
        ["Note", "What it says"],
        *([name, words] for name, words in {**table.notes, **table.of_values}.items()),
        *([f"Column {name}", field.description] for name, field in fields.items()),
    ]


def _pdf(table: Table) -> bytes:
    if table.printed is None:
        raise NotFound(detail="There is no document to print of this alone.")
    return table.printed()


def _parquet(table: Table) -> bytes:
    return parquet(table.model, table.rows, table.notes)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A kind of file: its media type, how it is made, and its name for people.

    ``needs`` is the module of the extra without which there is none.
    """

    media: str
    make: Callable[[Table], bytes]
    words: str
    needs: str | None = None

    @property
    def is_made_here(self) -> bool:
        """Whether this installation makes it."""
        return self.needs is None or is_installed(self.needs)


FORMS: Final[Mapping[str, Form]] = {
    "pdf": Form(media=printing.MEDIA, make=_pdf, words="PDF to print", needs=printing.MODULE),
    "csv": Form(media=CSV, make=_csv, words="CSV"),
    "xlsx": Form(media=XLSX, make=_xlsx, words="Spreadsheet"),
    "json": Form(media=JSON, make=_json, words="JSON"),
    "jsonl": Form(media=JSON_LINES, make=_json_lines, words="JSON lines"),
    "parquet": Form(media=columns.MEDIA, make=_parquet, words="Parquet", needs=columns.MODULE),
}
"""By the end of the file's name."""


async def file_of(table: Table, end: str) -> Response:
    """Return a table as a file of a kind; others are served while it is made.

    Raises NotFound where there is no such kind, and ExtraNotInstalled.
    """
    if end not in FORMS:
        raise NotFound(detail=f"There is no such file. There are {', '.join(FORMS)}.")
    form = FORMS[end]
    body = await asyncio.to_thread(form.make, table)
    disposition = {"Content-Disposition": f'attachment; filename="{table.name}.{end}"'}
    return Response(body, media_type=form.media, headers=disposition)


def wanted(accept: str) -> str | None:
    """Return which file a caller asks for; None for the answer in JSON that programs get."""
    by_media = {form.media: end for end, form in FORMS.items() if form.media != JSON}
    media = wanted_file(accept, by_media)
    return by_media[media] if media else None

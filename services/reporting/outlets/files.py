"""The report and its figures as files to take away, each made from the same rows."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import Response

from libs.common.core.errors import NotFound
from libs.common.reading.files import CSV, XLSX, Cell, csv_of, workbook_of
from services.reporting.outlets.rows import Row, lines_of, rows_of, rows_of_figure
from services.reporting.presentation import day_printed
from services.reporting.views import FigureOfYear, Report

JSON: Final = "application/json"
ROUNDING: Final = (
    "Rounded half up, once. 100% and 0% are printed only where they are exact. Changes are in"
    " percentage points of the unrounded shares."
)

WITHHELD_MEANS: Final = (
    "A value printed as c is withheld: it is on record, and shown it could say something of one"
    " child or one person. Others beside it may be withheld so that nobody can work it out."
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file is made from: its name, its rows, and what a reader has to know of them."""

    name: str
    rows: Sequence[Row]
    notes: Mapping[str, str]


def table_of(report: Report, known_at: date | None = None) -> Table:
    """Return a report's table."""
    year = report.academic_year
    complete = f"no: {report.dead_letters} events are not in it" if report.dead_letters else "yes"
    notes = {"Annual report": year, "Latest record": report.data_as_of or "none"}
    return Table(
        name=_name(f"annual-report-{year}", known_at),
        rows=rows_of(report, known_at),
        notes={**notes, **_known(known_at), "Everything received is in it": complete},
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


def _csv(table: Table) -> bytes:
    return csv_of(list(lines_of(table.rows)))


def _xlsx(table: Table) -> bytes:
    return workbook_of({"Values": list(lines_of(table.rows)), "Notes": _notes(table)})


def _notes(table: Table) -> list[list[Cell]]:
    columns: Mapping[str, Any] = Row.model_fields
    return [
        ["Note", "What it says"],
        *([name, words] for name, words in table.notes.items()),
        ["Rounding", ROUNDING],
        ["c", WITHHELD_MEANS],
        *([f"Column {name}", field.description] for name, field in columns.items()),
    ]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A kind of file: its media type, how it is made, and its name for people."""

    media: str
    make: Callable[[Table], bytes]
    words: str


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form(media=CSV, make=_csv, words="CSV"),
    "xlsx": Form(media=XLSX, make=_xlsx, words="Spreadsheet"),
    "json": Form(media=JSON, make=_json, words="JSON"),
}
"""By the end of the file's name."""


def file_of(table: Table, end: str) -> Response:
    """Return a table as a file of a kind; raises NotFound where there is no such kind."""
    if end not in FORMS:
        raise NotFound(detail=f"There is no such file. There are {', '.join(FORMS)}.")
    form = FORMS[end]
    disposition = {"Content-Disposition": f'attachment; filename="{table.name}.{end}"'}
    return Response(form.make(table), media_type=form.media, headers=disposition)


def wanted(accept: str) -> str | None:
    """Return which file a caller asks for; None for the answer in JSON that programs get."""
    asked = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    by_media = {form.media: end for end, form in FORMS.items() if form.media != JSON}
    return next((by_media[kind] for kind in asked if kind in by_media), None)

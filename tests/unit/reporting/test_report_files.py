"""The report's files, read by other programs: every value of the report, typed, and no formula."""

import asyncio
import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from pyarrow.parquet import read_table

from libs.common.documents.extras import ExtraNotInstalled
from services.reporting.outlets.document import of_report
from services.reporting.outlets.files import FORMS, Table, file_of, table_of, table_of_figure
from services.reporting.outlets.rows import Row
from services.reporting.views import CellView, FigureOfYear, Report, Withheld
from tests.unit.reporting.test_page import a_report

KNOWN_AT = date(2019, 12, 2)
COLUMNS = list(Row.model_fields)


def read_csv(body: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def read_sheet(body: bytes) -> list[dict[str, Any]]:
    header, *lines = load_workbook(io.BytesIO(body))["Values"].iter_rows(values_only=True)
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


def read_json(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(body)["rows"]
    return rows


def read_parquet(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_table(io.BytesIO(body)).to_pylist()
    return rows


def read_json_lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.decode().splitlines()]


READERS = {
    "parquet": read_parquet,
    "csv": read_csv,
    "xlsx": read_sheet,
    "json": read_json,
    "jsonl": read_json_lines,
}


def told(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row as text: what any of the forms says of it."""
    as_text = {name: "" if cell is None else str(cell) for name, cell in row.items()}
    return as_text | {
        "known_at": as_text["known_at"][:10],
        "number": str(Decimal(as_text["number"]).normalize()) if as_text["number"] else "",
    }


def known(dead_letters: int = 0) -> Report:
    return a_report(dead_letters).model_copy(update={"known_at": KNOWN_AT})


def body(table: Table, end: str) -> bytes:
    return bytes(asyncio.run(file_of(table, end)).body)


def taken(table: Table, end: str) -> list[dict[str, Any]]:
    return READERS[end](body(table, end))


@pytest.mark.parametrize("end", READERS)
def test_every_kind_of_file_tells_every_value_of_the_report(end: str) -> None:
    report = known()
    rows = taken(table_of(of_report(report)), end)
    assert [list(row) for row in rows] == [COLUMNS] * len(rows)
    told_of = [told(row) for row in rows]
    figures = [row for row in told_of if row["kind"] == "figure"]
    assert [(row["id"], row["printed"], row["exact"]) for row in figures] == [
        (one.id, one.printed, one.value or "") for one in report.figures
    ]
    assert len(rows) == len(report.figures) + len(report.statements)
    assert {row["known_at"] for row in told_of} == {"2019-12-02"}
    assert told_of == [told(row) for row in taken(table_of(of_report(report)), "csv")]


def test_numbers_and_days_are_such_in_a_spreadsheet_and_notes_say_what_it_is_of() -> None:
    report = known(2)
    made = body(table_of(of_report(report)), "xlsx")
    by_id = {row["id"]: row for row in read_sheet(made)}
    share = by_id["teaching.outstanding.share"]
    assert (share["number"], share["count"], share["of"]) == (73, 160, 218)
    assert type(share["count"]) is int
    assert share["known_at"].date() == KNOWN_AT
    notes = dict(load_workbook(io.BytesIO(made))["Notes"].iter_rows(values_only=True))
    assert any(
        "As it was known at the end of 2 December 2019" in str(one) for one in notes.values()
    )
    assert "Not complete: 2 events are not in these figures." in notes.values()
    assert {f"Column {name}" for name in COLUMNS} <= set(notes)


@pytest.mark.parametrize("end", READERS)
def test_the_groups_of_a_figure_are_rows_and_none_is_a_formula(end: str) -> None:
    figure = a_report().figures[0]
    cells = [
        CellView(label=label, value="3", printed="3", basis=None, counts={})
        for label in ("=1+1", "@SUM(A1)", "North")
    ]
    found = FigureOfYear(
        academic_year="2018-19", known_at=None, figure=figure, by="team", cells=cells
    )
    rows = taken(table_of_figure(found), end)
    begins = "'" if end in {"csv", "xlsx"} else ""
    assert [row["group"] or None for row in rows] == [
        None, f"{begins}=1+1", f"{begins}@SUM(A1)", "North",
    ]  # fmt: skip
    assert [row["by"] or None for row in rows] == [None, "team", "team", "team"]
    assert {str(row["id"]) for row in rows} == {figure.id}


@pytest.mark.parametrize("end", READERS)
def test_a_withheld_value_is_named_in_every_kind_of_file(end: str) -> None:
    report = a_report()
    hidden = {"withheld": Withheld(rule="small-number", words="w"), "printed": "c"}
    hidden |= {"value": None, "basis": None, "counts": {}, "last_year": None, "change": None}
    report.figures[0] = report.figures[0].model_copy(update=hidden)
    first, second, *_ = taken(table_of(of_report(report)), end)
    assert (first["printed"], first["withheld"]) == ("c", "small-number")
    empty = ("number", "exact", "count", "of", "counts", "last_year", "change")
    assert not any(first[name] for name in empty)
    assert not second["withheld"]


async def test_a_file_is_named_after_what_it_is_of() -> None:
    answer = await file_of(table_of(of_report(known())), "csv")
    named = 'attachment; filename="annual-report-2018-19-known-at-2019-12-02.csv"'
    assert answer.headers["content-disposition"] == named
    assert answer.media_type == FORMS["csv"].media


def test_columns_have_their_kinds_and_notes_in_parquet() -> None:
    table = read_table(io.BytesIO(body(table_of(of_report(known())), "parquet")))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["count"] == kinds["of"] == "int64"
    assert kinds["number"] == "decimal128(20, 4)"
    assert kinds["known_at"] == "date32[day]"
    assert kinds["printed"] == "string"
    assert table.schema.metadata[b"Title"] == b"Annual report 2018-19"


@pytest.mark.parametrize(("end", "module"), [("pdf", "typst"), ("parquet", "pyarrow")])
async def test_what_needs_an_extra_says_so_where_it_is_missing(
    end: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`import` itself cannot find a module that is `None` here, as where it is not installed."""
    monkeypatch.setattr("libs.common.documents.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraNotInstalled, match="make setup-extras"):
        await file_of(table_of(of_report(a_report())), end)
    assert FORMS[end].needs == module
    assert not FORMS[end].is_made_here
    assert FORMS["csv"].is_made_here

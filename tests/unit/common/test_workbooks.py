"""A workbook is read as the CSV of its sheet would be; one that hides something is refused.

The workbooks are written by XlsxWriter as a spreadsheet writes them, days, numbers and yes or no
each with its type, and by openpyxl where no value of a formula is kept.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook as Unreckoned
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from libs.common.core.errors import BadRequest, DomainError, Rejected, TooLarge
from libs.common.imports import FileForm, Row, form_of, read_rows
from libs.common.imports.errors import error_file
from libs.common.imports.importer import refused
from libs.common.imports.workbooks import MOST_MEMBERS, as_csv
from libs.common.reading.files import XLSX
from tests.unit.common.test_import_files import HEADER, KIND, WHOLE, Push

NAMES = HEADER.split(",")


def workbook(*fills: Callable[[Worksheet, dict[str, Any]], object]) -> bytes:
    """Return a workbook with a sheet for each of these, which fill it."""
    body = io.BytesIO()
    with Workbook(body, {"in_memory": True}) as book:
        forms = {"day": book.add_format({"num_format": "dd/mm/yyyy"})}
        for fill in fills:
            fill(book.add_worksheet(), forms)
    return body.getvalue()


def typed(sheet: Worksheet, forms: dict[str, Any]) -> None:
    """Fill a sheet as a person does: a typed row, a blank one, and one of text and a formula."""
    sheet.write_row(0, 0, NAMES)
    sheet.write_row(1, 0, ["A", "Zoë"])
    sheet.write_datetime(1, 2, date(2011, 9, 1), forms["day"])
    sheet.write_boolean(1, 3, boolean=True)
    sheet.write_number(1, 4, 2.0)
    sheet.write(1, 5, "x;y")
    sheet.write_row(3, 0, ["A", "Zoë", "2011-09-01", "TRUE"])
    sheet.write_formula(3, 4, "=1+1", None, 2)
    sheet.write(3, 5, " x; y ")
    sheet.write_blank(4, 9, None, forms["day"])


def blank(sheet: Worksheet, _: dict[str, Any]) -> None:
    """Leave a sheet as it is."""
    sheet.set_column(0, 0, 20)


def rows(body: bytes, sheet: str | None = None) -> tuple[FileForm, list[Row[Push]]]:
    text = as_csv(body, sheet)
    form = form_of(XLSX, text, KIND)
    return form, [*read_rows(form, text, KIND)]


@pytest.mark.parametrize(("fills", "sheet"), [((typed, blank), None), ((blank, typed), "Sheet2")])
def test_each_cell_is_what_its_type_says(fills: Any, sheet: str | None) -> None:
    """A blank row counts, as it does in the spreadsheet."""
    _, found = rows(workbook(*fills), sheet)
    assert [row.number for row in found] == [2, 4]
    for row in found:
        assert row.record is not None, row.refusal
        assert row.record.model_dump(mode="json") == WHOLE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (0.8, "0.8"),
        (1_234_567_890_123, "1234567890123"),
        (date(2019, 1, 31), "2019-01-31"),
        (datetime.fromisoformat("2019-01-31T09:30:00"), "2019-01-31T09:30:00"),
        (False, "false"),
        ("0012", "0012"),
        ("=1+1 is text", "'=1+1 is text"),
        ('two\nlines, and "quotes"', '"two\nlines, and ""quotes"""'),
    ],
)
def test_values_are_written_as_in_a_csv(value: Any, text: str) -> None:
    def fill(sheet: Worksheet, forms: dict[str, Any]) -> None:
        sheet.write(0, 0, "a")
        if isinstance(value, date):
            sheet.write_datetime(1, 0, value, forms["day"])
        elif isinstance(value, str):
            sheet.write_string(1, 0, text if text.startswith("'") else value)
        else:
            sheet.write(1, 0, value)

    assert as_csv(workbook(fill)).decode() == f"a\r\n{text}\r\n"


def test_refused_rows_come_back_as_a_workbook_and_are_sent_again() -> None:
    def fill(sheet: Worksheet, _: dict[str, Any]) -> None:
        sheet.write_row(0, 0, NAMES)
        sheet.write_row(1, 0, ["A", "Zoë", "1 Sept", "yes", 2, "x;y"])

    form, [row] = rows(workbook(fill))
    assert row.refusal is not None
    kept = refused(row, row.refusal).model_dump() | {"sent": row.sent}
    file = error_file(form, [kept])
    book = load_workbook(io.BytesIO(bytes(file.body)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [*NAMES, "code", "hint"]
    assert "born_on: must be a day as YYYY-MM-DD" in sheet["H2"].value
    sheet["C2"], sheet["D2"] = date(2011, 9, 1), True
    mended = io.BytesIO()
    book.save(mended)
    _, [again] = rows(mended.getvalue())
    assert again.record is not None
    assert again.record.model_dump(mode="json") == WHOLE


def unreckoned(cell: str) -> bytes:
    """Return a workbook in which a cell is a formula without its value, or an error."""
    book = Unreckoned()
    sheet = book.worksheets[0]
    sheet.append(NAMES)
    sheet.append(["A", "Zoë", date(2011, 9, 1), True, cell, "x"])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def packed(**members: bytes) -> bytes:
    """Return an archive of these files."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def long(sheet: Worksheet, _: dict[str, Any]) -> None:
    """Fill a sheet with a header, and one cell beyond the last row that is taken."""
    sheet.write(0, 0, "reference")
    sheet.write(60_000, 0, "A")


def heavy(sheet: Worksheet, _: dict[str, Any]) -> None:
    """Fill a sheet with one text that is kept once, and stands in many rows."""
    for row in range(700):
        sheet.write(row, 0, "x" * 30_000)


def prefixed(body: bytes) -> bytes:
    """Return a workbook as some write it: with a prefix before each name of its sheet."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", parts["xl/worksheets/sheet1.xml"])
    return packed(**parts | {"xl/worksheets/sheet1.xml": sheet.replace(b"xmlns=", b"xmlns:x=")})


REFUSED: dict[str, tuple[Callable[[], bytes], type[DomainError], str]] = {
    "no archive": (lambda: b"reference,name\nA,B\n", BadRequest, "not-a-workbook"),
    "an archive of something else": (lambda: packed(a=b"1"), BadRequest, "not-a-workbook"),
    "cut short": (lambda: workbook(typed)[:-900], BadRequest, "not-a-workbook"),
    "a bomb": (lambda: packed(a=bytes(60_000_000)), TooLarge, "too-large"),
    "very many parts": (
        lambda: packed(**{f"a{n}": b"" for n in range(MOST_MEMBERS + 1)}),
        TooLarge,
        "too-large",
    ),
    "a text that stands in very many rows": (lambda: workbook(heavy), TooLarge, "too-large"),
    "too many rows": (lambda: workbook(long), TooLarge, "too-many-rows"),
    "a formula without its value": (lambda: unreckoned("=1+1"), Rejected, "cells-not-valid"),
    "one whose tag has a prefix": (
        lambda: prefixed(unreckoned("=1+1")),
        Rejected,
        "cells-not-valid",
    ),
    "an error in a cell": (lambda: unreckoned("#N/A"), Rejected, "cells-not-valid"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_sheet_of_values_is_refused(what: str) -> None:
    body, kind, code = REFUSED[what]
    with pytest.raises(kind) as refusal:
        as_csv(body())
    assert refusal.value.code == code
    if kind is Rejected:
        [fault] = refusal.value.errors
        assert "Cell E2" in fault.detail


def test_a_sheet_that_is_not_there_is_named_by_nothing_that_was_sent() -> None:
    with pytest.raises(Rejected) as refusal:
        as_csv(workbook(typed), "Casey Invented")
    [fault] = refusal.value.errors
    assert (fault.parameter, "Casey" in fault.detail) == ("sheet", False)

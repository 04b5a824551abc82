"""Reads a sheet of a workbook (.xlsx): each cell as the text that it would have in a CSV.

A workbook is an archive that a stranger made: how much it unpacks to is bounded before it is read.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from libs.common.core.errors import MAX_ERRORS, BadRequest, Rejected, TooLarge, ValidationError
from libs.common.http.bodies import MOST_IMPORT_BYTES, too_large
from libs.common.imports.archives import ENCRYPTED, check_unpacked
from libs.common.imports.columns import MOST_COLUMNS
from libs.common.imports.gathering import numbered

MOST_MEMBERS: Final = 500
"""Files in the archive that a workbook is; a sheet, a picture or a comment is one each."""
MOST_UNZIPPED_BYTES: Final = 200_000_000
BESIDE: Final = 50
"""How many columns beyond the header's are looked at: what stands there belongs to no column."""
PIECE: Final = 65_536
"""How much of a sheet is unpacked at once to look for formulas."""
OVERLAP: Final = 64
"""How much of a piece is looked at again with the next, for a tag that two share."""
_FORMULA: Final = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
"""The tag of a formula; some that write workbooks put a prefix before every name."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)
"""What the reader raises of a file that is not as it should be."""


class NotAWorkbook(BadRequest):
    """400: the file cannot be read as a workbook."""

    detail = "The file is not an .xlsx workbook that can be read: whole, and without a password."


def as_csv(body: bytes, sheet: str | None = None) -> bytes:
    """Return a workbook's first sheet, or the one of that name, as a CSV in UTF-8.

    A day is ISO, a yes or no ``true`` or ``false``, a number as short as it can be. Of a formula
    it is the value that was last reckoned. Raises BadRequest for what is no workbook, Rejected
    where cells have no value or there is no such sheet, and TooLarge for too many rows or too
    much text.
    """
    with _readable():
        is_reckoned = _check_archive(body)
        text = io.StringIO(newline="")
        csv.writer(text).writerows(_lines(body, sheet, is_reckoned=is_reckoned))
    return text.getvalue().encode()


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise NotAWorkbook from None


def _check_archive(body: bytes) -> bool:
    """Refuse an archive that is none, or too large unpacked; say whether it has formulas."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = archive.infolist()
        if any(one.flag_bits & ENCRYPTED for one in members):
            raise NotAWorkbook
        if len(members) > MOST_MEMBERS:
            raise TooLarge(detail=f"A workbook has {MOST_MEMBERS} parts at most.")
        check_unpacked(members, len(body), MOST_UNZIPPED_BYTES)
        sheets = [one for one in members if one.filename.startswith("xl/worksheets/")]
        return any(_has_formulas(archive, one) for one in sheets)


def _has_formulas(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> bool:
    """Say whether a sheet has a formula, without holding it whole."""
    last = b""
    with archive.open(sheet) as file:
        while piece := file.read(PIECE):
            if _FORMULA.search(last + piece):
                return True
            last = piece[-OVERLAP:]
    return False


def _lines(body: bytes, sheet: str | None, *, is_reckoned: bool) -> Iterator[list[str]]:
    header = next(_rows(body, sheet, MOST_COLUMNS + BESIDE), [])
    width = len(_without_trailing(header))
    values = _rows(body, sheet, width + BESIDE)
    formulas = _rows(body, sheet, width + BESIDE, data_only=False) if is_reckoned else values
    faults: list[ValidationError] = []
    left = MOST_IMPORT_BYTES  # a text that is kept once may stand in every row
    for _, cells in numbered(values):
        written = next(formulas, []) if is_reckoned else cells
        faults += [*_faults(cells, written)][: MAX_ERRORS - len(faults)]
        line = _without_trailing(cells)
        left -= sum(map(len, line))
        if left < 0:
            raise too_large(MOST_IMPORT_BYTES)
        yield line + [""] * (width - len(line)) if line else []
    if faults:
        raise Rejected(code="cells-not-valid", errors=faults)


def _rows(
    body: bytes, sheet: str | None, columns: int, *, data_only: bool = True
) -> Iterator[list[Any]]:
    """Yield a sheet's rows, blank ones too, one after another as they are unpacked."""
    book = load_workbook(io.BytesIO(body), read_only=True, data_only=data_only, keep_links=False)
    try:
        named = [one for one in book.worksheets if sheet in {None, one.title}]
        if not named:
            detail = f"The workbook has no sheet of this name; it has {len(book.worksheets)}."
            raise Rejected(errors=[ValidationError("unknown-sheet", detail, parameter="sheet")])
        named[0].reset_dimensions()  # what a file says of its size need not be so
        for row in named[0].iter_rows(max_col=columns):
            yield [*row]
    finally:
        book.close()


def _faults(cells: list[Any], written: list[Any]) -> Iterator[ValidationError]:
    """Find cells that show an error, and formulas of which no value was kept."""
    for place, cell in enumerate(cells):
        if cell.data_type == "e":
            detail = f"Cell {cell.coordinate} shows an error."
            yield ValidationError("error-in-cell", detail)
        elif cell.value is None and place < len(written) and written[place].value is not None:
            detail = (
                f"Cell {written[place].coordinate} has a formula without its value: open the file"
                " in a spreadsheet and save it again."
            )
            yield ValidationError("formula-without-value", detail)


def _without_trailing(cells: list[Any]) -> list[str]:
    line = [_text(cell.value) for cell in cells]
    while line and not line[-1].strip():
        line.pop()
    return line


def _text(value: object) -> str:
    """Return a value as a CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"  # as many digits as a spreadsheet reckons with
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat()
    return str(value)

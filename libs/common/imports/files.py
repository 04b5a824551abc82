"""How a file is written: what is declared of it once, and its text and cells read accordingly.

Spreadsheets save CSV in Windows-1252 or UTF-16, and with semicolons or tabs, as the machine is set.
What a file says of itself is believed, and what is neither is refused: a name is never garbled.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final, Literal

from libs.common.core.errors import BadRequest, UnsupportedMediaType
from libs.common.imports.columns import check_header, known_columns
from libs.common.imports.gathering import MOST_ROWS, numbered
from libs.common.imports.kinds import ImportKind
from libs.common.reading.files import FORMULA, XLSX

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"

Separator = Literal["comma", "semicolon", "tab"]
Dates = Literal["iso", "dd/mm/yyyy"]
SEPARATORS: Final[dict[Separator, str]] = {"comma": ",", "semicolon": ";", "tab": "\t"}
CHARSETS: Final = {
    "utf-8": "utf-8-sig",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
NOTES: Final = ["code", "hint"]
"""The last two columns of an error file, which are passed over when it is sent again."""

# What UTF-8 makes of accented letters, pounds and curly quotes, and no county writes in
# Windows-1252, where the same bytes are two or three signs that do not follow each other.
_UTF_8: Final = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x93-\x9d]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BLANKS: Final = str.maketrans(dict.fromkeys("\xa0\u2007\u202f", " "))


@dataclass(frozen=True, kw_only=True)
class FileForm:
    """How a file is written, declared once for all of it; a CSV has the names of its columns.

    A workbook is kept as the CSV that its sheet is. ``noted`` is an error file that is sent again,
    with notes of ours in its last columns.
    """

    media: str
    charset: str = "utf-8"
    separator: Separator = "comma"
    dates: Dates = "iso"
    header: Sequence[str] = ()
    noted: bool = False


def form_of(
    content_type: str,
    body: bytes,
    kind: ImportKind[Any],
    *,
    separator: Separator | None = None,
    dates: Dates = "iso",
) -> FileForm:
    """Find out how a file is written; without ``separator`` its header says which it is.

    Of a workbook ``body`` is its sheet as a CSV (`workbooks.as_csv`).

    Raises UnsupportedMediaType, BadRequest where it cannot be read, Rejected for columns that are
    not those of the kind, and TooLarge for too many rows.
    """
    media, charset = _declared(content_type)
    if media == NDJSON:
        _check_number(body, io.BytesIO(body))
        return FileForm(media=media)
    text = _text(body, charset)
    chosen: Separator = "comma" if media == XLSX else separator or _separator(text, kind)
    lines = _csv(text, chosen)
    header = _without_trailing(next(lines, []))
    noted = header[-2:] == NOTES
    header = header[:-2] if noted else header
    check_header(header, kind.sent)
    _check_number(body, lines)
    return FileForm(
        media=media, charset=charset, separator=chosen, dates=dates, header=header, noted=noted
    )


def cells_of(form: FileForm, body: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV with their numbers, the header being row 1; blank rows count.

    Raises BadRequest where it cannot be read to its end.
    """
    for number, line in enumerate(_csv(_text(body, form.charset), form.separator), 1):
        cells = [plain(cell) for cell in line]
        if number > 1 and any(cells):
            yield number, cells


def plain(cell: str) -> str:
    """Return a cell without blanks around it, and without the mark that kept it from acting.

    A no-break blank is a blank. A formula that an error file or another of ours made harmless has
    a `'` before it.
    """
    text = cell.translate(_BLANKS).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _declared(content_type: str) -> tuple[str, str]:
    said = Message()
    said["Content-Type"] = content_type
    media = said.get_content_type()
    charset = str(said.get_param("charset") or "utf-8").lower()
    if media == XLSX:
        return media, "utf-8"  # as its cells were read
    if media not in {NDJSON, CSV} or not content_type:
        raise UnsupportedMediaType(detail=f"Send text/csv, {XLSX} or application/x-ndjson.")
    if charset not in (CHARSETS if media == CSV else {"utf-8"}):
        named = ", ".join(CHARSETS)
        raise UnsupportedMediaType(detail=f"A CSV is in one of {named}; NDJSON is in UTF-8.")
    return media, charset


def _text(body: bytes, charset: str) -> str:
    if charset == "utf-8" and body.startswith(_UTF_16):
        raise BadRequest(
            code="not-utf-8", detail="The file is in UTF-16: send it with charset=utf-16."
        )
    if charset == "windows-1252" and (found := _UTF_8.search(body)):
        line = body.count(b"\n", 0, found.start()) + 1
        detail = f"Line {line} is in UTF-8, though the file is sent as Windows-1252."
        raise BadRequest(code="mixed-charsets", detail=detail)
    try:
        return body.decode(CHARSETS[charset]).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _unreadable(body, charset, error.start) from None


def _unreadable(body: bytes, charset: str, at: int) -> BadRequest:
    line = body.count(b"\n", 0, at) + 1
    if charset != "utf-8":
        return BadRequest(
            code="not-in-its-charset", detail=f"The file is not in {charset} in line {line}."
        )
    if _UTF_8.search(body):
        detail = f"Line {line} is not in UTF-8, though others are: save all of it in one charset."
        return BadRequest(code="mixed-charsets", detail=detail)
    detail = (
        f"The file is not UTF-8 in line {line}, at byte {at}."
        " If a spreadsheet saved it, send it with charset=windows-1252."
    )
    return BadRequest(code="not-utf-8", detail=detail)


def _separator(text: str, kind: ImportKind[Any]) -> Separator:
    """Return the separator by which the header has most of the kind's columns."""

    def known(one: Separator) -> int:
        try:
            return len(known_columns(_without_trailing(next(_csv(text, one), [])), kind.sent))
        except BadRequest:
            return 0

    return max(SEPARATORS, key=known)


def _csv(text: str, separator: Separator) -> Iterator[list[str]]:
    delimiter = SEPARATORS[separator]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from lines
    except csv.Error:
        raise BadRequest(
            code="not-csv", detail=f"The file is not CSV near line {lines.line_num}."
        ) from None


def _without_trailing(line: Iterable[str]) -> list[str]:
    """Return a row's cells without blanks around them, up to the last that says something."""
    cells = [plain(cell) for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _check_number(body: bytes, records: Iterable[object]) -> None:
    """Count a file's records only where it has so many lines that they may be too many."""
    if body.count(b"\n") >= MOST_ROWS:
        for _ in numbered(records):
            pass

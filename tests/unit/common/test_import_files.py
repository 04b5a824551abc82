"""A file is read as spreadsheets write it and as it is declared; what is neither is refused."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from libs.common.core.errors import DomainError
from libs.common.core.fields import Code, Day, Reference, Strict, StrictBool, Text
from libs.common.imports import FileForm, ImportKind, Row, form_of, named_by, read_rows
from libs.common.imports.errors import error_file
from libs.common.imports.importer import refused
from libs.common.imports.records import ROWS_HELD, Rows


class Push(Strict):
    """A row with one field of each sort."""

    reference: Reference
    name: Text
    born_on: Day
    eal: StrictBool | None = None
    visits: int | None = None
    codes: tuple[Code, ...]


async def _nothing(*_: Any) -> Any: ...


KIND = ImportKind("pushes", Push, "x", _nothing, named_by("reference"))
HEADER = "reference,name,born_on,eal,visits,codes"
WHOLE = {"reference": "A", "name": "Zoë", "born_on": "2011-09-01", "eal": True, "visits": 2}
WHOLE |= {"codes": ["x", "y"]}
LINE = "A,Zoë,2011-09-01,TRUE,2,x;y"
SEMICOLONS = f'{HEADER.replace(",", ";")}\r\nA;Zoë;01/09/2011;TRUE;2;"x;y"\r\n'
TABS = f"{HEADER}\n{LINE}\n".replace(",", "\t")


def rows(body: bytes, media: str = "text/csv", **said: Any) -> list[Row[Push]]:
    return [*read_rows(form_of(media, body, KIND, **said), body, KIND)]


READ: dict[str, tuple[bytes, str, dict[str, Any]]] = {
    "as it is": (f"{HEADER}\n{LINE}\n".encode(), "text/csv", {}),
    "a byte order mark": (f"\ufeff{HEADER}\n{LINE}\n".encode(), "text/csv", {}),
    "Windows-1252, semicolons and British days": (
        SEMICOLONS.encode("cp1252"),
        'text/csv; charset="Windows-1252"',
        {"dates": "dd/mm/yyyy"},
    ),
    "UTF-16 and tabs, as Unicode text": (TABS.encode("utf-16"), "text/csv;charset=utf-16", {}),
    "a separator that is said": (TABS.encode(), "text/csv", {"separator": "tab"}),
    "empty columns and rows at the end": (
        f"{HEADER},,\n{LINE},,\n,,,,,,,\n   ,\n".encode(),
        "text/csv",
        {},
    ),
    "no-break blanks": (f"{HEADER}\n\xa0A\u202f, Zoë ,{LINE[6:]}\n".encode(), "text/csv", {}),
    "days without noughts": (
        f"{HEADER}\nA,Zoë,1/9/2011,true,2,x;y\n".encode(),
        "text/csv",
        {"dates": "dd/mm/yyyy"},
    ),
}


@pytest.mark.parametrize("how", READ)
def test_what_a_spreadsheet_saves_says_the_same(how: str) -> None:
    body, media, said = READ[how]
    [row] = rows(body, media, **said)
    assert row.record is not None, row.refusal
    assert row.record.model_dump(mode="json") == WHOLE
    assert (row.number, row.key) == (2, {"reference": "A"})


def test_a_row_has_the_number_it_has_in_the_file() -> None:
    body = f'{HEADER}\n\n{LINE}\n,,\nB,"two\nlines",x,,,\nC,D,2011-09-01,,,\nD,E\n'.encode()
    found = rows(body)
    assert [(row.number, row.refusal is None) for row in found] == [
        (3, True),
        (5, False),
        (6, True),
        (7, False),
    ]
    assert found[2].record is not None
    assert found[2].record.codes == ()  # a list that every record has, and an empty cell
    ndjson = b'{"reference": "A"}\n\nnot json\n'
    assert [row.number for row in rows(ndjson, "application/x-ndjson")] == [1, 3]


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "Windows-1252, not said": (b"\xe9", "text/csv", "charset=windows-1252"),
    "UTF-16, not said": ("x".encode("utf-16"), "text/csv", "charset=utf-16"),
    "half UTF-8": ("Zoë\n".encode() + b"Zo\xeb\n", "text/csv", "Line 2 is not in UTF-8"),
    "UTF-8 said to be Windows-1252": (
        "Zoë".encode(),
        "text/csv; charset=windows-1252",
        "Line 1 is in UTF-8",
    ),
    "no Windows-1252": (b"a\n\x81", "text/csv; charset=windows-1252", "in line 2"),
    "half a sign of UTF-16": (b"\xff\xfea", "text/csv; charset=utf-16", "not in utf-16"),
    "a charset nobody reads": (b"", "text/csv; charset=ebcdic", "windows-1252, utf-16"),
    "NDJSON in another": (b"", "application/x-ndjson; charset=utf-16", "NDJSON is in UTF-8"),
    "no media type": (b"", "", "Send text/csv"),
    "too many rows": (f"{HEADER}\n".encode() + b"\n" * 60_001, "text/csv", "60,000 rows"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_file_that_would_be_garbled_is_refused_with_what_would_be_right(how: str) -> None:
    body, media, says = REFUSED[how]
    with pytest.raises(DomainError) as refusal:
        form_of(media, body, KIND)
    assert says in refusal.value.detail


COLUMNS: dict[str, list[tuple[str, str, str]]] = {
    f"{HEADER},nmae": [
        ("unknown-column", "nmae", "Column 7 is not known here; did you mean name?")
    ],
    HEADER.replace("born_on", "Date of birth"): [
        ("unknown-column", "", "Column 3 is not known here."),
        ("missing-column", "born_on", "The column is missing."),
    ],
    "B7,Zzcanary,2011-09-01": [
        *(("unknown-column", "", f"Column {place} is not known here.") for place in (1, 2, 3)),
        *(
            ("missing-column", name, "The column is missing.")
            for name in ("reference", "name", "born_on", "codes")
        ),
    ],
}


@pytest.mark.parametrize("header", COLUMNS)
def test_a_column_that_is_not_known_is_named_but_no_cell_is(header: str) -> None:
    with pytest.raises(DomainError) as refusal:
        form_of("text/csv", f"{header}\n".encode(), KIND)
    said = [(one.code, one.parameter, one.detail) for one in refusal.value.errors]
    assert said == COLUMNS[header]


def test_a_fault_says_how_a_day_is_written_in_this_file() -> None:
    faulty = f"{HEADER}\nA,B,31/02/2011,yes,2,x\n".encode()
    for dates, form in (("iso", "sent with dates=dd/mm/yyyy"), ("dd/mm/yyyy", "as dd/mm/yyyy")):
        [row] = rows(faulty, dates=dates)
        assert row.refusal is not None
        said = {one.pointer: one.detail for one in row.refusal.errors}
        assert said["/born_on"].endswith(form)
        assert said["/eal"] == "must be true or false"


def test_a_long_file_takes_the_memory_of_a_short_one() -> None:
    """Records take up many times what is sent; they are made when they are asked for."""
    line = json.dumps(WHOLE)
    sent = [(number, line) for number in range(5 * ROWS_HELD)]
    found = Rows(FileForm(media="application/x-ndjson"), KIND, sent)
    tracemalloc.start()
    try:
        list(map(_looked_at, found[:ROWS_HELD]))
        short = tracemalloc.get_traced_memory()[1]
        for row in found:
            _looked_at(row)
        assert tracemalloc.get_traced_memory()[1] < 1.5 * short
    finally:
        tracemalloc.stop()


def _looked_at(row: Row[Push]) -> None:
    assert row.record is not None


def noted(found: list[Row[Push]]) -> Iterator[dict[str, Any]]:
    for row in found:
        if row.refusal is not None:
            outcome = refused(row, row.refusal)
            yield {**outcome.model_dump(), "row": row.number, "sent": row.sent}


def test_an_error_file_is_mended_and_sent_again_as_it_is() -> None:
    """Its columns are the file's, in their order; what would act in a spreadsheet does not."""
    text = 'name;reference;born_on;codes;eal\n=1+1;A;01/09/2011;"x;!";maybe\nB;B;01/09/2011;x;\n'
    body = text.encode()
    form = form_of("text/csv", body, KIND, dates="dd/mm/yyyy")
    answer = error_file(form, [*noted([*read_rows(form, body, KIND)])])
    said = bytes(answer.body).decode("utf-8-sig")
    lines = [*csv.reader(io.StringIO(said), delimiter=";")]
    assert lines == [
        ["name", "reference", "born_on", "codes", "eal", "code", "hint"],
        ["'=1+1", "A", "01/09/2011", "x;!", "maybe", "not-valid", lines[1][-1]],
    ]
    assert lines[1][-1].startswith("eal: must be true or false / codes, value 2: must ")
    mended = said.replace("maybe", "TRUE").replace("x;!", "x;y").encode()
    [row] = read_rows(form_of("text/csv", mended, KIND, dates="dd/mm/yyyy"), mended, KIND)
    assert row.record is not None
    assert (row.record.name, row.record.eal, row.record.born_on) == (
        "=1+1",
        True,
        date(2011, 9, 1),
    )


def test_the_errors_of_ndjson_are_beside_what_was_sent() -> None:
    body = b'{"reference": "A"}\nnot json\n'
    form = form_of("application/x-ndjson", body, KIND)
    answer = error_file(form, [*noted([*read_rows(form, body, KIND)])])
    first, second = map(json.loads, bytes(answer.body).decode().splitlines())
    assert (first["row"], first["sent"]) == (1, {"reference": "A"})
    assert "name: is required" in first["hint"]
    assert (second["row"], second["code"], second["sent"]) == (2, "json-not-valid", "not json")

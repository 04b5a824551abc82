"""Reads an import's records: NDJSON, or CSV whose column names are the paths of fields.

An empty cell says nothing, as a field left out does in JSON; the cell `EMPTIES` says null.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from libs.common.core.errors import (
    BadRequest,
    DomainError,
    Rejected,
    UnsupportedMediaType,
    ValidationError,
)
from libs.common.core.strict_json import loads
from libs.common.core.validation_errors import validation_errors
from libs.common.imports.gathering import MOST_ROWS, numbered
from libs.common.imports.kinds import ImportKind, Row

M = TypeVar("M", bound=BaseModel)
Column = tuple[list[str], Callable[[str], object]]
"""Where the cells of a column go, and what reads one; found out once for all rows."""

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
MOST_COLUMNS: Final = 1_000
PLACE: Final = re.compile(r"0|[1-9][0-9]{0,2}")
"""Where in a list a column's value goes, counted from 0: the 1 in `parents.1.name`."""

EMPTIES: Final = r"\N"
"""The cell that empties a field, as null does in JSON; an empty cell says nothing."""

WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})")
"""As long as any whole number of 64 bits; the fields themselves say how large it may be."""


@dataclass(frozen=True, kw_only=True)
class FileForm:
    """How a file is written, declared once for all of it; a CSV has the names of its columns."""

    media: str
    header: Sequence[str] = ()


def form_of(content_type: str, body: bytes, kind: ImportKind[Any]) -> FileForm:
    """Find out how a file is written.

    Raises UnsupportedMediaType, BadRequest where it cannot be read, Rejected for columns that are
    not those of the kind, and TooLarge for too many rows.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media not in {NDJSON, CSV}:
        raise UnsupportedMediaType(detail="Send text/csv or application/x-ndjson.")
    if media == NDJSON:
        _check_number(body, io.BytesIO(body))
        return FileForm(media=media)
    lines = _csv(body)
    header = next(lines, [])
    _check_header(header, kind.sent)
    _check_number(body, lines)
    return FileForm(media=media, header=header)


def _check_number(body: bytes, records: Iterable[object]) -> None:
    """Count a file's records only where it has so many lines that they may be too many."""
    if body.count(b"\n") >= MOST_ROWS:
        for _ in numbered(records):
            pass


def read_rows(form: FileForm, body: bytes, kind: ImportKind[M]) -> Iterator[Row[M]]:
    """Read a file's records one by one, numbered as a spreadsheet does: a header is row 1.

    Blank rows count, and say nothing. Raises BadRequest where the file itself is not readable.
    """
    if form.media == NDJSON:
        for number, line in enumerate(io.BytesIO(body), 1):
            if line.strip():
                yield _row(number, _parsed(line), kind, line.decode("utf-8", "replace").strip())
        return
    columns = [_column(name, kind.sent) for name in form.header]
    for number, cells in enumerate(_csv(body), 1):
        if number > 1 and cells:
            yield _row(number, _record(columns, cells), kind, json.dumps(cells))


def _row(number: int, record: object, kind: ImportKind[M], sent: str) -> Row[M]:
    if isinstance(record, DomainError):
        return Row(number, None, record, sent=sent)
    try:
        return Row(number, kind.sent.model_validate(record), None, _key(record, kind), sent)
    except PydanticError as error:
        faults = error.errors()
        errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
        refusal = Rejected(code="not-valid", errors=validation_errors(errors))
        at_fault = {fault["loc"][0] for fault in faults if fault["loc"]}
        return Row(number, None, refusal, _key(record, kind, at_fault), sent)


def _key(
    record: object, kind: ImportKind[M], at_fault: Collection[int | str] = ()
) -> dict[str, str] | None:
    """Return by what the county knows a row, leaving out what cannot be that."""
    if not isinstance(record, dict):
        return None
    named = [name for name in kind.key if name not in at_fault and record.get(name) is not None]
    return {name: str(record[name]) for name in named if name in kind.sent.model_fields} or None


def _parsed(line: bytes) -> object:
    try:
        return loads(line)
    except DomainError as refusal:
        return refusal


def _csv(body: bytes) -> Iterator[list[str]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(
            code="not-utf-8", detail=f"The file is not UTF-8 at byte {error.start}."
        ) from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from lines
    except csv.Error:
        raise BadRequest(
            code="not-csv", detail=f"The file is not CSV near line {lines.line_num}."
        ) from None


def _check_header(header: Sequence[str], model: type[BaseModel]) -> None:
    if len(header) > MOST_COLUMNS:
        raise Rejected(
            code="columns-not-valid",
            errors=(
                ValidationError("too-many-columns", f"A file has {MOST_COLUMNS} columns at most."),
            ),
        )
    counts = Counter(header)
    known = [name for name in counts if _kind_at(model, name.split(".")) is not None]
    faults = [
        ValidationError("repeated-column", "The column is there twice.", parameter=name)
        for name in sorted(known)
        if counts[name] > 1
    ]
    faults += [
        ValidationError(
            "column-within-column", "Another column holds a part of it.", parameter=name
        )
        for name in sorted(known)
        if any(other.startswith(f"{name}.") for other in known)
    ]
    unknown = len(header) - sum(counts[name] for name in known)
    if unknown or not header:
        faults.append(
            ValidationError(
                "unknown-column", f"{max(1, unknown)} of the columns are not known here."
            )
        )
    needed = [n for n, f in model.model_fields.items() if f.is_required()]
    faults += [
        ValidationError("missing-column", "The column is missing.", parameter=name)
        for name in needed
        if not any(column.split(".")[0] == name for column in header)
    ]
    if faults:
        raise Rejected(code="columns-not-valid", errors=tuple(faults))


def _column(name: str, model: type[BaseModel]) -> Column:
    path = name.split(".")
    return path, _reader(_kind_at(model, path))


def _record(columns: Sequence[Column], line: Sequence[str]) -> object:
    if len(line) != len(columns):
        return Rejected(code="row-length", detail="The row has another number of cells.")
    record: dict[str, Any] = {}
    for (path, read), cell in zip(columns, line, strict=True):
        if cell != "":
            _put(record, path, None if cell == EMPTIES else read(cell))
    return _lists(record)


def _put(record: dict[str, Any], path: Sequence[str], value: object) -> None:
    for part in path[:-1]:
        record = record.setdefault(part, {})
    record[path[-1]] = value


def _lists(record: Any) -> Any:
    """Turn ``{"0": a, "1": b}`` into ``[a, b]``: how a list of records is written in columns."""
    if not isinstance(record, dict):
        return record
    inner = {name: _lists(value) for name, value in record.items()}
    if inner and all(map(PLACE.fullmatch, inner)):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _kind_at(model: type[BaseModel], path: Sequence[str]) -> Any:
    """Return the type of the cell a dotted column name leads to, or None for no such column."""
    kind: Any = model
    for part in path:
        kind = _bare(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind.model_fields.get(part)
            kind = found.annotation if found else None
        elif PLACE.fullmatch(part) and get_origin(kind) in {list, tuple}:
            kind = get_args(kind)[0]
        else:
            return None
        if kind is None:
            return None
    return _bare(kind)


def _bare(kind: Any) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in {Union, UnionType}:
        return _bare(next(arg for arg in get_args(kind) if arg is not NoneType))
    return kind


def _reader(kind: Any) -> Callable[[str], object]:
    """Return what reads a cell of this kind; what cannot be read is left for validation."""
    if get_origin(kind) in {list, tuple}:
        return _several
    return {int: _whole, bool: _flag}.get(kind, str)


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _whole(cell: str) -> object:
    return int(cell) if WHOLE.fullmatch(cell) else cell


def _flag(cell: str) -> object:
    return {"true": True, "false": False}.get(cell, cell)

"""Reads an import's records: NDJSON, or CSV whose column names are the paths of fields.

An empty cell says nothing, as a field left out does in JSON; the cell `EMPTIES` says null.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from libs.common.imports.gathering import numbered
from libs.common.imports.kinds import ImportKind, Row

M = TypeVar("M", bound=BaseModel)
Column = tuple[list[str], Callable[[str], object]]
"""Where the cells of a column go, and what reads one; found out once for all rows."""

MOST_COLUMNS: Final = 1_000
PLACE: Final = re.compile(r"0|[1-9][0-9]{0,2}")
"""Where in a list a column's value goes, counted from 0: the 1 in `parents.1.name`."""

EMPTIES: Final = r"\N"
"""The cell that empties a field, as null does in JSON; an empty cell says nothing."""

WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})")
"""As long as any whole number of 64 bits; the fields themselves say how large it may be."""


def read_rows(content_type: str, body: bytes, kind: ImportKind[M]) -> Iterator[Row[M]]:
    """Read a file's records one by one; raises BadRequest where the file itself is not readable."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/x-ndjson":
        records = _ndjson(body)
    elif media == "text/csv":
        records = _csv(body, kind.sent)
    else:
        raise UnsupportedMediaType(detail="Send text/csv or application/x-ndjson.")
    for number, record in enumerate(records, 1):
        if isinstance(record, DomainError):
            yield Row(number, None, record)
        else:
            yield _row(number, record, kind.sent)


def _row(number: int, record: object, model: type[M]) -> Row[M]:
    try:
        return Row(number, model.model_validate(record))
    except PydanticError as error:
        errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        return Row(number, None, Rejected(code="not-valid", errors=validation_errors(errors)))


def _ndjson(body: bytes) -> Iterator[object]:
    for _, line in numbered(io.BytesIO(body)):
        if line.strip():
            try:
                yield loads(line)
            except DomainError as refusal:
                yield refusal


def _csv(body: bytes, model: type[BaseModel]) -> Iterator[object]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(
            code="not-utf-8", detail=f"The file is not UTF-8 at byte {error.start}."
        ) from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        _check_header(header, model)
        columns = [_column(name, model) for name in header]
        for _, line in numbered(lines):
            if line:
                yield _record(columns, line)
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

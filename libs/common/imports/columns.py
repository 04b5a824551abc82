"""The columns of a CSV: the paths of a row's fields, what reads a cell, and which are wrong.

An empty cell says nothing, as a field left out does in JSON, but for a list that every record has:
there it is an empty list. The cell `EMPTIES` says null.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from libs.common.core.errors import DomainError, Rejected, ValidationError
from libs.common.core.validation_errors import likely
from libs.common.persistence.own_keys import needed_ids

Reader = Callable[[str], object]

MOST_COLUMNS: Final = 1_000
PLACE: Final = re.compile(r"0|[1-9][0-9]{0,2}")
"""Where in a list a column's value goes, counted from 0: the 1 in `parents.1.name`."""

EMPTIES: Final = r"\N"
"""The cell that empties a field, as null does in JSON; an empty cell says nothing."""

WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})")
"""As long as any whole number of 64 bits; the fields themselves say how large it may be."""
_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_COLUMN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")


def known_columns(header: Sequence[str], model: type[BaseModel]) -> list[str]:
    """Return the different names of a header that are columns of the model."""
    return [name for name in dict.fromkeys(header) if _kind_at(model, name.split(".")) is not None]


def check_header(header: Sequence[str], model: type[BaseModel]) -> None:
    """Raise Rejected, naming all columns that are missing, unknown, repeated or in each other."""
    if len(header) > MOST_COLUMNS:
        many = ValidationError("too-many-columns", f"A file has {MOST_COLUMNS} columns at most.")
        raise Rejected(code="columns-not-valid", errors=[many])
    faults = [*_faults(header, model)]
    if faults:
        raise Rejected(code="columns-not-valid", errors=faults)


def _faults(header: Sequence[str], model: type[BaseModel]) -> Iterator[ValidationError]:
    counts, known = Counter(header), known_columns(header, model)
    for name in sorted(known):
        if counts[name] > 1:
            yield ValidationError("repeated-column", "The column is there twice.", parameter=name)
        if any(other.startswith(f"{name}.") for other in known):
            within = "Another column holds a part of it."
            yield ValidationError("column-within-column", within, parameter=name)
    for place, name in enumerate(header, 1):
        if name not in known:
            yield _unknown(place, name, model, is_header=2 * len(known) >= len(header))
    for name, field in model.model_fields.items():
        if field.is_required() and not any(one.split(".")[0] == name for one in header):
            yield ValidationError("missing-column", "The column is missing.", parameter=name)
    for name, key in needed_ids(model).items():
        if not any(one.split(".")[0] in {name, key} for one in header):
            both = f"This column is missing, and so is `{key}`."
            yield ValidationError("missing-column", both, parameter=name)


def _unknown(place: int, name: str, model: type[BaseModel], *, is_header: bool) -> ValidationError:
    """Name an unknown column, with the one that was likely meant.

    Where the first row does not look like a header, its cells may be people's: they are not named.
    """
    near = likely(name, _paths(model)) if is_header else ""
    meant = f"; did you mean {near}?" if near else "."
    detail = f"Column {place} is not known here{meant}"
    named = is_header and _COLUMN_NAME.fullmatch(name)
    return ValidationError("unknown-column", detail, parameter=name if named else "")


def _paths(model: type[BaseModel], before: str = "") -> list[str]:
    """Return the names of a model's columns; of a list of records those of the first."""
    found = []
    for name, field in model.model_fields.items():
        kind = _bare(field.annotation)
        inside = f"{before}{name}."
        if get_origin(kind) in {list, tuple} and _is_model(_bare(get_args(kind)[0])):
            found += _paths(_bare(get_args(kind)[0]), f"{inside}0.")
        elif _is_model(kind):
            found += _paths(kind, inside)
        else:
            found.append(f"{before}{name}")
    return found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


class Columns:
    """What makes a record of a row's cells, found out once for all rows of a file."""

    def __init__(self, header: Sequence[str], model: type[BaseModel], dates: str) -> None:
        """Take the columns' names, the model of a row, and how days are written."""
        self._readers = {int: _whole, bool: _flag}
        if dates == "dd/mm/yyyy":
            self._readers[date] = _day
        kinds = [(path, _kind_at(model, path)) for path in (name.split(".") for name in header)]
        self._columns = [(path, self._reader(kind)) for path, kind in kinds]
        lists = {
            name
            for name, field in model.model_fields.items()
            if field.is_required() and get_origin(_bare(field.annotation)) in {list, tuple}
        }
        self._lists = lists & {path[0] for path, _ in kinds}

    def record(self, cells: Sequence[str]) -> dict[str, Any] | DomainError:
        """Return the record that cells are; beyond the columns there may be empty ones."""
        width = len(self._columns)
        if len(cells) < width or any(cells[width:]):
            return Rejected(code="row-length", detail="The row has another number of cells.")
        record: dict[str, Any] = {}
        for (path, read), cell in zip(self._columns, cells, strict=False):
            if cell != "":
                _put(record, path, None if cell == EMPTIES else read(cell))
        found: dict[str, Any] = _lists(record)
        return {name: [] for name in self._lists} | found

    def _reader(self, kind: Any) -> Reader:
        """Return what reads a cell of this kind; what cannot be read is left for validation."""
        if get_origin(kind) in {list, tuple}:
            return _several
        return self._readers.get(kind, str)


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


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _whole(cell: str) -> object:
    return int(cell) if WHOLE.fullmatch(cell) else cell


def _flag(cell: str) -> object:
    return {"true": True, "false": False}.get(cell.lower(), cell)


def _day(cell: str) -> str:
    found = _DAY.fullmatch(cell)
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else cell

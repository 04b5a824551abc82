"""Reads an import's records: as they were sent, and the rows they are, or why they cannot be."""

import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from libs.common.core.errors import DomainError, Rejected, ValidationError
from libs.common.core.strict_json import loads
from libs.common.core.validation_errors import validation_errors
from libs.common.imports.columns import Columns
from libs.common.imports.files import NDJSON, FileForm, cells_of
from libs.common.imports.kinds import ImportKind, Row

M = TypeVar("M", bound=BaseModel)
Sent = tuple[int, str]
"""A record's number in the file, and what was sent: a line of NDJSON, or cells as a JSON list."""

ROWS_HELD: Final = 2_500
"""Rows that are kept once they are read; of a longer file each is read again when it is needed."""
_ISO: Final = "YYYY-MM-DD"


def read_sent(form: FileForm, body: bytes) -> Iterator[Sent]:
    """Yield a file's records as they were sent; raises BadRequest where it cannot be read on."""
    if form.media == NDJSON:
        for number, line in enumerate(io.BytesIO(body), 1):
            if line.strip():
                yield number, line.decode("utf-8", "surrogateescape").strip()
        return
    for number, cells in cells_of(form, body):
        yield number, json.dumps(cells[: len(form.header)] if form.noted else cells)


class Rows(Sequence[Row[M]], Generic[M]):
    """The rows of a file, each read when it is asked for: a long file takes little memory."""

    def __init__(self, form: FileForm, kind: ImportKind[M], sent: Sequence[Sent]) -> None:
        """Take how the file is written, of which kind its rows are, and the records."""
        self._form = form
        self._kind = kind
        self._sent = sent
        self._columns = Columns(form.header, kind.sent, form.dates)
        self._read = lru_cache(ROWS_HELD)(self._row)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._sent)

    def __getitem__(self, place: Any) -> Any:
        """Return a row, or several as a list."""
        if isinstance(place, slice):
            return [self._read(one) for one in range(*place.indices(len(self)))]
        if place >= len(self):
            raise IndexError
        return self._read(place)

    def _row(self, place: int) -> Row[M]:
        number, sent = self._sent[place]
        if self._kind.line is not None:
            return self._of_own_columns(number, sent, self._kind.line)
        record = self._record(sent)
        if isinstance(record, DomainError):
            return Row(number, None, record, sent=sent)
        kind = self._kind
        try:
            return Row(number, kind.sent.model_validate(record), None, _key(record, kind), sent)
        except PydanticError as error:
            faults = error.errors()
        at_fault = {fault["loc"][0] for fault in faults if fault["loc"]}
        return Row(number, None, self._refusal(faults), _key(record, kind, at_fault), sent)

    def _of_own_columns(
        self, number: int, sent: str, line: Callable[[Mapping[str, str]], M]
    ) -> Row[M]:
        said = dict(zip(self._form.header, json.loads(sent), strict=True))
        key = {name: said[name] for name in self._kind.key if said.get(name)}
        try:
            return Row(number, line(said), None, key, sent)
        except Rejected as refusal:
            return Row(number, None, refusal, key, sent)

    def _record(self, sent: str) -> object:
        if self._form.media != NDJSON:
            return self._columns.record(json.loads(sent))
        try:
            return loads(sent.encode("utf-8", "surrogateescape"))
        except DomainError as refusal:
            return refusal

    def _refusal(self, faults: Sequence[Any]) -> Rejected:
        errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
        found = validation_errors(errors, self._kind.sent)
        if self._form.media != NDJSON:
            found = tuple(self._in_cells(one) for one in found)
        return Rejected(code="not-valid", errors=found)

    def _in_cells(self, fault: ValidationError) -> ValidationError:
        """Say how a day is written in this file."""
        if self._form.dates == "iso":
            way = f"{_ISO}; a file of days as dd/mm/yyyy is sent with dates=dd/mm/yyyy"
        else:
            way = self._form.dates
        detail = fault.detail.replace(_ISO, way)
        return ValidationError(fault.code, detail, fault.pointer, fault.parameter)


def read_rows(form: FileForm, body: bytes, kind: ImportKind[M]) -> Iterator[Row[M]]:
    """Yield a file's rows, numbered as a spreadsheet does: a header is row 1; blank rows count.

    Raises BadRequest where the file itself is not readable.
    """
    yield from Rows(form, kind, [*read_sent(form, body)])


def _key(
    record: object, kind: ImportKind[M], at_fault: Collection[int | str] = ()
) -> dict[str, str] | None:
    """Return by what the county knows a row, leaving out what cannot be that."""
    if not isinstance(record, dict):
        return None
    named = {name: record.get(name) for name in kind.known_by if name not in at_fault}
    return dict(_flat(named)) or None


def _flat(named: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield the parts of keys by the names of their columns; a pupil number is not kept."""
    for name, value in named.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{within}{name}.")
        elif value is not None and name != "upn":
            yield f"{within}{name}", str(value)

"""Bulk: the single call's rules for many records at once, given as CSV or NDJSON."""

import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ValidationError

from libs.common.auth import reaches
from libs.common.errors import (
    BadRequest,
    DomainError,
    Fault,
    NotAllowed,
    Rejected,
    UnsupportedMediaType,
)
from libs.common.faults import validation_faults
from libs.common.http import Guard, available, permission, router
from libs.common.strict_json import loads
from libs.common.uow import Access, Asked, UnitOfWork

M = TypeVar("M", bound=BaseModel)
What = Literal["created", "updated", "unchanged", "refused"]
ROWS_A_TRANSACTION: Final = 500


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one record, and the id of what it is about."""

    outcome: Literal["created", "updated", "unchanged"]
    id: UUID


@dataclass(frozen=True)
class ImportKind(Generic[M]):
    """One kind of record: the model of a row, what it needs, and the function that carries it out.

    ``prepare`` may load, in one query each, what the rows of a chunk will ask for one by one.
    """

    kind: str
    row: type[M]
    action: str
    carry_out: Callable[[UnitOfWork, M], Awaitable[Done]]
    prepare: Callable[[UnitOfWork, Sequence[M]], Awaitable[None]] | None = None


class RowOutcome(BaseModel):
    """What became of one row: ``row`` counts records from 1."""

    row: int
    outcome: What
    id: UUID | None = None
    code: str | None = None
    faults: list[dict[str, str]] | None = None


class ImportReport(BaseModel):
    """What became of every row."""

    kind: str
    mode: Literal["check", "commit"]
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    outcomes: list[RowOutcome]


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """A record read: its number and either the row or why it cannot be one."""

    number: int
    record: M | None
    refusal: DomainError | None = None


class _Undo(Exception):
    """Raised to undo a unit of work on purpose."""


@dataclass
class Importer(Generic[M]):
    """Carries out the rows of one import, a chunk a transaction."""

    guard: Guard
    asked: Asked
    kind: ImportKind[M]
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)

    async def commit(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows; a chunk with a refused row is gone through row by row."""
        for start in range(0, len(rows), ROWS_A_TRANSACTION):
            chunk = rows[start : start + ROWS_A_TRANSACTION]
            try:
                await self._together(chunk, keep=True)
            except DomainError:
                for row in chunk:
                    await self._alone(row)

    async def check(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows in one transaction and undo it."""
        try:
            await self._together(rows, keep=False)
        except _Undo:
            return
        except DomainError:
            await self._check_singly(rows)

    async def _together(self, rows: Sequence[Row[M]], *, keep: bool) -> None:
        done: dict[int, RowOutcome] = {}
        async with self.guard.units.work(self.asked) as uow:
            await self._prepare(uow, rows)
            for row in rows:
                done[row.number] = await self._carry_out(uow, row)
            await uow.flush()
            if not keep:
                self.outcomes.update(done)
                raise _Undo
        self.outcomes.update(done)

    async def _alone(self, row: Row[M]) -> None:
        try:
            await self._together([row], keep=True)
        except DomainError as refusal:
            self.outcomes[row.number] = refused(row.number, refusal)

    async def _check_singly(self, rows: Sequence[Row[M]]) -> None:
        try:
            async with self.guard.units.work(self.asked) as uow:
                for row in rows:
                    await self._in_savepoint(uow, row)
                raise _Undo  # noqa: TRY301 - the transaction is left by it, undone
        except _Undo:
            return

    async def _in_savepoint(self, uow: UnitOfWork, row: Row[M]) -> None:
        try:
            async with uow.session.begin_nested():
                self.outcomes[row.number] = await self._carry_out(uow, row)
                await uow.flush()
        except DomainError as refusal:
            self.outcomes[row.number] = refused(row.number, refusal)

    async def _prepare(self, uow: UnitOfWork, rows: Sequence[Row[M]]) -> None:
        if self.kind.prepare is not None and uow.access.everything:
            await self.kind.prepare(uow, [row.record for row in rows if row.record is not None])

    async def _carry_out(self, uow: UnitOfWork, row: Row[M]) -> RowOutcome:
        if row.record is None:
            assert row.refusal is not None
            return refused(row.number, row.refusal)
        done = await self.kind.carry_out(uow, row.record)
        return RowOutcome(row=row.number, outcome=done.outcome, id=done.id)

    def report(self, mode: Literal["check", "commit"]) -> ImportReport:
        """Return what became of every row, in the order of the file."""
        outcomes = [self.outcomes[number] for number in sorted(self.outcomes)]
        counts = {what: sum(o.outcome == what for o in outcomes) for what in get_args(What)}
        return ImportReport(
            kind=self.kind.kind, mode=mode, rows=len(outcomes), outcomes=outcomes, **counts
        )


def refused(number: int, refusal: DomainError) -> RowOutcome:
    """Return the outcome of a row that was refused, with every fault and no value."""
    faults = [
        {"code": fault.code, "detail": fault.detail, "pointer": fault.pointer}
        for fault in refusal.faults
    ] or [{"code": refusal.code, "detail": refusal.detail, "pointer": ""}]
    return RowOutcome(row=number, outcome="refused", code=refusal.code, faults=faults)


def imports_router(kinds: Sequence[ImportKind[Any]]) -> APIRouter:
    """Return the route by which a service takes records in bulk."""
    by_name = {kind.kind: kind for kind in kinds}
    names: Any = Literal[tuple(by_name)]  # the kinds are data
    routes = router()

    @routes.post(
        "/v1/imports",
        openapi_extra={
            **permission("import", own_transactions=True),
            "requestBody": {
                "required": True,
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    "application/x-ndjson": {"schema": {"type": "string"}},
                },
            },
        },
        tags=["imports"],
    )
    async def import_records(
        request: Request,
        kind: Annotated[names, Query()],
        mode: Annotated[Literal["check", "commit"], Query()],
    ) -> ImportReport:
        """Take many records of one kind; the same records again change nothing.

        ``check`` says what would become of each row and keeps nothing. ``commit`` carries out
        the rows that are valid, in chunks, and names what is wrong with the others.
        """
        chosen = by_name[kind]
        guard: Guard = request.app.state.guard
        asked = _asked_for(chosen, guard, request.state.asked)
        rows = list(
            read_rows(request.headers.get("content-type", ""), await request.body(), chosen)
        )
        importer = Importer(guard, asked, chosen)
        async with available():
            await (importer.commit(rows) if mode == "commit" else importer.check(rows))
        return importer.report(mode)

    return routes


def _asked_for(kind: ImportKind[Any], guard: Guard, asked: Asked) -> Asked:
    actor = asked.access.actor
    allowed = reaches(guard.grants, actor, kind.action)
    if not allowed:
        raise NotAllowed
    return Asked(Access(actor, kind.action, allowed), asked.request_id, asked.traceparent)


def read_rows(content_type: str, body: bytes, kind: ImportKind[M]) -> Iterator[Row[M]]:
    """Read a file's records one by one; raises BadRequest where the file itself is not readable."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/x-ndjson":
        records = _ndjson(body)
    elif media == "text/csv":
        records = _csv(body, kind.row)
    else:
        raise UnsupportedMediaType(detail="Send text/csv or application/x-ndjson.")
    for number, record in enumerate(records, 1):
        if isinstance(record, DomainError):
            yield Row(number, None, record)
        else:
            yield _row(number, record, kind.row)


def _row(number: int, record: object, model: type[M]) -> Row[M]:
    try:
        return Row(number, model.model_validate(record))
    except ValidationError as error:
        errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        return Row(number, None, Rejected(code="not-valid", faults=validation_faults(errors)))


def _ndjson(body: bytes) -> Iterator[object]:
    for line in body.splitlines():
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
        for line in lines:
            if line:
                yield _record(header, line, model)
    except csv.Error:
        raise BadRequest(
            code="not-csv", detail=f"The file is not CSV near line {lines.line_num}."
        ) from None


def _check_header(header: Sequence[str], model: type[BaseModel]) -> None:
    faults = [
        Fault("repeated-column", "The column is there twice.", parameter=name)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    unknown = [name for name in header if _kind_at(model, name.split(".")) is None]
    if unknown or not header:
        faults.append(
            Fault("unknown-column", f"{max(1, len(unknown))} of the columns are not known here.")
        )
    needed = [n for n, f in model.model_fields.items() if f.is_required()]
    faults += [
        Fault("missing-column", "The column is missing.", parameter=name)
        for name in needed
        if not any(column.split(".")[0] == name for column in header)
    ]
    if faults:
        raise Rejected(code="columns-not-valid", faults=tuple(faults))


def _record(header: Sequence[str], line: Sequence[str], model: type[BaseModel]) -> object:
    if len(line) != len(header):
        return Rejected(code="row-length", detail="The row has another number of cells.")
    record: dict[str, Any] = {}
    for name, cell in zip(header, line, strict=True):
        if cell != "":
            path = name.split(".")
            _put(record, path, _value(cell, _kind_at(model, path)))
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
    if inner and all(name.isdigit() for name in inner):
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
        elif part.isdigit() and get_origin(kind) in {list, tuple}:
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


def _value(cell: str, kind: Any) -> object:
    """Read a cell as what its column holds; what cannot be read is left for validation."""
    if get_origin(kind) in {list, tuple}:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if kind is int and cell.lstrip("-").isascii() and cell.lstrip("-").isdigit():
        return json.loads(cell) if not cell.lstrip("-").startswith("0") or cell == "0" else cell
    if kind is bool:
        return {"true": True, "false": False}.get(cell, cell)
    return cell

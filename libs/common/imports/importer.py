"""Carries out the rows of an import, or says what the outcome would be and keeps nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Conflict, DomainError, Unavailable
from libs.common.http.requests import Guard
from libs.common.imports.groups import chunks, groups
from libs.common.imports.kinds import ImportKind, Names, Outcome, Row
from libs.common.persistence.uow import RequestContext, UnitOfWork

M = TypeVar("M", bound=BaseModel)
What = Literal[Outcome, "skipped", "refused"]
ROWS_A_TRANSACTION: Final = 500
ROWS_ORDERED: Final = 2_500
"""How many rows of a file that is committed are put in order at once."""


class RowOutcome(BaseModel):
    """The outcome of one row of the file; a header is row 1 and counts, as do blank rows.

    ``key`` is by which the county knows it. A check gives no ids of what it did not keep.
    ``holds_from`` is the day of what holds instead of a row that is superseded. A row is
    ``skipped`` where others of a file were refused that is taken whole or not at all.
    """

    row: int
    outcome: What
    key: Mapping[str, str] | None = None
    id: UUID | None = None
    holds_from: date | None = None
    code: str | None = None
    faults: list[dict[str, str]] | None = None


Noted = Sequence[tuple[Row[Any], RowOutcome]]
Note = Callable[[AsyncConnection, Noted], Awaitable[None]]
"""Keeps what became of rows, in the transaction that it is given."""


class ImportEnded(Conflict):
    """409: the import has ended, so that nothing of it is left to be carried out or cancelled."""

    detail = "The import has ended: what it did stands. Read it to see what became of each row."


class _Undo(Exception):
    """Raised to undo a unit of work on purpose."""


@dataclass
class Importer(Generic[M]):
    """Carries out the rows of one import, a chunk a transaction.

    Between two transactions others have their turn: SQLite has one writer for all. What became of
    a row is noted in the transaction that carries it out; that of a row which left nothing, in
    one of its own.
    """

    guard: Guard
    context: RequestContext
    kind: ImportKind[M]
    at_once: int = ROWS_A_TRANSACTION
    about: str = ""
    note: Note | None = None
    noted: int = 0
    """How many rows have their outcome."""

    async def commit(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows; a chunk with a refused row is gone through row by row.

        Rows that may depend on each other follow each other, so that what they are about is
        loaded and written few times, however the file is ordered; of a long file so many at a time.
        """
        for start in range(0, len(rows), ROWS_ORDERED):
            await self._commit(rows[start : start + ROWS_ORDERED])

    async def _commit(self, rows: Sequence[Row[M]]) -> None:
        ordered = [rows[place] for group in await self._groups(rows) for place in group]
        for start in range(0, len(ordered), self.at_once):
            chunk = ordered[start : start + self.at_once]
            try:
                await self._kept(chunk)
            except DomainError as refusal:
                _check_present(refusal)
                for row in chunk:
                    await self._alone(row)

    async def commit_whole(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows in one transaction, or none of them where one is refused."""
        if all(row.refusal is None for row in rows):
            ordered = [rows[place] for group in await self._groups(rows) for place in group]
            try:
                await self._kept(ordered)
            except DomainError as refusal:
                _check_present(refusal)
            else:
                return
        await self.check(rows, whole=True)

    async def check(self, rows: Sequence[Row[M]], *, whole: bool = False) -> None:
        """Carry out all rows and undo them, those that may depend on each other together.

        A chunk with a refused row is gone through group by group, as decided in ADR 8. Of a file
        that is taken ``whole`` or not at all, the others are then skipped.
        """
        found: dict[int, RowOutcome] = {}
        for chunk in chunks(await self._groups(rows), self.at_once):
            grouped = [[rows[place] for place in group] for group in chunk]
            done = await self._checked(grouped)
            if whole:
                found |= done
            else:
                await self._note([row for group in grouped for row in group], done)
        if any(one.outcome == "refused" for one in found.values()):
            found = {number: _skipped(one) for number, one in found.items()}
        if whole:
            await self._note(rows, found)

    async def _checked(self, grouped: Sequence[Sequence[Row[M]]]) -> dict[int, RowOutcome]:
        try:
            done = await self._together([row for group in grouped for row in group], keep=False)
        except DomainError as refusal:
            _check_present(refusal)
            done = {}
            for group in grouped:
                done |= await self._check_singly(group)
        return _without_new_ids(done)

    async def _note(self, rows: Sequence[Row[M]], found: Mapping[int, RowOutcome]) -> None:
        """Note outcomes of rows that left nothing."""
        if self.note is not None:
            async with self.guard.units.database.writing() as connection:
                await self.note(connection, [(row, found[row.number]) for row in rows])
        self.noted += len(rows)

    async def _groups(self, rows: Sequence[Row[M]]) -> list[list[int]]:
        named: list[Names] = [()] * len(rows)
        for start in range(0, len(rows), self.at_once):
            await self._name(named, start, rows[start : start + self.at_once])
            await asyncio.sleep(0)
        return groups(named)

    async def _name(self, named: list[Names], start: int, rows: Sequence[Row[M]]) -> None:
        """Put in what rows are about; as numbers, which take little memory (alike is together)."""
        known = [(place, row.record) for place, row in enumerate(rows) if row.record is not None]
        async with self.guard.units.read(self.context) as reading:
            names = await self.kind.names(reading, [one for _, one in known])
        for (place, _), mine in zip(known, names, strict=True):
            named[start + place] = [hash(name) for name in mine]

    @asynccontextmanager
    async def _work(self, *, keep: bool) -> AsyncIterator[UnitOfWork]:
        await asyncio.sleep(0)  # who waits for a connection takes the one that was just given back
        try:
            async with self.guard.units.work(self.context) as uow:
                uow.about = self.about or f"import {self.kind.kind}"
                yield uow
                if not keep:
                    raise _Undo  # noqa: TRY301 - the transaction is left by it, undone
        except _Undo:
            return

    async def _kept(self, rows: Sequence[Row[M]]) -> None:
        await self._together(rows, keep=True)
        self.noted += len(rows)

    async def _together(self, rows: Sequence[Row[M]], *, keep: bool) -> dict[int, RowOutcome]:
        done: dict[int, RowOutcome] = {}
        async with self._work(keep=keep) as uow:
            await self.kind.load(uow, [row.record for row in rows if row.record is not None])
            for row in rows:
                done[row.number] = await self._carry_out(uow, row)
            if not keep:
                await uow.flush()
            elif self.note is not None:
                await self.note(uow.connection, [(row, done[row.number]) for row in rows])
        return done

    async def _alone(self, row: Row[M]) -> None:
        try:
            await self._kept([row])
        except DomainError as refusal:
            _check_present(refusal)
            await self._note([row], {row.number: refused(row, refusal)})

    async def _check_singly(self, rows: Sequence[Row[M]]) -> dict[int, RowOutcome]:
        done: dict[int, RowOutcome] = {}
        async with self._work(keep=False) as uow:
            for row in rows:
                done[row.number] = await self._attempt(uow, row)
        return done

    async def _attempt(self, uow: UnitOfWork, row: Row[M]) -> RowOutcome:
        try:
            async with uow.attempt():
                return await self._carry_out(uow, row)
        except DomainError as refusal:
            _check_present(refusal)
            return refused(row, refusal)

    async def _carry_out(self, uow: UnitOfWork, row: Row[M]) -> RowOutcome:
        if row.record is None:
            assert row.refusal is not None
            return refused(row, row.refusal)
        done = await self.kind.take(uow, row.record)
        return RowOutcome(
            row=row.number,
            outcome=done.outcome,
            key=row.key,
            id=done.id,
            holds_from=done.holds_from,
        )


def refused(row: Row[Any], refusal: DomainError) -> RowOutcome:
    """Return the outcome of a row that was refused, with every fault and no value."""
    faults = [
        {"code": fault.code, "detail": fault.detail, "pointer": fault.pointer}
        for fault in refusal.errors
    ] or [{"code": refusal.code, "detail": refusal.detail, "pointer": ""}]
    return RowOutcome(
        row=row.number, outcome="refused", key=row.key, code=refusal.code, faults=faults
    )


def _check_present(refusal: DomainError) -> None:
    """Raise what says nothing of a row, so that the import goes on later."""
    if isinstance(refusal, (Unavailable, ImportEnded)):
        raise refusal


def _skipped(one: RowOutcome) -> RowOutcome:
    if one.outcome == "refused":
        return one
    return RowOutcome(row=one.row, outcome="skipped", key=one.key)


def _without_new_ids(done: Mapping[int, RowOutcome]) -> dict[int, RowOutcome]:
    """Leave out the ids of what was made and undone: nobody will ever find it."""
    made = {one.id for one in done.values() if one.outcome == "created"}
    return {
        number: one.model_copy(update={"id": None}) if one.id in made else one
        for number, one in done.items()
    }

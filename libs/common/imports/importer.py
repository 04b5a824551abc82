"""Carries out the rows of an import, or says what the outcome would be and keeps nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, Literal, TypeVar, get_args
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.errors import DomainError
from libs.common.http.requests import Guard
from libs.common.imports.groups import chunks, groups
from libs.common.imports.kinds import ImportKind, Mode, Names, Outcome, Row
from libs.common.persistence.uow import RequestContext, UnitOfWork

M = TypeVar("M", bound=BaseModel)
What = Literal[Outcome, "refused"]
ROWS_A_TRANSACTION: Final = 500


class RowOutcome(BaseModel):
    """The outcome of one row: ``row`` counts records from 1.

    ``holds_from`` is the day of what holds instead of a row that is superseded.
    """

    row: int
    outcome: What
    id: UUID | None = None
    holds_from: date | None = None
    code: str | None = None
    faults: list[dict[str, str]] | None = None


class ImportReport(BaseModel):
    """The outcome of every row, and how many had each."""

    kind: str
    mode: Mode
    rows: int
    created: int
    updated: int
    unchanged: int
    superseded: int
    refused: int
    outcomes: list[RowOutcome]


class _Undo(Exception):
    """Raised to undo a unit of work on purpose."""


@dataclass
class Importer(Generic[M]):
    """Carries out the rows of one import, a chunk a transaction.

    Between two transactions others have their turn: SQLite has one writer for all.
    """

    guard: Guard
    context: RequestContext
    kind: ImportKind[M]
    at_once: int = ROWS_A_TRANSACTION
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)

    async def commit(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows; a chunk with a refused row is gone through row by row.

        Rows that may depend on each other follow each other, so that what they are about is
        loaded and written few times, however the file is ordered.
        """
        ordered = [rows[place] for group in await self._groups(rows) for place in group]
        for start in range(0, len(ordered), self.at_once):
            chunk = ordered[start : start + self.at_once]
            try:
                await self._together(chunk, keep=True)
            except DomainError:
                for row in chunk:
                    await self._alone(row)

    async def check(self, rows: Sequence[Row[M]]) -> None:
        """Carry out all rows and undo them, those that may depend on each other together.

        A chunk with a refused row is gone through group by group, as decided in ADR 8.
        """
        for chunk in chunks(await self._groups(rows), self.at_once):
            grouped = [[rows[place] for place in group] for group in chunk]
            try:
                await self._together([row for group in grouped for row in group], keep=False)
            except DomainError:
                for group in grouped:
                    await self._check_singly(group)

    async def _groups(self, rows: Sequence[Row[M]]) -> list[list[int]]:
        named: list[Names] = [()] * len(rows)
        known = [(place, row.record) for place, row in enumerate(rows) if row.record is not None]
        async with self.guard.units.read(self.context) as reading:
            names = await self.kind.names(reading, [one for _, one in known])
        for (place, _), mine in zip(known, names, strict=True):
            named[place] = mine
        return groups(named)

    @asynccontextmanager
    async def _work(self, *, keep: bool) -> AsyncIterator[UnitOfWork]:
        await asyncio.sleep(0)  # who waits for a connection takes the one that was just given back
        try:
            async with self.guard.units.work(self.context) as uow:
                uow.about = f"import {self.kind.kind}"
                yield uow
                await uow.flush()
                if not keep:
                    raise _Undo  # noqa: TRY301 - the transaction is left by it, undone
        except _Undo:
            return

    async def _together(self, rows: Sequence[Row[M]], *, keep: bool) -> None:
        done: dict[int, RowOutcome] = {}
        async with self._work(keep=keep) as uow:
            await self.kind.load(uow, [row.record for row in rows if row.record is not None])
            for row in rows:
                done[row.number] = await self._carry_out(uow, row)
        self.outcomes.update(done)

    async def _alone(self, row: Row[M]) -> None:
        try:
            await self._together([row], keep=True)
        except DomainError as refusal:
            self.outcomes[row.number] = refused(row.number, refusal)

    async def _check_singly(self, rows: Sequence[Row[M]]) -> None:
        async with self._work(keep=False) as uow:
            for row in rows:
                await self._attempt(uow, row)

    async def _attempt(self, uow: UnitOfWork, row: Row[M]) -> None:
        try:
            async with uow.attempt():
                self.outcomes[row.number] = await self._carry_out(uow, row)
        except DomainError as refusal:
            self.outcomes[row.number] = refused(row.number, refusal)

    async def _carry_out(self, uow: UnitOfWork, row: Row[M]) -> RowOutcome:
        if row.record is None:
            assert row.refusal is not None
            return refused(row.number, row.refusal)
        done = await self.kind.take(uow, row.record)
        return RowOutcome(
            row=row.number, outcome=done.outcome, id=done.id, holds_from=done.holds_from
        )

    def report(self, mode: Mode) -> ImportReport:
        """Return the outcome of every row, in the order of the file."""
        outcomes = [self.outcomes[number] for number in sorted(self.outcomes)]
        counts: dict[Any, int] = dict.fromkeys(get_args(What), 0)
        for outcome in outcomes:
            counts[outcome.outcome] += 1
        return ImportReport(
            kind=self.kind.kind, mode=mode, rows=len(outcomes), outcomes=outcomes, **counts
        )


def refused(number: int, refusal: DomainError) -> RowOutcome:
    """Return the outcome of a row that was refused, with every fault and no value."""
    faults = [
        {"code": fault.code, "detail": fault.detail, "pointer": fault.pointer}
        for fault in refusal.errors
    ] or [{"code": refusal.code, "detail": refusal.detail, "pointer": ""}]
    return RowOutcome(row=number, outcome="refused", code=refusal.code, faults=faults)

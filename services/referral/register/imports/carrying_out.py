"""Carries the register's files out, however many rows they have, in flat memory."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel

from libs.common.http.availability import available
from libs.common.http.requests import Guard
from libs.common.imports import Importer, ImportKind, ImportReport, Mode, Row, RowOutcome
from libs.common.imports.importer import ROWS_A_TRANSACTION, What
from services.referral.register.commands import follow

MOST_LISTED: Final = 2_500
"""Rows whose outcome is listed, and refused rows after them that are."""

R = TypeVar("R", bound=BaseModel)


@dataclass
class Tally:
    """How many rows had each outcome, and the outcomes that are listed."""

    counts: Counter[str] = field(default_factory=Counter)
    listed: list[RowOutcome] = field(default_factory=list)
    refused_later: int = 0

    def take(self, outcomes: Iterable[RowOutcome]) -> None:
        """Count outcomes, and list those of the first rows and of rows that were refused."""
        for one in outcomes:
            if self.counts.total() < MOST_LISTED:
                self.listed.append(one)
            elif one.outcome == "refused" and self.refused_later < MOST_LISTED:
                self.refused_later += 1
                self.listed.append(one)
            self.counts[one.outcome] += 1

    def report(self, kind: str, mode: Mode) -> ImportReport:
        """Return what became of the file."""
        counts: dict[Any, int] = {name: self.counts[name] for name in get_args(What)}
        rows = self.counts.total()
        return ImportReport(kind=kind, mode=mode, rows=rows, outcomes=self.listed, **counts)


async def imported(
    request: Request, kind: ImportKind[R], rows: Iterator[Row[R]], mode: Mode
) -> ImportReport:
    """Carry an import of one of the register's files out, or check it; then children follow.

    The rows of a chunk are read when its turn comes. All counts are told, but not every outcome.
    """
    guard: Guard = request.app.state.guard
    tally = Tally()
    async with available():
        while chunk := list(islice(rows, ROWS_A_TRANSACTION)):
            await asyncio.sleep(0)
            importer = Importer(guard, request.state.context, kind)
            await (importer.check(chunk) if mode == "check" else importer.commit(chunk))
            tally.take(importer.report(mode).outcomes)
        if mode == "commit":
            async with guard.units.work(request.state.context) as uow:
                await follow(uow)
    return tally.report(kind.kind, mode)

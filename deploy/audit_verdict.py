"""Whether an audit is whole: each row under its seal, each seal behind the last, none cut off."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.audit.anchor import Anchored
from libs.common.audit.chain import Chain, Head
from libs.common.audit.sealer import NUMBERS_A_QUERY, without_seal
from libs.common.persistence.tables import audit, audit_seal

_AT_ONCE: Final = 5_000


@dataclass
class Verdict:
    """What was found of one service's audit; whole where there is no fault."""

    rows: int = 0
    sealed: int = 0
    unsealed: list[tuple[int, datetime]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    last_anchor: Anchored | None = None


async def verify(
    connection: AsyncConnection, chain: Chain, anchored: Sequence[Anchored]
) -> Verdict:
    """Go through the whole chain in one state of the database and name every fault.

    The anchored heads have to be read before that state is: one written after it is not in it.
    """
    verdict = Verdict(last_anchor=anchored[-1] if anchored else None)
    walk = _Walk(chain, {one.head.seal: one for one in anchored})
    async for row in _seals(connection):
        verdict.faults += walk.step(row)
    verdict.faults += walk.end()
    verdict.sealed = walk.sealed
    if walk.sealed and not walk.held:
        verdict.faults.append("no seal was made with this key: is it the right one?")
    verdict.rows = (await connection.execute(select(func.count()).select_from(audit))).scalar_one()
    verdict.unsealed = [row async for row in _unsealed(connection)]
    return verdict


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A row that does not fit its seal, and the MAC that would; which is wrong shows later."""

    row: Row[Any]
    expected: bytes
    clear_before: bool


class _Walk:
    """Goes from seal to seal. Which of row and seal is at fault shows at the seal after them."""

    def __init__(self, chain: Chain, anchored: dict[int, Anchored]) -> None:
        self._chain = chain
        self._anchored = anchored
        self._last = chain.start
        self._doubt: _Doubt | None = None
        self.sealed = 0
        self.held = 0

    def step(self, row: Row[Any]) -> Iterator[str]:
        """Look at the next seal, with the audit row it is for where that is still there."""
        self.sealed += 1
        if row.seal != self._last.seal + 1:
            yield from self._name_doubt()
            yield _gap(self._last.seal, row.seal)
        elif row.at is None:
            yield from self._name_doubt()
            yield f"row {row.number} is missing: seal {row.seal} is for it"
        else:
            yield from self._check(row)
        yield from self._compare(row)
        self._last = Head(row.seal, row.mac)

    def _check(self, row: Row[Any]) -> Iterator[str]:
        expected = self._chain.follow(self._last.mac, row.seal, row)
        if expected == row.mac:
            yield from self._name_doubt("changed")
            self.held += 1
        elif self._doubt and self._chain.follow(self._doubt.expected, row.seal, row) == row.mac:
            yield from self._name_doubt("forged")
            self.held += 1
        else:
            clear = self._doubt is None
            yield from self._name_doubt()
            self._doubt = _Doubt(row, expected, clear)

    def _name_doubt(self, what: str = "") -> Iterator[str]:
        """Name the row in doubt, as far as the seal after it tells which of the two is wrong."""
        if self._doubt is None:
            return
        row, clear = self._doubt.row, self._doubt.clear_before
        self._doubt = None
        if what == "forged":
            yield f"seal {row.seal} of row {row.number} was forged"
        elif what == "changed" and clear:
            yield f"row {row.number} was changed: seal {row.seal} is not of what it says now"
        else:
            yield (
                f"row {row.number} does not fit seal {row.seal}: one of them was changed, or this"
                " seal or the one before it is out of order"
            )

    def _compare(self, row: Row[Any]) -> Iterator[str]:
        anchor = self._anchored.pop(row.seal, None)
        if anchor is not None and anchor.head.mac != row.mac:
            yield f"seal {row.seal} is not the one that was anchored at {anchor.at}"

    def end(self) -> Iterator[str]:
        """Say what is left to say when the seals are at their end."""
        yield from self._name_doubt()
        cut = [seal for seal in self._anchored if seal > self._last.seal]
        if cut:
            yield (
                f"the head, seal {self._last.seal}, is before the anchor:"
                f" {_seals_between(self._last.seal, max(cut) + 1)} missing, and seal {max(cut)}"
                f" was anchored at {self._anchored[max(cut)].at}"
            )


def _gap(before: int, after: int) -> str:
    if after <= before:
        return f"seal {after} is there more than once"
    return f"{_seals_between(before, after)} missing, so the row of seal {after} is not checked"


def _seals_between(before: int, after: int) -> str:
    first, last = before + 1, after - 1
    return f"seal {first} is" if first == last else f"seals {first} to {last} are"


async def _seals(connection: AsyncConnection) -> AsyncIterator[Row[Any]]:
    columns = [column for column in audit.columns if column is not audit.c.number]
    both = audit_seal.outerjoin(audit, audit.c.number == audit_seal.c.number)
    query = select(audit_seal, *columns).select_from(both).order_by(audit_seal.c.seal)
    last = -(2**62)
    while True:
        page = query.where(audit_seal.c.seal > last).limit(_AT_ONCE)
        rows = (await connection.execute(page)).all()
        for row in rows:
            yield row
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].seal


async def _unsealed(connection: AsyncConnection) -> AsyncIterator[tuple[int, datetime]]:
    newest = (await connection.execute(select(func.max(audit.c.number)))).scalar_one() or 0
    for after in range(0, newest, NUMBERS_A_QUERY):
        query = select(audit.c.number, audit.c.at).order_by(audit.c.number)
        found = await connection.execute(query.where(without_seal(after, after + NUMBERS_A_QUERY)))
        for number, at in found.all():
            yield number, at

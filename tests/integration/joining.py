"""Whoever has the database, the bus and the log, and tries to join answers to those who gave them.

Nothing is known to them of how the service is made but what an invitation and a response are. They
take every column of every table, those that the database keeps for itself among them, every
message of the bus and every line of the log, and try two things: a value that is of one invitation
and of one response alone, and every pair of columns of which the one puts the invitations, the
other the responses in an order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import text

from libs.common.messaging.bus.base import Bus
from libs.common.persistence.db import Database

Record = tuple[str, Mapping[str, Any]]
"""Where something was found, and what it says by column."""

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)")
_WORD = re.compile(r"[A-Za-z0-9_]{8,}")
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
_ALL = {
    "sqlite": 'SELECT rowid AS "rowid", * FROM "{}"',
    "postgresql": 'SELECT xmin::text AS "xmin", ctid::text AS "ctid", * FROM "{}"',
}


async def of_tables(database: Database) -> list[Record]:
    """Return every row of a database, with the system's columns."""
    found: list[Record] = []
    async with database.reading() as connection:
        name = connection.dialect.name
        for table in (await connection.execute(text(_TABLES[name]))).scalars().all():
            rows = (await connection.execute(text(_ALL[name].format(table)))).mappings()
            found += [(table, dict(row)) for row in rows]
    return found


async def of_bus(bus: Bus, topic: str) -> list[Record]:
    """Return every message of a topic."""
    spans = await bus.spans(topic)
    reader = await bus.reader({place: first for place, (first, _) in spans.items()})
    left = {place.number: end for place, (first, end) in spans.items() if end > first}
    found: list[Record] = []
    try:
        while left:
            for one in await reader.fetch(1_000, 1.0):
                found.append((topic, _said(one)))
                if one.offset + 1 >= left.get(one.partition, 0):
                    left.pop(one.partition, None)
    finally:
        await reader.close()
    return found


def _said(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__struct_fields__}


def of_log(lines: Iterable[str]) -> list[Record]:
    """Return every line of the log, with its place."""
    return [("log", {"line": line, "at": place}) for place, line in enumerate(lines)]


def values_of(record: Record) -> set[str]:
    """Return what in a record may be the same elsewhere: ids, hashes, instants, transactions."""
    found: set[str] = set()
    for column, value in record[1].items():
        said = _as_text(value)
        if column == "xmin":
            found.add(f"transaction {said}")
        found |= {f"{day} {time.rstrip('0')}" for day, time in _INSTANT.findall(said)}
        found |= {*_WORD.findall(said.replace("-", ""))}
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)


@dataclass(frozen=True)
class Side:
    """The invitations, or the responses: of each the records that are about it."""

    about: Mapping[str, Sequence[Record]]

    @classmethod
    def of(cls, known: Mapping[str, Iterable[str]], records: Sequence[Record]) -> "Side":
        """Gather what is about each, by values known to be its own and by all that these lead to.

        ``known`` are by its name the ids of each, without hyphens.
        """
        said = [(record, values_of(record)) for record in records]
        own = {name: set(values) for name, values in known.items()}
        for _ in range(3):
            mine = {
                name: set(chain.from_iterable(its for _, its in said if its & values))
                for name, values in own.items()
            }
            seen = _counted(mine)
            own = {name: {one for one in its if seen[one] == 1} for name, its in mine.items()}
        return cls({name: [record for record, its in said if its & own[name]] for name in own})

    def values(self) -> dict[str, set[str]]:
        """Return by value of which of these it is."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, records in self.about.items():
            for value in chain.from_iterable(map(values_of, records)):
                found[value].add(name)
        return found

    def orders(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each column that puts all of these in an order, and the order."""
        by_column: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for name, records in self.about.items():
            for where, row in records:
                for column, value in row.items():
                    by_column[f"{where}.{column}"][name].append(_sortable(value))
                    by_column[f"{where}.{column} length"][name].append((len(_as_text(value)),))
        for column, values in by_column.items():
            least = {name: min(its, key=repr) for name, its in values.items()}
            if set(least) == set(self.about) and len({*least.values()}) == len(least):
                yield column, sorted(least, key=lambda name: _comparable(least[name]))


def _counted(mine: Mapping[str, set[str]]) -> dict[str, int]:
    seen: dict[str, int] = defaultdict(int)
    for value in chain.from_iterable(mine.values()):
        seen[value] += 1
    return seen


def _sortable(value: Any) -> tuple[Any, ...]:
    """Return what a value is sorted by: the numbers in it, or its letters."""
    said = _as_text(value)
    if re.fullmatch(r"\(?[\d,.: +T-]+\)?", said):
        return tuple(map(int, re.findall(r"\d+", said)))
    return (said,)


def _comparable(value: tuple[Any, ...]) -> tuple[tuple[int, Any], ...]:
    return tuple((0, one) if isinstance(one, int) else (1, one) for one in value)


def joined(invitations: Side, responses: Side, truth: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return by which way how many responses were joined to the right invitation, the best first.

    ``truth`` says whose each response is; of all answers that it might take, a way counts only if
    it gives the same for all.
    """
    ways = [*_by_value(invitations, responses, truth), *_by_order(invitations, responses, truth)]
    return sorted(ways, key=lambda way: -way[1])


def _by_value(
    invitations: Side, responses: Side, truth: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    theirs = invitations.values()
    joins = {
        response
        for value, some in responses.values().items()
        for response in some
        if len(some) == 1 and theirs.get(value) == {truth[response]}
    }
    yield "a value of one alone", len(joins)


def _by_order(
    invitations: Side, responses: Side, truth: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    mine = [*responses.orders()]
    for column, order in invitations.orders():
        for other, found in mine:
            for way in (found, found[::-1]):
                right = sum(
                    truth[response] == name for name, response in zip(order, way, strict=True)
                )
                yield f"{column} as {other}", right

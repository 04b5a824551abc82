"""Drawn tables: a few lines of text that stand for a few events.

The first line names the columns, a bar parts the cells, an empty cell is absent. A name such as
``ann`` always stands for the same id.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from libs.common.contracts import Event, Recorded
from libs.common.core.clock import micros

NAMES = UUID("6f0c1c5e-6f8e-4d0f-9f57-0b4b7c6e3a11")
START = datetime(2018, 9, 1, 8, tzinfo=UTC)

Row = dict[str, str]


def drawn(text: str) -> list[Row]:
    """Return the rows of a drawn table."""
    head, *lines = [line for line in text.strip().splitlines() if line.strip()]
    columns = _cells(head)
    rows = [dict(zip(columns, _cells(line), strict=True)) for line in lines]
    assert rows, "a table is drawn with rows"
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def named(name: str) -> UUID:
    """Return the id that a name stands for."""
    return uuid5(NAMES, name)


def day(text: str) -> date:
    """Return a day."""
    return date.fromisoformat(text)


def some_day(text: str) -> date | None:
    """Return a day, or nothing of an empty cell."""
    return day(text) if text else None


def whole(text: str) -> int | None:
    """Return a whole number, or nothing of an empty cell."""
    return int(text) if text else None


def whose(row: Row) -> dict[str, object]:
    """Take the team, area and kind of school of the day of issue out of a row; blank is None."""
    team, area, kind = (row.pop(name, "") or None for name in ("team", "area", "kind"))
    return {"team_id": team and named(team), "area": area, "school_kind": kind}


def recorded(events: Iterable[Event]) -> list[Recorded[Any]]:
    """Return events as a listener meets them: in this order, a second apart."""
    sequences: dict[UUID, Any] = {}
    return [
        Recorded(
            event=event,
            id=uuid5(NAMES, f"event {number}"),
            sequence=next(sequences.setdefault(event.aggregate_id, count(1))),
            time=START + timedelta(seconds=number),
            known=micros(START + timedelta(seconds=number)),
        )
        for number, event in enumerate(events)
    ]

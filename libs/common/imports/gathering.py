"""Takes in a file's rows: so many at most, and without keeping everybody else waiting."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from libs.common.core.errors import TooLarge

T = TypeVar("T")

MOST_ROWS: Final = 60_000
"""Rows in one file; the whole national register of schools has some 50,000."""

ROWS_AT_A_TIME: Final = 100
"""Rows read before others get their turn: a few milliseconds of work."""


def numbered(lines: Iterable[T]) -> Iterator[tuple[int, T]]:
    """Number lines from 1, and refuse a file that has too many, empty ones too."""
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise TooLarge(
                code="too-many-rows",
                detail=f"A file has {MOST_ROWS:,} rows at most. Send it in several.",
            )
        yield number, line


async def gathered(rows: Iterable[T]) -> list[T]:
    """Return all rows, letting others have their turn every so often."""
    found: list[T] = []
    for row in rows:
        found.append(row)
        if len(found) % ROWS_AT_A_TIME == 0:
            await asyncio.sleep(0)
    return found

"""Long lists in chunks: a database takes only so many values in one statement."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Final, TypeVar

V = TypeVar("V", bound=Hashable)

MOST_AT_ONCE: Final = 5_000
"""Values in one query, pairs too: PostgreSQL's driver takes 32,767, SQLite 32,766."""


def chunked(values: Iterable[V]) -> Iterator[list[V]]:
    """Return the different values in chunks small enough for a query each."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), MOST_AT_ONCE):
        yield different[start : start + MOST_AT_ONCE]

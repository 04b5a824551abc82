"""Chance from a seed, the same on every machine and with every version of Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A run of draws that follows from its seed alone.

    Only ``Random.random`` is promised to give the same numbers for ever, so all else is built on
    it here rather than on the library's own choosing and shuffling.
    """

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to ``limit`` - 1."""
        return int(self._random.random() * limit)

    def between(self, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``, both included."""
        return least + self.below(most - least + 1)

    def chance(self, in_a_hundred: int) -> bool:
        """Say yes that many times in a hundred."""
        return self.below(100) < in_a_hundred

    def choice(self, things: Sequence[T]) -> T:
        """Return one of some things."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return the things in another order."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def sample(self, things: Sequence[T], count: int) -> list[T]:
        """Return so many of the things, or all if there are fewer, in a drawn order."""
        return self.shuffled(things)[:count]

    def dealt(self, counts: dict[T, int]) -> list[T]:
        """Return each name as often as its count says, in a drawn order."""
        return self.shuffled([name for name, count in counts.items() for _ in range(count)])

    def split(self, total: int, names: Sequence[T]) -> dict[T, int]:
        """Share a total out over names, at random."""
        counts = dict.fromkeys(names, 0)
        for _ in range(total):
            counts[self.choice(names)] += 1
        return counts

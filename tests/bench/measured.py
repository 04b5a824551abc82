"""A figure as it was measured: ours and the floor in turn, their medians, and the target."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any, Literal, NamedTuple, TypeVar

PAIRS = 5

T = TypeVar("T")
Measure = Callable[[], Awaitable[float]]


class Cost(NamedTuple):
    """What a number of events cost: how many a second went by, and how many a second of work.

    The work is this process's processor time, whatever else the machine does meanwhile.
    """

    per_second: float
    per_processor_second: float


class Stopwatch:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self._passed, self._worked = perf_counter(), process_time()

    def cost(self, events: int) -> Cost:
        """Return what the events cost that were handled since."""
        worked = process_time() - self._worked
        return Cost(events / (perf_counter() - self._passed), events / worked)


@dataclass(frozen=True)
class Target:
    """A bound on the ratio to the floor, or on our own figure where that is what people feel."""

    bound: float
    sense: Literal["at least", "at most"]
    of: Literal["ratio", "ours"] = "ratio"

    def met_by(self, value: float) -> bool:
        """Say whether a value keeps to the bound."""
        return value >= self.bound if self.sense == "at least" else value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.sense == "at least" else "≤"
        return f"{sign} {self.bound:g}{' x floor' if self.of == 'ratio' else ''}"


@dataclass(frozen=True)
class Measured:
    """One line of the table: what was measured, in which unit, every sample, and the target."""

    id: str
    what: str
    unit: str
    ours: Sequence[float]
    floor: Sequence[float] = ()
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """The median of the pairs' ratios, so that a slow minute weighs on both of its pair."""
        if not self.floor:
            return None
        return median(a / b for a, b in zip(self.ours, self.floor, strict=True))

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        value = self.ratio if self.target.of == "ratio" else median(self.ours)
        assert value is not None
        return self.target.met_by(value)

    def document(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "id": self.id,
            "what": self.what,
            "unit": self.unit,
            "ours": median(self.ours),
            "floor": median(self.floor) if self.floor else None,
            "ratio": self.ratio,
            "target": str(self.target) if self.target else None,
            "met": self.met,
            "samples": {"ours": list(self.ours), "floor": list(self.floor)},
        }


async def in_turn(*measures: Callable[[], Awaitable[T]], rounds: int = PAIRS) -> list[list[T]]:
    """Measure A B A B …, and return the samples of each."""
    samples: list[list[T]] = [[] for _ in measures]
    for _ in range(rounds):
        for measure, found in zip(measures, samples, strict=True):
            found.append(await measure())
    return samples


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that at least this share of them does not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-round(share * 1000) * len(ordered) // 1000) - 1)]

"""When so much is poison that the fault is not in the events, the consumer stops by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from libs.common.core.supervisor import NeedsAPerson

WINDOW = 1_000
SHARE = 0.5


class TooMuchPoison(NeedsAPerson):
    """Most of what was read last cannot be applied: stop before all is a dead letter.

    The wrong version runs, or the publisher is broken. Nothing is lost: the position stays before
    the batch that was too much, and a version that can read it goes on from there.
    """

    reason = "too-much-poison"


@dataclass(frozen=True)
class CircuitBreaker:
    """How much of the last ``window`` records or more was poison, batch by batch.

    It counts from the start of the process, or from a person's command after it stopped: each may
    make as many dead letters again, up to a window.
    """

    window: int = WINDOW
    most: float = SHARE
    batches: Sequence[tuple[int, int]] = ()

    @property
    def share(self) -> float:
        """The share of poison, from 0 to 1."""
        return sum(poison for _, poison in self.batches) / max(1, self._records)

    @property
    def _records(self) -> int:
        return sum(records for records, _ in self.batches)

    def after(self, records: int, poison: int) -> "CircuitBreaker":
        """Return the breaker with one more batch counted, or raise TooMuchPoison."""
        batches = [*self.batches, (records, poison)]
        total = self._records + records
        while total - batches[0][0] >= self.window:
            total -= batches.pop(0)[0]
        counted = CircuitBreaker(self.window, self.most, batches)
        if total >= self.window and counted.share > self.most:
            raise TooMuchPoison(f"{counted.share:.0%} of the last {total} records")
        return counted

"""What a section of the soak counts, and what it failed at."""

import asyncio
import os
import traceback
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

AT_ONCE = 3
"""Trials side by side: most of a trial is waiting."""


def number(variable: str, default: int) -> int:
    """Return a count from the environment."""
    return int(os.environ.get(variable, default))


@dataclass
class Tally:
    """What one section did."""

    section: str
    trials: int = 0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    async def take(self, name: str, trial: Coroutine[Any, Any, Any]) -> Any:
        """Carry out one trial and note how it ended."""
        self.trials += 1
        try:
            return await trial
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - it is what is counted
            self.failures.append(f"{name}: {type(error).__name__}")
            traceback.print_exc()
            return None

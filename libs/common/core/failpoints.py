"""Named points at which a test makes this process fail; without FAILPOINT they do nothing.

``FAILPOINT=name:action:nth`` arms one: the nth time the process comes to the point it is killed
(``kill``: SIGKILL, nothing is tidied), the code there fails (``raise``), or it stays there for a
while (``pause``: long enough for a client to go away or a test to kill the process).
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from typing import Final, Literal, get_args

PAUSE_SECONDS: Final = 1.0

Action = Literal["kill", "raise", "pause"]

NAMES: Final = frozenset(
    {
        "write.before-begin",
        "write.rows-written",
        "write.journal-written",
        "write.before-commit",
        "write.committed",
        "write.answering",
        "relay.selected",
        "relay.sent",
        "relay.acknowledged",
        "relay.moved",
        "relay.committed",
        "consumer.fetched",
        "consumer.moved",
        "consumer.half-applied",
        "consumer.dead-lettered",
        "consumer.before-commit",
        "consumer.committed",
        "backfill.before-commit",
        "rebuild.half-read",
        "rebuild.before-swap",
        "rebuild.swapped",
        "migration.before-commit",
        "reconcile.before-commit",
    }
)
"""Every point there is, so that a misspelt one is refused instead of never reached."""


class Failed(OSError):
    """What an armed point raises: a failure of the surroundings, which may pass."""


@dataclass
class Armed:
    """One point that is to fail, and how often it was passed."""

    name: str
    action: Action
    nth: int
    passed: int = 0

    @classmethod
    def parse(cls, text: str) -> "Armed":
        """Read ``name:action:nth``; raises ValueError."""
        name, action, nth = text.split(":")
        if name not in NAMES or action not in get_args(Action) or not nth.isdecimal():
            raise ValueError("FAILPOINT is name:action:nth, of a point and an action that exist")
        return cls(name, action, int(nth))  # type: ignore[arg-type]  # checked just above

    async def reach(self) -> None:
        """Come to the point."""
        self.passed += 1
        if self.passed != self.nth:
            return
        match self.action:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "raise":
                raise Failed(self.name)
            case "pause":
                await asyncio.sleep(PAUSE_SECONDS)


_armed = Armed.parse(os.environ["FAILPOINT"]) if os.environ.get("FAILPOINT") else None


def arm(text: str | None) -> None:
    """Arm a point in this process, or none."""
    global _armed  # noqa: PLW0603 - one switch for the process
    _armed = Armed.parse(text) if text else None


async def failpoint(name: str) -> None:
    """Mark a point in the code."""
    if _armed is not None and _armed.name == name:
        await _armed.reach()

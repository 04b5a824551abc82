"""Named points at which a test makes this process fail; without FAILPOINT they do nothing.

``FAILPOINT=name:action:nth`` arms one: the nth time the process comes to the point it is killed
(``kill``: SIGKILL, nothing is tidied), the code there fails (``raise``), or it stays there for a
while (``pause``: long enough for a client to go away or a test to kill the process).
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from typing import Final

PAUSE_SECONDS: Final = 1.0

ACTIONS: Final = frozenset({"kill", "raise", "pause"})

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
    """One point that is to fail, and how often it is passed until then."""

    name: str
    action: str
    left: int


_armed: Armed | None = None


def arm(text: str | None) -> None:
    """Arm the point ``name:action:nth`` in this process, or none; raises ValueError."""
    global _armed  # noqa: PLW0603 - one switch for the process
    _armed = None
    if text:
        name, action, nth = text.split(":")
        if name not in NAMES or action not in ACTIONS or not nth.isdecimal():
            raise ValueError("FAILPOINT is name:action:nth, of a point and an action that exist")
        _armed = Armed(name, action, int(nth))


async def failpoint(name: str) -> None:
    """Mark a point in the code."""
    if _armed is None or _armed.name != name:
        return
    _armed.left -= 1
    if _armed.left:
        return
    match _armed.action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise Failed(name)
        case "pause":
            await asyncio.sleep(PAUSE_SECONDS)


arm(os.environ.get("FAILPOINT"))

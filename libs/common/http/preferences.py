"""How long a caller prefers to wait rather than be told to come again (RFC 7240)."""

import re
from typing import Final

LONGEST_WAIT: Final = 5
"""Seconds that a reader may have us wait: for an import to end, or for a place."""
WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?([0-9]{1,4})\"?\s*(?:$|[,;])")


def preferred_wait(prefer: str | None) -> int | None:
    """Return the seconds in a Prefer header, at most `LONGEST_WAIT`; None where there are none."""
    asked = WAIT.search(prefer or "")
    return min(int(asked.group(1)), LONGEST_WAIT) if asked else None

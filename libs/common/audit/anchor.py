"""The outside anchor: heads of the chain kept in a file, so that a cut end of it shows."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from libs.common.audit.chain import Head

_PRIVATE: Final = 0o600


class AnchorUnreadable(Exception):
    """The file of heads, or a line of it, cannot be read."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """A head as it was written down, and when."""

    head: Head
    at: str


@dataclass(frozen=True)
class Anchors:
    """One service's file of heads: a JSON line each, only ever appended to, synced to the disk."""

    service: str
    path: Path

    def write(self, head: Head) -> None:
        """Append a head. A line that a crash left unfinished stays a line of its own."""
        line = {
            "service": self.service,
            "seal": head.seal,
            "mac": head.mac.hex(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.path, flags, _PRIVATE)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            unfinished = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            file.write(b"\n" * unfinished + json.dumps(line).encode() + b"\n")
            os.fsync(descriptor)

    def read(self) -> list[Anchored]:
        """Return every head written down, oldest first; raises AnchorUnreadable."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError:
            raise AnchorUnreadable("the heads' file cannot be read") from None
        return [self._read_line(number, line) for number, line in enumerate(lines, 1)]

    def _read_line(self, number: int, line: bytes) -> Anchored:
        try:
            found = json.loads(line)
            head = Head(int(found["seal"]), bytes.fromhex(found["mac"]))
            of_ours = found["service"] == self.service
            at = str(found["at"])
        except (ValueError, TypeError, KeyError):
            of_ours = False
        if not of_ours:
            raise AnchorUnreadable(f"line {number} of the heads' file is no head of this service")
        return Anchored(head, at)

"""strace, by which tests make a disk fail: whether it is here, and may trace."""

from __future__ import annotations

import os
import subprocess


def is_usable() -> bool:
    """Trace a process that does nothing, to see whether that works."""
    command = ["strace", "-f", "-o", os.devnull, "true"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False

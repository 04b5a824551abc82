"""Files that say which process is ours, so that a later command can stop it and no other."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Final

_PAUSE: Final = 0.05
_PATIENCE: Final = 20.0


def write(file: Path, pid: int) -> None:
    """Note a process that was just started."""
    file.write_text(f"{pid} {_started(pid) or ''}")


def is_alive(file: Path) -> bool:
    """Whether the process a file names still runs."""
    return _pid(file) is not None


def stop(file: Path, stop_signal: int) -> None:
    """Stop the process a file names, kill it if that takes too long, and remove the file."""
    deadline = time.monotonic() + _PATIENCE
    pid = _pid(file)
    _send(pid, stop_signal)
    while _pid(file) is not None:
        if time.monotonic() > deadline:
            _send(pid, signal.SIGKILL)
        time.sleep(_PAUSE)
    file.unlink(missing_ok=True)


def _send(pid: int | None, number: int) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _pid(file: Path) -> int | None:
    """Return the number of the process, unless it is over or the number is another's by now."""
    number, _, started = file.read_text().partition(" ") if file.exists() else ("", "", "")
    if not number.isdigit() or _started(int(number)) != started:
        return None
    return int(number)


def _started(pid: int) -> str | None:
    """Return when a process started, in the system's own measure, or None if it is over."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return _started_on_linux(pid) if Path("/proc/self/stat").exists() else ""
    return None


def _started_on_linux(pid: int) -> str | None:
    try:
        # The name of the program stands in brackets and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]

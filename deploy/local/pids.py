"""Files that say which process is ours, so that a later command can stop it and no other.

Each is locked by its process, which inherits the open file: the lock ends with the process, however
that ends, so a number that is another's by now is never taken for ours.
"""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

_PAUSE: Final = 0.05
_PATIENCE: Final = 20.0


@contextmanager
def locked(file: Path) -> Iterator[IO[str]]:
    """Make a file for a process to inherit and to hold; its number is to be written into it."""
    file.unlink(missing_ok=True)
    with file.open("w") as noted:
        fcntl.flock(noted, fcntl.LOCK_EX)
        yield noted


def is_alive(file: Path) -> bool:
    """Whether the process a file names still runs."""
    with contextlib.suppress(FileNotFoundError), file.open() as noted:
        try:
            fcntl.flock(noted, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def stop(file: Path, stop_signal: int) -> None:
    """Stop the process a file names, kill it if that takes too long, and remove the file."""
    deadline = time.monotonic() + _PATIENCE
    _send(file, stop_signal)
    while is_alive(file):
        if time.monotonic() > deadline:
            _send(file, signal.SIGKILL)
        time.sleep(_PAUSE)
    file.unlink(missing_ok=True)


def _send(file: Path, number: int) -> None:
    if is_alive(file):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(file.read_text()), number)

"""What a process writes to its log, as lines of JSON."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from libs.common.observability.logs import configure


class Stream(io.StringIO):
    """Where the lines go in a test."""

    def lines(self) -> list[dict[str, Any]]:
        """Return every line."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def line(self) -> dict[str, Any]:
        """Return the one line there is."""
        (only,) = self.lines()
        return only


@contextmanager
def written_logs() -> Iterator[Stream]:
    """Have everything that is logged written to the stream, as in a process of referral's."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    stream = Stream()
    configure("referral", "INFO", stream)
    try:
        yield stream
    finally:
        logging.captureWarnings(capture=False)
        logging.getLogger("uvicorn.access").disabled = False
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.raiseExceptions = raising
        sys.excepthook, threading.excepthook = hooks

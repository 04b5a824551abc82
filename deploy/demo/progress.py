"""Says how much of the fictional county is loaded and what is left: a bar, or plain lines."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from deploy.demo.load import Report

LINE_EVERY_SECONDS = 5.0
"""How often a line says how far the load is, where there is no terminal for a bar."""


@contextmanager
def reporting() -> Iterator[Report]:
    """Show it on the standard error stream: as a bar where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (
        TextColumn("{task.description:32}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("loading the fictional county", total=None)
        yield lambda what, sent, of: progress.update(
            task, description=what, completed=sent, total=of
        )


class Lines:
    """Says every few seconds, and at the end, how far the load is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._said = clock()

    def __call__(self, what: str, sent: int, of: int) -> None:
        """Take how many records of how many there are by now, and what is sent just now."""
        now = self._clock()
        if now - self._said < LINE_EVERY_SECONDS and sent < of:
            return
        self._said = now
        left = (now - self._began) / sent * (of - sent)
        line = f"loading the fictional county: {sent:,} of {of:,} records ({sent * 100 // of}%)"
        rest = f"{of - sent:,} left, about {left:.0f} s" if sent < of else "all sent"
        print(f"{line}, {rest}; {what}", file=sys.stderr, flush=True)

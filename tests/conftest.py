"""What every test can ask for."""

import gc
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path

import pytest

from deploy.local import outside, postgres, strace
from deploy.services import SERVICES
from libs.common.runtime.manifest import Service
from tests.worlds import EMBEDDED, REAL, World, world_of

WORLDS = [EMBEDDED, pytest.param(REAL, marks=pytest.mark.real)]


def _has_kafka() -> bool:
    return os.environ.get("WORLD_BROKER_KIND") != "mock"


NEEDED: dict[str, tuple[str, Callable[[], bool]]] = {
    "true_broker": ("Apache Kafka", _has_kafka),
    "tls": ("PostgreSQL with TLS", postgres.speaks_tls),
    "traced": ("strace", strace.is_usable),
    "node": ("Node with its checkers", outside.has_node),
    "browser": ("Chromium", outside.has_chromium),
}
"""What a test's mark says it needs: what that is called, and whether it is there."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count, what cannot be shown without what is missing; begin with the longest.

    One that began last would keep one worker busy when the others have nothing left.
    """
    left_out = []
    lines = []
    for mark, (what, is_there) in NEEDED.items():
        if marked := _marked(items, mark):
            there = is_there()
            left_out += [] if there else marked
            how = "used" if there else f"missing, {len(marked)} tests left out"
            lines.append(f"{what}: {how}")
    _say(lines)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    items[:] = _dealt(items, workers)


def _dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Have each worker begin with a share of the long ones: it gets as many items as the others."""
    long = [item for item in items if item.get_closest_marker("long")]
    others = iter([item for item in items if item not in long])
    dealt: list[pytest.Item] = []
    for worker in range(workers):
        size = (len(items) - len(dealt)) // (workers - worker)
        first = long[len(long) * worker // workers : len(long) * (worker + 1) // workers]
        dealt += [*first, *islice(others, max(0, size - len(first)))]
    return dealt


def _marked(items: list[pytest.Item], mark: str) -> list[pytest.Item]:
    return [item for item in items if item.get_closest_marker(mark)]


def _say(lines: Sequence[str]) -> None:
    """Have the run end with lines: each of its processes comes to the same ones."""
    if notes := os.environ.get("WORLD_NOTES"):
        Path(notes).write_text("".join(f"{line}\n" for line in lines))


@pytest.fixture(params=WORLDS, scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """Return which world a test runs in: each test that asks runs in both."""
    if request.param == REAL:
        assert "POSTGRES_URL" in os.environ, "the real world is started by `make test`"
    return str(request.param)


@pytest.fixture
def at_work() -> Sequence[Service]:
    """Return the services at work: all four, unless a module says which it needs."""
    return SERVICES


@pytest.fixture
async def world(kind: str, tmp_path: Path, at_work: Sequence[Service]) -> AsyncIterator[World]:
    """Services at work, in either world."""
    async with world_of(kind, tmp_path, at_work) as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the time went, as the table in CONTRIBUTING does."""
    seconds: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for one in reports:
            if isinstance(one, pytest.TestReport):
                folders = one.nodeid.partition("::")[0].split("/")[1:-1]
                seconds["/".join(folders[:2])] += one.duration
    terminalreporter.section("worker-seconds by folder of tests")
    for folder, spent in sorted(seconds.items(), key=itemgetter(1), reverse=True):
        terminalreporter.line(f"{spent:6.0f}  {folder}")
    terminalreporter.line(f"{sum(seconds.values()):6.0f}  in all")


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of every later look through the heap, as a service does."""
    gc.collect()
    gc.freeze()

"""Runs of the whole machinery under faults of a seed; after each, the promises are checked."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.checks import faults_of
from tests.simulation.world import Parts, Simulator

COUNT = int(os.environ.get("SIMULATIONS", "40"))
FIRST = os.environ.get("SIMULATION_SEED")
SEEDS = [int(FIRST)] if FIRST else range(COUNT)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    memory = Path("/dev/shm")  # noqa: S108 - where a sync costs nothing
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Simulator(Path(folder))


@pytest.mark.timeout(0)
def test_every_promise_holds_after_every_run(simulator: Simulator) -> None:
    broken = {}
    for seed in SEEDS:
        if wrong := faults_of(simulator.simulate(seed, Parts())):
            broken[seed] = wrong
    assert broken == {}, "replay one with SIMULATION_SEED"


def test_a_seed_replays_its_run_exactly(simulator: Simulator) -> None:
    first, second = (simulator.simulate(7, Parts()).around.trace for _ in range(2))
    assert len(first) > 100
    assert first == second

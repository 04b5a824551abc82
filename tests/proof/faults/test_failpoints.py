"""A process that fails at any named point loses nothing, and does nothing twice.

`make soak` tries every point in every way in both worlds.
"""

from pathlib import Path

import pytest

from libs.common.core.failpoints import NAMES
from tests.proof.faults.trial import Trial, run
from tests.worlds import EMBEDDED, REAL

POINTS = sorted(name for name in NAMES if name.split(".")[0] in {"write", "relay", "consumer"})
AT_THE_SERVERS = {
    "write.before-commit",
    "write.committed",
    "relay.sent",
    "relay.acknowledged",
    "consumer.moved",
    "consumer.committed",
}
"""Where it is the database or the bus that decides what a kill leaves behind."""
KILLED = [
    *((EMBEDDED, name) for name in POINTS),
    *(pytest.param(REAL, name, marks=pytest.mark.real) for name in sorted(AT_THE_SERVERS)),
]
NOT_SIMULATED = ["consumer.parked", "write.answering"]
"""Where neither a statement nor the bus is at work: their failures are the simulation's."""


@pytest.mark.parametrize(("kind", "name"), KILLED)
async def test_a_process_killed_anywhere_keeps_every_promise(
    kind: str, tmp_path: Path, name: str
) -> None:
    assert await run(Trial(name, "kill", 0), kind, tmp_path), "the point was reached"


@pytest.mark.parametrize("name", NOT_SIMULATED)
async def test_a_failure_is_got_over(tmp_path: Path, name: str) -> None:
    await run(Trial(name, "raise", 0), EMBEDDED, tmp_path)

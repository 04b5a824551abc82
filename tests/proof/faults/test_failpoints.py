"""A process that fails at any named point loses nothing, and does nothing twice."""

from pathlib import Path

import pytest

from libs.common.core.failpoints import NAMES
from tests.proof.faults.trial import Trial, run

POINTS = sorted(name for name in NAMES if name.split(".")[0] in {"write", "relay", "consumer"})


@pytest.mark.parametrize("name", POINTS)
async def test_a_process_killed_anywhere_keeps_every_promise(
    kind: str, tmp_path: Path, name: str
) -> None:
    assert await run(Trial(name, "kill", 0), kind, tmp_path), "the point was reached"


@pytest.mark.parametrize("name", POINTS)
async def test_a_failure_anywhere_is_got_over(tmp_path: Path, name: str) -> None:
    await run(Trial(name, "raise", 0), "embedded", tmp_path)

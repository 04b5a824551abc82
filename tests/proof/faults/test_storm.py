"""A storm of callers loses nothing, doubles nothing, and is refused rather than let in."""

from pathlib import Path

from tests.proof.faults.storm import storm


async def test_a_storm_leaves_every_promise_kept(kind: str, tmp_path: Path) -> None:
    obedient, disobedient = await storm(kind, 4, 1, tmp_path)
    assert obedient > 0
    assert disobedient > obedient, "who does not wait is refused more often"

"""A rebuild that is killed leaves the read model as it was or wholly new, and can be repeated."""

from pathlib import Path

import pytest

from tests.proof.faults.rebuilding import POINTS, killed_at


@pytest.mark.parametrize("point", POINTS)
async def test_a_killed_rebuild_leaves_the_old_or_the_new(
    kind: str, tmp_path: Path, point: str
) -> None:
    await killed_at(point, kind, 1, tmp_path)

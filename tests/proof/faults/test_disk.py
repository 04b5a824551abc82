"""A full disk keeps commands out, one that fails ends the process; neither tears or loses."""

from pathlib import Path

import pytest

from tests.proof.faults.disk import BROKEN, FULL, KILLED, SCENARIOS
from tests.proof.faults.tracing import SYNCS, Fault

pytestmark = pytest.mark.traced

FULL_FROM = [Fault("pwrite64", FULL, nth, lasting=True) for nth in (1, 12)]
FULL_ONCE = [Fault("pwrite64", FULL, 31)]
UNSYNCED = [Fault(SYNCS, BROKEN, nth) for nth in (1, 3)]
KILLS = [Fault("pwrite64", KILLED, nth) for nth in (5, 40)]

CASES = [
    *(("serving", fault) for fault in (*FULL_FROM, *FULL_ONCE, *UNSYNCED, *KILLS)),
    *(("swapping", Fault("pwrite64", how, 40)) for how in (FULL, KILLED)),
    ("swapping", Fault(SYNCS, BROKEN, 1)),
    *(("migrating", Fault("pwrite64", how, 5)) for how in (FULL, KILLED)),
    ("migrating", Fault(SYNCS, BROKEN, 2)),
]
"""A few of the indices; `make soak` takes them all."""


@pytest.mark.parametrize(("scenario", "fault"), CASES, ids=str)
async def test_a_disk_that_fails_loses_nothing_and_tears_nothing(
    tmp_path: Path, scenario: str, fault: Fault
) -> None:
    assert await SCENARIOS[scenario](fault, tmp_path), "the disk did fail"

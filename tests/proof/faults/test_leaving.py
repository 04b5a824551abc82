"""A command whose caller goes away, or that is cancelled, is done or not; nothing stays held."""

from pathlib import Path

from tests.proof.faults.leaving import MOMENTS, callers_leave, requests_cancelled

CANCELS = 30


async def test_a_caller_may_leave_at_any_moment(kind: str, tmp_path: Path) -> None:
    await callers_leave(kind, MOMENTS, 1, tmp_path)


async def test_a_command_may_be_cancelled_wherever_it_waits(kind: str, tmp_path: Path) -> None:
    assert await requests_cancelled(kind, CANCELS, 2, tmp_path) > CANCELS / 5, "some were cut short"

"""A register is vouched for once its month is over, and not ahead."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from libs.common.core.clock import FixedClock
from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.feedback.commands import CheckRegister, check_register
from services.survey.service import SERVICE
from tests.unit.refused import refused
from tests.worlds import request_context, units_of

NOW = datetime(2019, 5, 31, 23, 0, tzinfo=UTC)
"""Midnight in London: 1 June begins."""
EARLY, LATER = "before-month-end", "in-the-future"


@pytest.fixture
async def in_june(tmp_path: Path) -> AsyncIterator[Units]:
    """Return units of work on 1 June 2019."""
    async with units_of(tmp_path, SERVICE, FixedClock(NOW)) as units:
        yield units


async def _check(units: Units, month: str, checked_on: str) -> tuple[str, int]:
    said = {"kind": "complaints", "month": month, "checked_on": checked_on}
    async with units.work(request_context()) as uow:
        _, done = await check_register(uow, CheckRegister.model_validate(said))
        return done.outcome, uow.emitted


@pytest.mark.parametrize(
    ("month", "checked_on", "codes"),
    [
        ("2019-05", "2019-05-31", []),
        ("2019-05", "2019-06-01", []),  # today in London
        ("2019-05", "2019-06-02", [LATER]),
        ("2019-06", "2019-06-01", [EARLY]),
        ("2019-06", "2019-06-30", [LATER]),
        ("2150-08", "2019-06-02", [EARLY, LATER]),
    ],
)
async def test_a_register_is_checked_after_its_month_and_not_in_the_future(
    in_june: Units, month: str, checked_on: str, codes: list[str]
) -> None:
    if not codes:
        assert await _check(in_june, month, checked_on) == ("created", 1)
        return
    with pytest.raises(Rejected) as refusal:
        await _check(in_june, month, checked_on)
    faults = [(one.code, one.pointer) for one in refusal.value.errors]
    assert faults == [(code, "/checked_on") for code in codes]


async def test_a_register_is_checked_once_for_a_month(in_june: Units) -> None:
    assert await _check(in_june, "2019-04", "2019-05-02") == ("created", 1)
    assert await _check(in_june, "2019-04", "2019-05-02") == ("unchanged", 0)
    with refused(AlreadyRecorded, "/checked_on"):
        await _check(in_june, "2019-04", "2019-05-03")

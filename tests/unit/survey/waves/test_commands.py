"""What a wave may be drafted as, and a draft that is recorded again."""

from typing import Any

import pytest

from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.waves.commands import DraftWave, draft_wave
from tests.unit.refused import refused
from tests.unit.survey.calls import a_wave
from tests.worlds import request_context


async def _draft(units: Units, audience: str = "children", **other: Any) -> str:
    command = DraftWave.model_validate(a_wave(audience, **other))
    async with units.work(request_context()) as uow:
        return (await draft_wave(uow, command))[1].outcome


@pytest.mark.parametrize(
    ("faulty", "pointers"),
    [
        ({"academic_year": "2018-20"}, ["/academic_year"]),
        ({"questionnaire": "schools"}, ["/audience"]),
        ({"closes_on": "2019-05-13"}, ["/closes_on"]),
        ({"questionnaire_version": 9}, ["/questionnaire"]),
        ({"questionnaire": "nothing"}, ["/questionnaire"]),
        (
            {"academic_year": "2018-20", "questionnaire": "schools", "closes_on": "2019-05-13"},
            ["/academic_year", "/audience", "/closes_on"],
        ),
    ],
    ids=str,
)
async def test_a_wave_is_checked_whole(
    units: Units, faulty: dict[str, Any], pointers: list[str]
) -> None:
    with refused(Rejected, *pointers):
        await _draft(units, **faulty)
    assert await _draft(units, closes_on="2019-05-14") == "created"


@pytest.mark.parametrize(
    "other",
    [
        {"academic_year": "2017-18"},
        {"issued_on": "2019-05-15"},
        {"closes_on": "2019-06-27"},
        {"grace_days": 2},
    ],
    ids=str,
)
async def test_the_same_draft_again_changes_nothing_and_another_conflicts(
    units: Units, other: dict[str, Any]
) -> None:
    assert await _draft(units) == "created"
    assert await _draft(units) == "unchanged"
    with refused(AlreadyRecorded, f"/{next(iter(other))}"):
        await _draft(units, **other)

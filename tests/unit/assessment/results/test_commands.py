"""Corrections: made once each, whatever was corrected since, and undone only expressly."""

from typing import Any

import pytest
from pydantic import ValidationError

from libs.common.persistence.uow import Units
from services.assessment.results.commands import (
    CorrectResult,
    VoidResult,
    correct_result,
    void_result,
)
from services.assessment.results.domain import Result, ResultVoid
from tests.unit.assessment.made import RESULT, a_result, know
from tests.unit.refused import refused
from tests.worlds import request_context

FIRST = {
    "position": "Y1.3",
    "assessed_on": "2019-06-17",
    "moderated": True,
    "reason": "entry-error",
}
LATER = FIRST | {"position": "Y1.5"}
BACK = FIRST | {"position": "Y1.2", "reason": "re-baselined"}


@pytest.fixture
async def recorded(units: Units) -> Units:
    """Return units of work on a result."""
    await know(units)
    async with units.work(request_context()) as uow:
        uow.add(a_result())
    return units


async def _correct(units: Units, said: dict[str, Any]) -> str:
    """Correct as an import does, which names no version."""
    async with units.work(request_context()) as uow:
        _, done = await correct_result(uow, RESULT, CorrectResult.model_validate(said))
        assert uow.emitted == (done.outcome == "updated")
    return done.outcome


async def _correct_expressly(units: Units, said: dict[str, Any]) -> str:
    """Correct as a person does, who names the version they read."""
    async with units.work(request_context()) as uow:
        version = (await uow.get(Result, RESULT)).row_version
        command = CorrectResult.model_validate(said)
        return (await correct_result(uow, RESULT, command, version))[1].outcome


async def _position(units: Units) -> str:
    async with units.read(request_context()) as read:
        return (await read.get(Result, RESULT)).position


async def test_an_import_sent_again_undoes_no_later_correction(recorded: Units) -> None:
    assert await _correct(recorded, FIRST) == "updated"
    assert await _correct_expressly(recorded, LATER) == "updated"
    assert await _correct(recorded, FIRST) == "unchanged"
    assert await _position(recorded) == "Y1.5"


async def test_corrections_sent_again_change_nothing(recorded: Units) -> None:
    said = FIRST, LATER, BACK
    assert [await _correct(recorded, one) for one in said] == ["updated"] * 3
    assert [await _correct(recorded, one) for one in said] == ["unchanged"] * 3
    assert await _position(recorded) == "Y1.2"


@pytest.mark.parametrize(
    "other",
    [{"reason": "re-baselined"}, {"assessed_on": "2019-06-18"}, {"moderated": False}],
    ids=str,
)
async def test_another_correction_to_an_earlier_position_is_made(
    recorded: Units, other: dict[str, Any]
) -> None:
    await _correct(recorded, FIRST)
    await _correct(recorded, LATER)
    assert await _correct(recorded, FIRST | other) == "updated"
    assert await _position(recorded) == "Y1.3"


async def test_who_names_the_version_goes_back_to_an_earlier_reading(recorded: Units) -> None:
    for said in (FIRST, LATER, FIRST):
        assert await _correct_expressly(recorded, said) == "updated"
    assert await _position(recorded) == "Y1.3"


async def test_a_correction_of_a_void_result_sent_again_changes_nothing(recorded: Units) -> None:
    await _correct(recorded, FIRST)
    await _correct(recorded, LATER)
    void = VoidResult(reason="wrong-child")
    for outcome in ("updated", "unchanged"):
        async with recorded.work(request_context()) as uow:
            assert (await void_result(uow, RESULT, void))[1].outcome == outcome
    assert await _correct(recorded, FIRST) == "unchanged"
    with refused(ResultVoid):
        await _correct(recorded, FIRST | {"position": "Y1.4"})


@pytest.mark.parametrize("reason", ["Testa.Alderfield", "A123456789012", ""])
def test_why_a_result_is_corrected_or_void_is_one_of_few_codes(reason: str) -> None:
    for command, said in ((CorrectResult, FIRST), (VoidResult, {})):
        with pytest.raises(ValidationError, match="reason"):
            command.model_validate({**said, "reason": reason})


def test_a_correction_and_a_voiding_have_reasons_of_their_own() -> None:
    with pytest.raises(ValidationError, match="reason"):
        CorrectResult.model_validate(FIRST | {"reason": "wrong-child"})
    with pytest.raises(ValidationError, match="reason"):
        VoidResult.model_validate({"reason": "re-baselined"})

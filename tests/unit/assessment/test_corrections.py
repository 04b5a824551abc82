"""Corrections: made once each, whatever was corrected since, and undone only expressly."""

from typing import Any

import pytest

from tests.journeys.casework import call
from tests.unit.assessment.conftest import RESULT, area, imported
from tests.worlds import World

URL = "/assessment/v1/results"
FIRST = {
    "position": "Y1.3",
    "assessed_on": RESULT["assessed_on"],
    "moderated": True,
    "reason": "entry-error",
}
LATER = FIRST | {"position": "Y1.5"}


async def _recorded(world: World) -> dict[str, Any]:
    """Return a row that corrects the result which is recorded."""
    answer = await call(world, "POST", URL, RESULT, headers=area(world))
    return {"assessment_id": answer.json()["assessment_id"], **FIRST}


async def _correct(world: World, row: dict[str, Any], correction: dict[str, Any]) -> None:
    url = f"{URL}/{row['assessment_id']}"
    version = {"If-Match": (await call(world, "GET", url)).headers["etag"]}
    answer = await call(world, "POST", f"{url}/corrections", correction, **version)
    assert answer.status_code == 200, answer.text


async def _position(world: World, row: dict[str, Any]) -> str:
    return str((await call(world, "GET", f"{URL}/{row['assessment_id']}")).json()["position"])


async def _outcomes(world: World, *rows: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in await imported(world, "corrections", *rows)]


async def test_an_import_sent_again_undoes_no_later_correction(taught: World) -> None:
    row = await _recorded(taught)
    assert await _outcomes(taught, row) == ["updated"]
    await _correct(taught, row, LATER)
    assert await _outcomes(taught, row) == ["unchanged"]
    assert await _position(taught, row) == "Y1.5"


async def test_corrections_of_one_file_sent_again_change_nothing(taught: World) -> None:
    row = await _recorded(taught)
    back = row | {"position": RESULT["position"], "reason": "re-baselined"}
    rows = row, row | LATER, back
    assert await _outcomes(taught, *rows) == ["updated"] * 3
    assert await _outcomes(taught, *rows) == ["unchanged"] * 3
    assert await _position(taught, row) == RESULT["position"]


@pytest.mark.parametrize(
    "other", [{"reason": "re-baselined"}, {"assessed_on": "2019-06-18"}, {"moderated": False}]
)
async def test_another_correction_to_an_earlier_position_is_made(
    taught: World, other: dict[str, Any]
) -> None:
    row = await _recorded(taught)
    await _outcomes(taught, row)
    await _correct(taught, row, LATER)
    assert await _outcomes(taught, row | other) == ["updated"]
    assert await _position(taught, row) == "Y1.3"


async def test_who_names_the_version_goes_back_to_an_earlier_reading(taught: World) -> None:
    row = await _recorded(taught)
    for correction in (FIRST, LATER, FIRST):
        await _correct(taught, row, correction)
    assert await _position(taught, row) == "Y1.3"


async def test_a_correction_of_a_void_result_sent_again_changes_nothing(taught: World) -> None:
    row = await _recorded(taught)
    await _outcomes(taught, row)
    await _correct(taught, row, LATER)
    void = {"assessment_id": row["assessment_id"], "reason": "wrong-child"}
    assert [one["outcome"] for one in await imported(taught, "voids", void)] == ["updated"]
    assert await _outcomes(taught, row, row | {"position": "Y1.4"}) == ["unchanged", "refused"]


@pytest.mark.parametrize("reason", ["Testa.Alderfield", "A123456789012", "wrong-child", ""])
async def test_why_a_result_is_corrected_is_one_of_few_codes(taught: World, reason: str) -> None:
    row = await _recorded(taught) | {"reason": reason}
    [outcome] = await imported(taught, "corrections", row)
    assert outcome["outcome"] == "refused"
    assert [fault["pointer"] for fault in outcome["faults"]] == ["/reason"]


@pytest.mark.parametrize("reason", ["Testa.Alderfield", "A123456789012", "re-baselined", ""])
async def test_why_a_result_is_void_is_one_of_few_codes(taught: World, reason: str) -> None:
    row = await _recorded(taught)
    void = {"assessment_id": row["assessment_id"], "reason": reason}
    [outcome] = await imported(taught, "voids", void)
    assert outcome["outcome"] == "refused"
    assert [fault["pointer"] for fault in outcome["faults"]] == ["/reason"]

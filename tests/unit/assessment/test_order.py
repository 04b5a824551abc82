"""Results may be typed in any order, newest first too: what is on record then is the same."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.assessment.results.commands import RecordResult, record_result
from services.assessment.results.domain import Result
from services.assessment.service import SERVICE
from services.assessment.windows.commands import SetWindows, set_windows
from tests.unit.assessment.made import CHILD, know
from tests.worlds import request_context, units_of

Order = Callable[[list[Any]], None]
CAME = (
    ("autumn", "2018-12-21", "P6"),
    ("spring", "2018-12-22", "P7"),
    ("spring", "2019-04-05", "P8"),
    ("summer", "2019-06-17", "P8"),
    ("summer", "2019-06-24", "Y1.1"),
)
ENDS = {"autumn_to": "2018-12-21", "spring_to": "2019-04-05", "summer_to": "2019-07-24"}


async def final_state(folder: Path, order: Order) -> Sequence[str]:
    """Return what is on record once all was typed in, in the order given."""
    async with units_of(folder, SERVICE) as units:
        await know(units)
        async with units.work(request_context()) as uow:
            await set_windows(uow, "2018-19", SetWindows.model_validate(ENDS))
        rows = list(enumerate(CAME))
        order(rows)
        for number, (term, day, position) in rows:
            told = {"term": term, "assessed_on": day, "position": position, "subject": "reading"}
            told |= {"reference": f"A{number}", "child_id": str(CHILD), "academic_year": "2018-19"}
            command = RecordResult.model_validate({**told, "moderated": True})
            async with units.work(request_context()) as uow:
                await record_result(uow, command)
        async with units.read(request_context()) as read:
            results = await read.chosen(select(Result).order_by(Result.reference))
            return [f"{one.reference} {one.term} {one.reading}" for one in results]


def in_folder(path: Path, name: str) -> Path:
    """Return a new folder."""
    (path / name).mkdir()
    return path / name


@pytest.mark.parametrize("order", [list.reverse, random.Random(1).shuffle])
async def test_the_order_of_typing_makes_no_difference(tmp_path: Path, order: Order) -> None:
    typed = await final_state(in_folder(tmp_path, "one"), lambda _: None)
    assert len(typed) == len(CAME)
    assert await final_state(in_folder(tmp_path, "other"), order) == typed

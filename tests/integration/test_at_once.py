"""Two commands at the same moment: what neither could know of the other still does not happen."""

import asyncio

from tests.journeys.casework import agreed, call, ready
from tests.worlds import World


async def test_a_child_has_one_open_case_though_two_are_opened_at_once(world: World) -> None:
    known = await ready(world)
    starts = [
        {
            "referral_id": await agreed(world, known["child"], reference),
            "staff_id": known["staff"],
            "started_on": "2018-10-01",
        }
        for reference in ("R1", "R2", "R3", "R4")
    ]
    answers = await asyncio.gather(
        *(call(world, "POST", "/referral/v1/cases", start) for start in starts)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    listed = await call(world, "GET", "/referral/v1/cases?as_of=2018-10-01")
    assert len(listed.json()["items"]) == 1

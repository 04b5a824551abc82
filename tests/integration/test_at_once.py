"""Two commands at the same moment: what neither could know of the other still does not happen."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.referral.commands.children import RecordChild, record_child
from services.referral.commands.known import Known
from services.survey.commands.waves import close_wave
from tests.journeys.casework import CHILD, agreed, call, ready
from tests.unit.survey.calls import a_response, get, issued_wave
from tests.worlds import World, asked


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


async def _sent(world: World, path: str, body: dict[str, Any], *, imported: bool) -> str:
    """Send a response, alone or as an import; return what became of it."""
    if not imported:
        answer = await call(world, "POST", f"/survey/v1{path}/responses", body)
        return str(answer.json().get("code", "created"))
    answer = await world.client.post(
        "/survey/v1/imports?kind=responses&mode=commit",
        content=json.dumps({**body, "wave_id": path.rpartition("/")[2]}),
        headers=world.as_() | {"Content-Type": "application/x-ndjson"},
    )
    outcome = answer.json()["outcomes"][0]
    return str(outcome.get("code") or outcome["outcome"])


@pytest.mark.parametrize("imported", [False, True], ids=["alone", "imported"])
async def test_no_response_slips_in_beside_the_close_of_its_wave(
    world: World, imported: bool
) -> None:
    path = await issued_wave(world, [uuid4()])
    version = int((await get(world, path)).headers["ETag"].strip('"'))
    body = a_response("Q1", "C0", "yes")
    async with world.system.running["survey"].units.work(asked()) as uow:
        await close_wave(uow, UUID(path.rpartition("/")[2]), version)
        await uow.flush()
        sending = asyncio.create_task(_sent(world, path, body, imported=imported))
        await asyncio.wait({sending}, timeout=0.5)  # it would be done, did it not wait for us
    assert await sending == "wave-is-closed"
    assert (await get(world, f"{path}/progress")).json()["returned"] == 0


async def test_the_newer_of_two_pushes_at_once_has_the_last_word(world: World) -> None:
    """The older one changes a plan alone, and so leaves the child's own row as it was."""
    await ready(world)
    plan: dict[str, Any] = CHILD["plans"][0]  # type: ignore[index]  # a list of one
    older = {**CHILD, "plans": [{**plan, "review_due_on": "2019-01-10"}]}
    newer = {**older, "effective_on": "2019-02-01"}
    newer["plans"] = [{**plan, "review_due_on": "2020-01-10"}]
    url = "/referral/v1/children/by-reference/county/C1"
    async with world.system.running["referral"].units.work(asked()) as uow:
        held = await (await Known.of(uow)).child("county", "C1")
        sending = asyncio.create_task(call(world, "PUT", url, newer))
        await asyncio.wait({sending}, timeout=0.5)  # it would be done, did it not wait for us
        child, _ = await record_child(uow, "county", "C1", RecordChild.model_validate(older))
        assert child is held
    answer = await sending
    assert answer.status_code == 200, answer.text
    shown = (await call(world, "GET", f"/referral/v1/children/{child.id}")).json()
    assert [one["review_due_on"] for one in shown["plans"]] == ["2020-01-10"]

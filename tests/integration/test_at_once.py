"""Two commands at the same moment: what neither could know of the other still does not happen."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from libs.common.persistence import tables
from libs.common.runtime.manifest import Service
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child
from services.referral.referrals.domain import Referral
from services.referral.service import SERVICE as REFERRAL
from services.survey.service import SERVICE as SURVEY
from services.survey.waves.commands import close_wave
from tests.imports import imported
from tests.journeys.casework import CHILD, call, opened, ready, referred, who_reviews
from tests.unit.survey.calls import a_response, get, issued_wave
from tests.worlds import World, request_context


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL, SURVEY]


async def test_a_child_has_one_open_case_though_two_are_opened_at_once(world: World) -> None:
    known = await ready(world)
    asked = [await referred(world, known["child"], f"R{number}") for number in range(1, 5)]
    async with world.database("referral").writing() as connection:  # since then one is at most
        await connection.execute(update(Referral).values(state="agreed"))
    starts = [
        {"referral_id": id_, "staff_id": known["staff"], "started_on": "2018-10-01"}
        for id_ in asked
    ]
    answers = await asyncio.gather(
        *(call(world, "POST", "/referral/v1/cases", start) for start in starts)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    listed = await call(world, "GET", "/referral/v1/cases?as_of=2018-10-01")
    assert len(listed.json()["items"]) == 1


async def _sent(world: World, path: str, body: dict[str, Any], *, in_bulk: bool) -> str:
    """Send a response, alone or as an import; return what became of it."""
    if not in_bulk:
        answer = await call(world, "POST", f"/survey/v1{path}/responses", body)
        return str(answer.json().get("code", "created"))
    row = {**body, "wave_id": path.rpartition("/")[2]}
    [outcome] = (await imported(world, "survey/responses", [row]))["outcomes"]
    return str(outcome.get("code") or outcome["outcome"])


@pytest.mark.parametrize("in_bulk", [False, True], ids=["alone", "imported"])
async def test_no_response_slips_in_beside_the_close_of_its_wave(
    world: World, in_bulk: bool
) -> None:
    path = await issued_wave(world, [uuid4()])
    version = int((await get(world, path)).headers["ETag"].strip('"'))
    body = a_response("Q1", "C0", "yes")
    async with world.system.running["survey"].units.work(request_context()) as uow:
        await close_wave(uow, UUID(path.rpartition("/")[2]), version)
        await uow.flush()
        sending = asyncio.create_task(_sent(world, path, body, in_bulk=in_bulk))
        await asyncio.wait({sending}, timeout=0.5)  # it would be done, did it not wait for us
    assert await sending == "wave-is-closed"
    assert (await get(world, f"{path}/progress")).json()["returned"] == 0


async def test_of_a_recipients_responses_sent_at_once_one_counts(world: World) -> None:
    """Which does is decided over all of them, each after the one before (domain brief 13.4)."""
    path = await issued_wave(world, [uuid4()])
    sent = [
        a_response(f"Q{day}", "C0", "yes", received_at=f"2019-06-{day}T12:00:00+01:00")
        for day in (20, 21, 22, 23)
    ]
    sending = (_sent(world, path, body, in_bulk=day % 2 == 0) for day, body in enumerate(sent))
    assert set(await asyncio.gather(*sending)) == {"created"}
    progress = (await get(world, f"{path}/progress")).json()
    assert (progress["returned"], progress["counted"], progress["duplicate"]) == (4, 1, 3)
    listed = (await get(world, f"{path}/responses")).json()["items"]
    counted = [one["reference"] for one in listed if one["standing"] == "counted"]
    assert counted == ["Q20"]


async def test_the_newer_of_two_pushes_at_once_has_the_last_word(world: World) -> None:
    """The older one changes a plan alone, and so leaves the child's own row as it was."""
    await ready(world)
    plan: dict[str, Any] = CHILD["plans"][0]  # type: ignore[index]  # a list of one
    older = {**CHILD, "plans": [{**plan, "review_due_on": "2019-01-10"}]}
    newer = {**older, "effective_on": "2019-02-01"}
    newer["plans"] = [{**plan, "review_due_on": "2020-01-10"}]
    url = "/referral/v1/children/by-reference/county/C1"
    async with world.system.running["referral"].units.work(request_context()) as uow:
        held = await uow.find(Child, lock="update", scheme="county", reference="C1")
        sending = asyncio.create_task(call(world, "PUT", url, newer))
        await asyncio.wait({sending}, timeout=0.5)  # it would be done, did it not wait for us
        child, _ = await record_child(uow, "county", "C1", RecordChild.model_validate(older))
        assert child is held
    answer = await sending
    assert answer.status_code == 200, answer.text
    shown = (await call(world, "GET", f"/referral/v1/children/{child.id}")).json()
    assert [one["review_due_on"] for one in shown["plans"]] == ["2020-01-10"]


async def test_sixteen_changes_of_one_row_at_once_make_one(world: World) -> None:
    """Each has a key of its own and names the version that all have read."""
    case = (await opened(world))["case"]
    url = f"/referral/v1/cases/{case}"
    read = (await call(world, "GET", url)).headers["ETag"]
    pause = {"paused_on": "2018-11-05", "reason": "child-unwell"}
    answers = await asyncio.gather(
        *(
            world.client.post(f"{url}/pause", json=pause, headers=world.as_() | {"If-Match": read})
            for _ in range(16)
        )
    )
    told = sorted((answer.status_code, answer.json().get("code")) for answer in answers)
    assert [status for status, _ in told].count(200) == 1, told
    assert {code for status, code in told if status != 200} <= {"changed-meanwhile", "case-paused"}
    last = int((await call(world, "GET", url)).headers["ETag"].strip('"'))
    assert last == int(read.strip('"')) + 1


async def test_the_same_change_sent_sixteen_times_at_once_is_answered_the_same(
    world: World,
) -> None:
    """Those that find the row changed look for the answer that is stored under their key."""
    case = (await opened(world))["case"]
    url = f"/referral/v1/cases/{case}"
    headers = world.as_() | {"If-Match": (await call(world, "GET", url)).headers["ETag"]}
    pause = {"paused_on": "2018-11-05", "reason": "child-unwell"}
    answers = await asyncio.gather(
        *(world.client.post(f"{url}/pause", json=pause, headers=headers) for _ in range(16))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len([one for one in answers if "idempotency-replayed" in one.headers]) == 15


async def test_of_decisions_at_once_one_stands(world: World) -> None:
    """Each reads the review before it reads the case; the second waits for the first."""
    known = await opened(world)
    headers = await who_reviews(world, known["case"])
    found = {"held_on": "2019-03-01", "recommendation": "continue", "recommended_on": "2019-03-01"}
    path = f"/referral/v1/cases/{known['case']}/reviews"
    review = (await call(world, "POST", path, found, headers=headers)).json()["review_id"]
    decisions = [
        {"decision": decision, "decided_on": "2019-03-10", "reason": "other"}
        for decision in ("continue", "discontinue") * 8
    ]
    url = f"/referral/v1/reviews/{review}/continuation"
    answers = await asyncio.gather(*(call(world, "POST", url, one) for one in decisions))
    accepted = {a.json()["decision"] for a in answers if a.status_code == 200}
    assert len(accepted) == 1
    refused = {(a.status_code, a.json()["code"]) for a in answers if a.status_code != 200}
    assert refused <= {(409, "already-decided"), (409, "changed-meanwhile")}
    published = select(tables.event.c.id).where(tables.event.c.type.contains("ContinuationDecided"))
    async with world.database("referral").reading() as connection:
        assert len((await connection.execute(published)).all()) == 1

"""Campaigns over HTTP: invited, reminded, counted, and whom no message goes to any more."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from libs.common.core.clock import local_day
from libs.common.messages import Bounced, NotTaken
from libs.common.persistence.instants import database_now
from libs.common.security import Role
from services.survey.campaigns.domain import message
from services.survey.waves.domain import Recipient, Wave
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import a_case, a_wave, get, handle, post, registered
from tests.unit.survey.campaigns.sending import (
    DONE,
    Post,
    a_campaign,
    counts,
    days_pass,
    sender,
    sends,
)
from tests.unit.survey.links.answering import YEAR, answering, asked
from tests.worlds import World


async def test_a_campaign_from_invitation_to_last_reminder(survey: World) -> None:
    """Reminders go to those who have not answered, with a gap, and so many times (U37, U38)."""
    path = await a_campaign(survey, await asked(survey, 4))
    out = Post()
    part = sender(survey, out)
    would = await sends(survey, path, "invitation", dry_run=True)
    assert would == {"queued": {"email": 4}, "left_out": {}}
    assert await part.send_due() == 0
    assert await sends(survey, path, "invitation") == would
    assert (await sends(survey, path, "reminder"))["left_out"] == {"not-sent-yet": 4}
    out.refuses["p3@people.example"] = Bounced("address-refused")
    await part.send_due()
    assert [one.address for one in out.taken] == [f"p{n}@people.example" for n in range(3)]
    again = await sends(survey, path, "invitation")
    assert again == {"queued": {}, "left_out": {"invited-already": 4}}
    async with answering(survey) as person, answering(survey) as other:
        assert heading(await person.answer(out.token("p0@people.example"))) == DONE
        await other.open(out.token("p1@people.example"))
        await other.start()
        await other.step("decline")
    soon = {"answered": 1, "declined": 1, "undeliverable": 1}
    assert (await sends(survey, path, "reminder"))["left_out"] == {**soon, "too-soon": 1}
    for _ in range(2):
        await days_pass(survey, 7)
        reminded = await sends(survey, path, "reminder")
        assert reminded == {"queued": {"email": 1}, "left_out": soon}
        await part.send_due()
    await days_pass(survey, 7)
    assert (await sends(survey, path, "reminder"))["left_out"] == {**soon, "most-reached": 1}
    assert len(out.taken) == 5
    assert len({one.body for one in out.taken}) == 5
    told = {"issued": 4, "delivered": 3, "undeliverable": 1}
    came = {"started": 2, "completed": 1, "declined": 1}
    assert await counts(survey, path) == told | came


async def test_who_answers_before_a_reminder_leaves_has_none(survey: World) -> None:
    """The list is computed when messages leave (U37), and a reminder's link is a new one."""
    path = await a_campaign(survey, await asked(survey, 2))
    out = Post()
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    await part.send_due()
    first = out.token("p1@people.example")
    await days_pass(survey, 7)
    await sends(survey, path, "reminder")
    async with answering(survey) as person:
        await person.answer(out.token("p0@people.example"))
        await part.send_due()
        assert [one.address for one in out.taken[2:]] == ["p1@people.example"]
        assert (await person.open(first)).status_code == 404
        assert (await person.open(out.token("p1@people.example"))).status_code == 200


async def test_a_link_works_until_the_one_after_it_has_left(survey: World) -> None:
    """A reminder that is not taken leaves its reader the link that they have."""
    path = await a_campaign(survey, await asked(survey))
    out, address = Post(), "p0@people.example"
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    await part.send_due()
    first = out.token(address)
    await days_pass(survey, 7)
    await sends(survey, path, "reminder")
    async with answering(survey) as person:
        out.refuses[address] = NotTaken("server-away")
        await part.send_due()
        assert (await person.open(first)).status_code == 200
        del out.refuses[address]
        async with survey.database("survey").writing() as connection:
            await connection.execute(update(message).values(next_at=database_now()))
        await part.send_due()
        assert (await person.open(first)).status_code == 404
        assert heading(await person.answer(out.token(address))) == DONE


async def test_a_reminder_leaves_a_link_by_which_somebody_has_begun(survey: World) -> None:
    path = await a_campaign(survey, await asked(survey, 2))
    out = Post()
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    await part.send_due()
    begun, idle = (out.token(f"p{n}@people.example") for n in range(2))
    async with answering(survey) as person:
        await person.open(begun)
        await person.start()
        await person.step("save", fields={"q-comment": "Made-up words."})
        await days_pass(survey, 7)
        await sends(survey, path, "reminder")
        await part.send_due()
        assert (await person.open(idle)).status_code == 404
        await person.open(begun)
        assert "Made-up words." in (await person.start()).text
        await person.step("send", fields={"q-knew_learning": "yes"})
        assert heading(person.page) == DONE
        assert (await person.open(out.token("p0@people.example"))).status_code == 404


async def test_what_was_issued_stays_whatever_becomes_of_a_recipient(survey: World) -> None:
    """Trap 48: who is gone after the issue stays issued, and is sent nothing more."""
    wave = await asked(survey, 3)
    path = await a_campaign(survey, wave)
    async with survey.database("survey").writing() as connection:
        gone = update(Recipient).where(Recipient.reference == "P0")
        await connection.execute(
            gone.values(cancelled_on=local_day(datetime.now(UTC)), address=None)
        )
    sent = await sends(survey, path, "invitation")
    assert sent == {"queued": {"email": 2}, "left_out": {"cancelled": 1}}
    assert (await counts(survey, path))["issued"] == 3
    assert (await get(survey, f"{wave}/progress")).json()["issued"] == 3


async def test_a_preview_of_each_message_names_nobody(survey: World) -> None:
    parents = await asked(survey)
    children = await asked(survey, audience="children")
    path = await a_campaign(survey, parents, children)
    shown = (await get(survey, f"{path}/previews")).json()
    assert [(one["audience"], one["kind"]) for one in shown] == [
        ("parents", "invitation"),
        ("parents", "reminder"),
        ("children", "invitation"),
        ("children", "reminder"),
    ]
    assert all("/survey/answer/EXAMPLE\n" in one["body"] for one in shown)
    assert all("survey@sen.county.example" in one["body"] for one in shown)


async def test_a_campaign_is_put_right_under_its_reference(survey: World) -> None:
    wave = await asked(survey)
    path = await a_campaign(survey, wave)
    assert await a_campaign(survey, wave, gap_days=3) == path
    shown = await get(survey, path)
    assert (shown.json()["gap_days"], shown.headers["ETag"]) == (3, '"2"')
    twice = {"waves": ["W-parents", "W-parents", "W-nobody"], "contact": "x"}
    place = "/survey/v1/campaigns/by-reference/C1"
    refused = await survey.client.put(place, json=twice, headers=survey.as_())
    faults = [(one["code"], one["pointer"]) for one in refused.json()["errors"]]
    assert faults == [("audience-twice", "/waves/1"), ("unknown-wave", "/waves/2")]


async def test_an_area_manager_sends_only_what_they_drafted(survey: World) -> None:
    path = await a_campaign(survey, await asked(survey))
    manager = Role.AREA_MANAGER
    refused = await post(survey, f"{path}/messages", {"kind": "invitation"}, role=manager)
    assert refused.status_code == 404
    assert (await get(survey, path, role=manager)).status_code == 200
    assert (await get(survey, path, role=Role.SUPPORT_TEACHER)).status_code == 403


async def test_nothing_leaves_where_no_provider_is_set_up(survey: World) -> None:
    path = await a_campaign(survey, await asked(survey))
    await sends(survey, path, "invitation")
    assert "messages" not in survey.system.running["survey"].supervisor.parts


@pytest.mark.parametrize(("grace", "days", "open_"), [(0, 0, True), (0, 1, False), (1, 1, True)])
async def test_nothing_goes_out_after_the_last_day(
    survey: World, grace: int, days: int, open_: bool
) -> None:
    """Neither is queued any more, nor does leave what was queued in time."""
    path = await a_campaign(survey, await asked(survey, 2, grace_days=grace))
    assert (await sends(survey, path, "invitation"))["queued"] == {"email": 2}
    last = local_day(datetime.now(UTC)) - timedelta(days=days)
    async with survey.database("survey").writing() as connection:
        await connection.execute(update(Wave).values(closes_on=last, issued_on=last))
    out = Post()
    await sender(survey, out).send_due()
    assert len(out.taken) == (2 if open_ else 0)
    reason = "too-soon" if open_ else "wave-not-open"
    assert (await sends(survey, path, "reminder"))["left_out"] == {reason: 2}


MINE, OTHERS, TEAM = uuid4(), uuid4(), uuid4()
MANAGER: dict[str, Any] = {"role": Role.AREA_MANAGER, "subject": "area", "teams": [TEAM]}


async def test_an_area_manager_writes_to_whom_they_reach(survey: World) -> None:
    """Others on their wave's list, whom the Head put there, are the Head's to write to."""
    for child, team in ((MINE, TEAM), (OTHERS, uuid4())):
        await handle(survey, registered(child), *a_case(child, uuid4(), team)[1])
    today = local_day(datetime.now(UTC))
    days = {"issued_on": str(today), "closes_on": str(today)}
    wave_of_parents = a_wave("parents", academic_year=YEAR, **days)
    drafted = await post(survey, "/waves", wave_of_parents, **MANAGER)
    wave = f"/waves/{drafted.json()['wave_id']}"
    rows = [
        {"reference": f"C{n}", "child_id": str(child), "address": f"{n} Made-up Lane"}
        for n, child in enumerate((MINE, OTHERS))
    ]
    assert (await post(survey, f"{wave}/recipients", rows)).status_code == 200
    version = (await get(survey, wave)).headers["ETag"]
    assert (await post(survey, f"{wave}/issue", version=version)).status_code == 200
    body = {"waves": [drafted.json()["reference"]], "contact": "survey@sen.county.example"}
    put = await survey.client.put(
        "/survey/v1/campaigns/by-reference/C1",
        json=body,
        headers=survey.as_(Role.AREA_MANAGER, subject="area", teams=[TEAM]),
    )
    path = f"/campaigns/{put.json()['campaign_id']}"
    invite = {"kind": "invitation"}
    sent = (await post(survey, f"{path}/messages", invite, **MANAGER)).json()[0]
    assert (sent["queued"], sent["left_out"]) == ({"letter": 1}, {})
    assert (await sends(survey, path, "invitation"))["queued"] == {"letter": 1}
    theirs = await post(survey, f"{path}/letters", **MANAGER)
    assert ("0 Made-up Lane" in theirs.text, "1 Made-up Lane" in theirs.text) == (True, False)
    assert (await post(survey, f"{path}/letters/posted", **MANAGER)).json() == {"posted": 1}
    assert "1 Made-up Lane" in (await post(survey, f"{path}/letters")).text
    assert (await post(survey, f"{path}/letters/posted")).json() == {"posted": 1}
    back = {
        "wave_id": wave.rsplit("/", maxsplit=1)[-1],
        "recipient": "C1",
        "reason": "not-delivered",
    }
    refused = await post(survey, f"{path}/returns", back, **MANAGER)
    assert refused.json()["errors"][0]["code"] == "nothing-sent"
    assert (await post(survey, f"{path}/returns", back)).status_code == 200

"""Campaigns over HTTP: invited, reminded, counted, and whom no message goes to any more."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from libs.common.core.clock import local_day
from libs.common.messages import Bounced, NotTaken, Outgoing, Sender
from libs.common.messages.transports import Outcome
from libs.common.persistence.instants import database_now
from libs.common.security import Role
from services.survey.campaigns.domain import channel_of, message
from services.survey.campaigns.messages import MESSAGES
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import get, post
from tests.unit.survey.links.answering import answering, asked
from tests.worlds import EMBEDDED, World, world_of

DONE = "We have your answers"


class Post:
    """A way out that keeps what it is given, and refuses what it is told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.refuses: dict[str, Exception] = {}

    async def send(self, one: Outgoing) -> str | None:
        """Take a message, or not."""
        if one.address in self.refuses:
            raise self.refuses[one.address]
        self.taken.append(one)
        return f"id-{len(self.taken)}"

    async def outcome(self, _: str) -> Outcome | None:
        """Say that it arrived."""
        return "delivered"

    def token(self, address: str) -> str:
        """Return the token of the latest message to somebody."""
        bodies = [one.body for one in self.taken if one.address == address]
        found: str = re.findall(r"/survey/answer/([\w-]{43})\n", bodies[-1])[0]
        return found


@pytest.fixture
async def survey(tmp_path: Path) -> AsyncIterator[World]:
    """Return the service at work, with nothing in it; nothing leaves by itself."""
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world


def sender(world: World, post: Post) -> Sender:
    """Return the part that sends."""
    return Sender(world.database("survey"), MESSAGES, post, "http://test")


async def a_campaign(world: World, *waves: str, **said: Any) -> str:
    """Put a campaign of waves together; return its path."""
    references = [(await get(world, one)).json()["reference"] for one in waves]
    body = {"waves": references, "contact": "survey@sen.county.example", **said}
    put = await world.client.put(
        "/survey/v1/campaigns/by-reference/C1", json=body, headers=world.as_()
    )
    assert put.status_code in {200, 201}, put.text
    return f"/campaigns/{put.json()['campaign_id']}"


async def sends(world: World, path: str, kind: str, **more: Any) -> dict[str, Any]:
    """Send messages of a kind; return what is said of the first wave."""
    sent = await post(world, f"{path}/messages", {"kind": kind, **more})
    assert sent.status_code == 200, sent.text
    found: dict[str, Any] = sent.json()[0]
    return {"queued": found["queued"], "left_out": found["left_out"]}


async def counts(world: World, path: str) -> dict[str, int]:
    """Return how far the first wave has got."""
    found = (await get(world, f"{path}/counts")).json()[0]
    return {name: said for name, said in found.items() if isinstance(said, int)}


async def _days_pass(world: World, days: int) -> None:
    """Have every message have left so many days earlier."""
    async with world.database("survey").writing() as connection:
        now = (await connection.execute(select(database_now()))).scalar_one()
        sent = update(message).where(message.c.sent_at.is_not(None))
        await connection.execute(sent.values(sent_at=now - timedelta(days=days)))


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
        await _days_pass(survey, 7)
        reminded = await sends(survey, path, "reminder")
        assert reminded == {"queued": {"email": 1}, "left_out": soon}
        await part.send_due()
    await _days_pass(survey, 7)
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
    await _days_pass(survey, 7)
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
    await _days_pass(survey, 7)
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
        await _days_pass(survey, 7)
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


async def test_a_provider_that_is_away_is_tried_again_with_backoff(survey: World) -> None:
    path = await a_campaign(survey, await asked(survey))
    out = Post()
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    out.refuses["p0@people.example"] = NotTaken("server-away")
    waits = []
    for _ in range(13):
        await part.send_due()
        async with survey.database("survey").writing() as connection:
            row = (await connection.execute(select(message))).one()
            now = (await connection.execute(select(database_now()))).scalar_one()
            waits.append(round((row.next_at - now) / timedelta(minutes=1)))
            await connection.execute(update(message).values(next_at=now))
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 240, 240]
    assert (row.state, row.tries, row.code) == ("given-up", 12, "server-away")
    assert out.taken == []
    out.refuses.clear()
    assert (await sends(survey, path, "reminder"))["left_out"] == {"not-invited": 1}
    assert (await sends(survey, path, "invitation"))["queued"] == {"email": 1}
    await part.send_due()
    assert (await counts(survey, path))["delivered"] == 1


async def test_one_odd_message_stops_no_other(survey: World) -> None:
    """Whatever its way out raises, and however often it was tried."""
    path = await a_campaign(survey, await asked(survey, 3))
    out = Post()
    await sends(survey, path, "invitation")
    out.refuses = {"p0@people.example": IndexError("a@"), "p1@people.example": ValueError()}
    async with survey.database("survey").writing() as connection:
        theirs = select(Recipient.id).where(Recipient.reference == "P1")
        often = update(message).where(message.c.about.in_(theirs))
        await connection.execute(often.values(tries=39))
    await sender(survey, out).send_due()
    assert [one.address for one in out.taken] == ["p2@people.example"]
    async with survey.database("survey").reading() as connection:
        kept = await connection.execute(select(message.c.state, message.c.code))
    found = sorted((one.state, one.code) for one in kept)
    assert found[:2] == [("given-up", "failed-ValueError"), ("sent", None)]
    assert found[2] == ("waiting", "failed-IndexError")


@pytest.mark.parametrize(
    "address",
    [
        "a@",
        "a@[b",
        "=?utf-8?q?=0A?=@b.example",
        "mum@people.example,dad@people.example",
        "Mum <mum@people.example>",
        "mum@people.example\n",
        "mum.@people.example",
    ],
)
def test_what_is_not_one_address_is_none(address: str) -> None:
    """One person's link would go to two, or no mail could be written to it."""
    assert channel_of(address) is None


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("mum.o'made-up+sen@mail.people.example", "email"),
        ("1 Made-up Lane, Nowhere", "letter"),
    ],
)
def test_an_address_says_how_it_is_written_to(address: str, channel: str) -> None:
    assert channel_of(address) == channel


async def test_an_address_that_is_none_is_left_out(survey: World) -> None:
    """Before a message is queued, and where it became so before it leaves."""
    path = await a_campaign(survey, await asked(survey, 2))
    out = Post()
    odd = update(Recipient).values(address="mum@people.example,dad@people.example")
    async with survey.database("survey").writing() as connection:
        await connection.execute(odd.where(Recipient.reference == "P0"))
    sent = await sends(survey, path, "invitation")
    assert sent == {"queued": {"email": 1}, "left_out": {"no-address": 1}}
    async with survey.database("survey").writing() as connection:
        await connection.execute(odd.where(Recipient.reference == "P1"))
    await sender(survey, out).send_due()
    assert out.taken == []
    assert (await sends(survey, path, "invitation"))["left_out"] == {"no-address": 2}


async def test_what_came_back_is_the_latest_message(survey: World) -> None:
    """A letter to a former address, after e-mails that arrived, makes nobody undeliverable."""
    wave = await asked(survey)
    path = await a_campaign(survey, wave)
    part = sender(survey, Post())
    await sends(survey, path, "invitation")
    await part.send_due()
    await _days_pass(survey, 7)
    await sends(survey, path, "reminder")
    await part.send_due()
    back = {"wave_id": wave.split("/")[-1], "recipient": "P0", "reason": "not-delivered"}
    assert (await post(survey, f"{path}/returns", back)).status_code == 200
    told = await counts(survey, path)
    assert (told["delivered"], told["undeliverable"]) == (1, 0)


async def test_a_late_answer_of_a_provider_undoes_no_return(survey: World) -> None:
    wave = await asked(survey)
    path = await a_campaign(survey, wave)
    out = Post()
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    await part.send_due()
    back = {"wave_id": wave.split("/")[-1], "recipient": "P0", "reason": "not-delivered"}

    async def outcome(_: str) -> Outcome:
        assert (await post(survey, f"{path}/returns", back)).status_code == 200
        return "delivered"

    out.outcome = outcome  # type: ignore[method-assign]
    await part.ask_after()
    assert (await counts(survey, path))["undeliverable"] == 1


async def test_letters_are_fetched_once_with_their_links(survey: World) -> None:
    wave = await asked(survey, 2)
    async with survey.database("survey").writing() as connection:
        await connection.execute(update(Recipient).values(address="=1 Made-up Lane, Nowhere"))
    path = await a_campaign(survey, wave)
    assert (await sends(survey, path, "invitation"))["queued"] == {"letter": 2}
    headers = survey.as_()
    fetched = await survey.client.post(f"/survey/v1{path}/letters", headers=headers)
    assert fetched.headers["Content-Type"].startswith("text/csv")
    tokens = re.findall(r"/survey/answer/([\w-]{43})", fetched.text)
    assert len(set(tokens)) == 2
    assert "'=1 Made-up Lane" in fetched.text
    again = await survey.client.post(f"/survey/v1{path}/letters", headers=headers)
    assert "/survey/answer/" not in again.text
    async with answering(survey) as person:
        assert heading(await person.answer(tokens[0])) == DONE
    assert (await counts(survey, path))["delivered"] == 2
    came_back = {"wave_id": wave.split("/")[-1], "recipient": "P1", "reason": "moved-away"}
    assert (await post(survey, f"{path}/returns", came_back)).status_code == 200
    told = await counts(survey, path)
    assert (told["issued"], told["delivered"], told["undeliverable"]) == (2, 1, 1)
    again = await post(survey, f"{path}/returns", came_back)
    assert again.json()["errors"][0]["code"] == "nothing-sent"


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

"""What becomes of a message: odd addresses, providers that are away, and what came back."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from libs.common.messages import NotTaken, queue
from libs.common.messages.outbox import Queued
from libs.common.messages.transports import Outcome
from libs.common.messaging.cursor import note_comparison
from libs.common.persistence.instants import database_now
from services.survey.campaigns.domain import channel_of, message
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient
from tests.unit.survey.calls import post
from tests.unit.survey.campaigns.sending import Post, a_campaign, counts, days_pass, sender, sends
from tests.unit.survey.links.answering import asked
from tests.worlds import EMBEDDED, World, world_of


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
    await days_pass(survey, 7)
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


async def test_nothing_leaves_while_the_topic_is_ahead(tmp_path: Path) -> None:
    """After a restore it is not known what left already, until somebody has looked."""
    out = Post()
    async with world_of(EMBEDDED, tmp_path, [SERVICE], messages_by=out) as world:
        campaign = UUID((await a_campaign(world, await asked(world))).split("/")[-1])
        running = world.system.running["survey"]
        assert running.relay
        async with running.database.writing() as connection:
            await note_comparison(connection, 1, 0)
        await running.relay.topic.recall()
        async with running.database.writing() as connection:
            who = (await connection.execute(select(Recipient.id))).scalar_one()
            await queue(connection, message, campaign, [Queued(who, "invitation", "email")])
        part = running._parts()["messages"].__self__  # type: ignore[attr-defined]
        assert (await part.send_due(), out.taken) == (0, [])

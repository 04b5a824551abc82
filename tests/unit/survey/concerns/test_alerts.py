"""Who is to be told hears that there is something to read, and no word of it."""

import pytest
from sqlalchemy import select

from libs.common.messages import Sender
from libs.common.messages.settings import messages_faults
from services.survey.campaigns.messages import MESSAGES
from services.survey.tables import message
from tests.unit.survey.calls import post
from tests.unit.survey.campaigns.sending import Post
from tests.unit.survey.concerns.test_concerns import HARM, raised
from tests.worlds import World

LEAD = "lead@safeguarding.county.example"


async def sent(world: World, out: Post, alerted: str | None = LEAD) -> tuple[str, str | None]:
    """Send what is due; return what became of the one message."""
    part = Sender(world.database("survey"), MESSAGES, out, "http://test", alerted=alerted)
    await part.send_due()
    async with world.database("survey").reading() as connection:
        row = (await connection.execute(select(message))).one()
    return row.state, row.code


async def test_the_alert_goes_at_once_and_has_no_word_of_what_was_written(survey: World) -> None:
    path = await raised(survey)
    out = Post()
    assert await sent(survey, out) == ("sent", None)
    [one] = out.taken
    assert one.address == LEAD
    said = one.subject + one.body
    for word in (HARM, "hits", "C0", "Q1", path.rpartition("/")[2], "child"):
        assert word not in said
    assert "http://test" in said


async def test_who_has_read_it_already_is_not_told(survey: World) -> None:
    path = await raised(survey)
    await post(survey, f"{path}/acknowledgement", version="*")
    out = Post()
    assert await sent(survey, out) == ("dropped", "acknowledged")
    assert out.taken == []


async def test_without_an_address_nobody_is_told_and_it_is_on_record(survey: World) -> None:
    await raised(survey)
    assert await sent(survey, Post(), None) == ("dropped", "no-address")


@pytest.mark.parametrize("url", ["smtp://mail.example", "https://notify.example"])
def test_who_sends_messages_names_who_is_told_of_signs_of_harm(url: str) -> None:
    assert "MESSAGES_ALERTS_TO is missing: MESSAGES_URL needs it" in [
        *messages_faults({"messages_url": url})
    ]

"""Letters are fetched as a file, each with a link."""

import re
import sqlite3

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from libs.common.messages import Composed
from services.survey.campaigns import commands
from services.survey.waves.domain import Recipient
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import post
from tests.unit.survey.campaigns.sending import (
    DONE,
    a_campaign,
    counts,
    sends,
)
from tests.unit.survey.links.answering import answering, asked
from tests.worlds import World


async def test_letters_are_fetched_with_their_links_until_they_are_posted(survey: World) -> None:
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
    fetched = await survey.client.post(f"/survey/v1{path}/letters", headers=headers)
    lost, tokens = tokens, re.findall(r"/survey/answer/([\w-]{43})", fetched.text)
    assert len({*lost, *tokens}) == 4
    assert (await counts(survey, path))["delivered"] == 0
    assert (await post(survey, f"{path}/letters/posted")).json() == {"posted": 2}
    again = await post(survey, f"{path}/letters")
    assert "/survey/answer/" not in again.text
    assert (await post(survey, f"{path}/letters/posted")).json() == {"posted": 0}
    async with answering(survey) as person:
        assert (await person.open(lost[0])).status_code == 404
        assert heading(await person.answer(tokens[0])) == DONE
    assert (await counts(survey, path))["delivered"] == 2
    came_back = {"wave_id": wave.split("/")[-1], "recipient": "P1", "reason": "moved-away"}
    assert (await post(survey, f"{path}/returns", came_back)).status_code == 200
    told = await counts(survey, path)
    assert (told["issued"], told["delivered"], told["undeliverable"]) == (2, 1, 1)
    again = await post(survey, f"{path}/returns", came_back)
    assert again.json()["errors"][0]["code"] == "nothing-sent"


async def test_letters_are_made_a_few_a_transaction(
    survey: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file has them all; one that came to nothing half-way is fetched anew, or answered 503."""
    monkeypatch.setattr(commands, "LETTERS_AT_ONCE", 2)
    wave = await asked(survey, 5)
    async with survey.database("survey").writing() as connection:
        await connection.execute(update(Recipient).values(address="1 Made-up Lane"))
    path = await a_campaign(survey, wave)
    await sends(survey, path, "invitation")
    async with survey.database("survey").writing() as connection:
        cancelled = update(Recipient).where(Recipient.reference.in_(["P0", "P1"]))
        await connection.execute(cancelled.values(sent=False))
    made = await post(survey, f"{path}/letters")
    assert len(set(re.findall(r"/survey/answer/([\w-]{43})", made.text))) == 3

    async def away(*_: object) -> Composed:
        raise OperationalError("", None, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(commands, "compose", away)
    refused = await post(survey, f"{path}/letters")
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)

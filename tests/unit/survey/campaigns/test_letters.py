"""Letters are fetched as a file, each with a link."""

import re

from sqlalchemy import update

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

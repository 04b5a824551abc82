"""Children are asked one question a page (promises 5.4): forwards, back, left out, left off."""

import re

import pytest
from sqlalchemy import select

from services.survey.asking.questions import read_help
from services.survey.links.domain import link
from tests.unit.common.pages.browsing import Fields, heading
from tests.unit.survey.calls import events_of, get
from tests.unit.survey.links.answering import Answering, a_link, answering, asked
from tests.worlds import World

CHECK, DONE = "Check your answers", "We have your answers"
WORK, CLASS = {"q-better_at_work": "yes"}, {"q-helps_class_work": "sometimes"}
PROUD = {"q-proud": "Made-up words.", "q-proud--quote": "no"}


@pytest.fixture
async def token(survey: World) -> str:
    await asked(survey, audience="children", questionnaire_version=2)
    return await a_link(survey)


async def begun(person: Answering, token: str) -> None:
    await person.open(token)
    await person.start()


def progress(person: Answering) -> str:
    found = re.search(r'<p class="progress">(.*?)</p>', person.page.text)
    assert found, person.page.text
    return found[1]


def chosen(person: Answering) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = re.findall(
        r'name="(q-[^"]+|helped)"[^>]*value="([^"]+)" checked', person.page.text
    )
    return found


async def test_a_child_is_asked_one_question_a_page_with_pictures_and_what_they_say(
    survey: World, token: str
) -> None:
    async with answering(survey) as person:
        start = await person.open(token)
        for words in ("help that you get", "Who reads it", "Nobody will be cross", "grown-up"):
            assert words in start.text
        await person.start()
        text = person.page.text
        assert (heading(person.page).split("?")[0], progress(person)) == (
            "Are you getting better at your work",
            "Question 1 of 5",
        )
        assert text.count("<svg") == 6  # the question's, a face for each answer, a hand
        assert '<span class="hidden">Yes. A happy face.</span>' in text
        assert "q-helps_class_work" not in text
        assert "t want to answer this" in text
        await person.step("next", fields=WORK)
        assert progress(person) == "Question 2 of 5"
        await person.step("back")
        assert chosen(person) == [("q-better_at_work", "yes")]
        await person.step("next", fields=WORK)
        await person.step("skip", fields=CLASS)
        assert heading(await person.step("skip")) == "What would help you to learn?"
        await person.step("next", fields={"q-would_help": ""})
        assert heading(person.page) == "Did somebody help you to answer?"
        checked = await person.step("next", fields={"helped": "parent"})
        assert heading(checked) == CHECK
        assert checked.text.count("Not answered") == 3
        assert "token" not in checked.text.replace("form_token", "")
        assert heading(await person.step("send")) == DONE
    [response] = (await get(survey, "/responses")).json()["items"]
    assert [one["state"] for one in response["answers"]] == ["answered", *["not-answered"] * 3]
    assert response["assisted_by"] == "parent"


async def test_a_connection_that_drops_loses_nothing(survey: World, token: str) -> None:
    """Each step is kept, sealed; the link finds the question that comes next."""
    async with answering(survey) as person:
        await begun(person, token)
        await person.step("next", fields=WORK)
        await person.step("next", fields=CLASS)
        await person.step("next", fields=PROUD)
    async with survey.database("survey").reading() as connection:
        [row] = (await connection.execute(select(link))).all()
    assert b"Made-up" not in row.draft
    async with answering(survey) as later:
        await begun(later, token)
        assert progress(later) == "Question 4 of 5"
        assert "Made-up words." in (await later.step("back")).text
        await later.step("next", fields=PROUD)
        await later.step("next")
        assert heading(await later.step("next")) == CHECK
        assert heading(await later.step("send")) == DONE
    [response] = (await get(survey, "/responses")).json()["items"]
    assert [one["value"] for one in response["answers"]] == ["yes", "sometimes", None, None]
    raw = (await get(survey, f"/responses/{response['response_id']}")).json()
    assert raw["texts"] == {"proud": "Made-up words."}


async def test_one_answer_is_changed_from_the_list_of_all(survey: World, token: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        for fields in (WORK, CLASS, {}, {}, {}):
            await person.step("next", fields=fields)
        assert 'value="edit:better_at_work"' in person.page.text
        await person.step("edit:better_at_work")
        assert chosen(person) == [("q-better_at_work", "yes")]
        assert heading(await person.step("next", fields={"q-better_at_work": "no"})) == CHECK
        await person.step("edit:who-helped")
        assert heading(await person.step("skip")) == CHECK
        await person.step("send")
    [response] = (await get(survey, "/responses")).json()["items"]
    assert [one["value"] for one in response["answers"]] == ["no", "sometimes", None, None]


async def test_a_child_changes_what_was_sent_and_none_of_it_is_kept_meanwhile(
    survey: World, token: str
) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        for fields in (WORK, CLASS, PROUD, {}, {}):
            await person.step("next", fields=fields)
        receipt = await person.step("send")
        assert "Made-up words." not in receipt.text
        await person.step("edit")
        assert chosen(person) == []
        assert "takes the place of what you sent before" in person.page.text
        for fields in ({"q-better_at_work": "no"}, CLASS, {}, {}, {}):
            await person.step("next", fields=fields)
            async with survey.database("survey").reading() as connection:
                assert (await connection.execute(select(link.c.draft))).scalar_one() is None
        assert heading(await person.step("send")) == DONE
    [response] = (await get(survey, "/responses")).json()["items"]
    assert [one["value"] for one in response["answers"]] == ["no", "sometimes", None, None]
    assert [one["reason"] for one in await events_of(survey, "ResponseCorrected")] == [
        "changed-by-respondent"
    ]


async def test_who_leaves_everything_out_sends_nothing(survey: World, token: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        for _ in range(5):
            await person.step("skip")
        assert "You have not answered a question." in person.page.text
        assert 'value="send"' not in person.page.text
        assert "You have not answered a question." in (await person.step("send")).text
        assert (await get(survey, "/responses")).json()["items"] == []
        assert heading(await person.step("decline")) == "You do not want to answer"
        await person.step("edit")
        assert progress(person) == "Question 1 of 5"


async def test_who_stops_goes_on_where_they_were(survey: World, token: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        await person.step("next", fields=WORK)
        assert heading(await person.step("save", fields=CLASS)) == "Your answers are kept"
        person.page = await person.client.get(person.page.url.path)
        assert progress(person) == "Question 2 of 5"
        assert chosen(person) == [("q-helps_class_work", "sometimes")]


@pytest.mark.parametrize("at", ["no_such_question", "to-check", "kept-for-later", ""])
async def test_every_place_of_an_address_is_a_page(survey: World, token: str, at: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        shown = await person.client.get(person.page.url.path, params={"at": at})
        assert shown.status_code == 200
        assert heading(shown)


async def test_what_is_wrong_with_an_answer_is_told_on_its_page(survey: World, token: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        told = await person.step("next", fields={"q-better_at_work": "maybe"})
        assert told.status_code == 422
        assert (progress(person), 'href="#q-better_at_work"' in told.text) == (
            "Question 1 of 5",
            True,
        )
        assert "Choose one of the answers that are offered." in told.text
        await person.step("next", fields=WORK)
        await person.step("next", fields=CLASS)
        told = await person.step("next", fields={"q-proud": "x" * 4_001})
        assert "Your answer has 4,001 characters." in told.text
        assert Fields(told.text, person.page.url.path).found["q-better_at_work"] == "yes"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"help": "reader"}, ["help"]),
        ({"helped": "none", "help": "reader"}, ["help"]),
        ({"helped": "parent", "help": "telepathy"}, ["help"]),
        ({"helped": "the-cat"}, ["helped"]),
        ({"helped": "parent", "help": ""}, []),
        ({"help": ""}, []),
        ({}, []),
    ],
)
def test_how_somebody_helped_has_who_did(said: dict[str, str], wrong: list[str]) -> None:
    assert [one.field for one in read_help(said)[1]] == wrong


async def test_a_child_says_who_helped_and_how(survey: World, token: str) -> None:
    async with answering(survey) as person:
        await begun(person, token)
        for fields in (WORK, CLASS, {}, {}):
            await person.step("next", fields=fields)
        told = await person.step("next", fields={"help": "scribe"})
        assert (told.status_code, progress(person)) == (422, "Question 5 of 5")
        assert 'href="#help"' in told.text
        assert "Say who it was" in told.text
        assert 'value="scribe" checked' in told.text
        await person.step("next", fields={"helped": "parent", "help": "scribe"})
        assert heading(person.page) == CHECK
        assert "Yes, a parent or carer. They wrote down what I said" in person.page.text
        sent = await person.step("send", fields={"helped": "none"})
        assert (sent.status_code, progress(person)) == (422, "Question 5 of 5")
        await person.step("next", fields={"helped": "parent", "help": "scribe"})
        await person.step("save")
    async with answering(survey) as person:
        await begun(person, token)
        assert heading(await person.step("check")) == CHECK
        assert heading(await person.step("send")) == DONE
    [response] = (await get(survey, "/responses")).json()["items"]
    assert (response["assisted_by"], response["help"]) == ("parent", "scribe")

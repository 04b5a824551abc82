"""What whoever has a ticket code reads, and what they never do."""

import pytest

from services.survey.tickets.queries import code_of
from tests.unit.common.pages.browsing import browser, heading
from tests.unit.survey.calls import get, post
from tests.unit.survey.links.answering import ANSWERS, a_link, answering, asked
from tests.unit.survey.links.test_pages import ticket
from tests.worlds import World

BECAME, UNKNOWN = "What became of what you wrote", "We do not know this code"
TOLD = "We asked for it, and you get it from Monday on."


async def a_code(world: World) -> str:
    """Have a parent answer by a link, and ask for something; return their code."""
    await asked(world)
    async with answering(world) as person:
        return ticket((await person.answer(await a_link(world), ANSWERS)).text)


async def look(world: World, code: str) -> tuple[int, str, str]:
    """Type a code; return the status, the heading and the text."""
    async with browser(world) as client:
        headers = {"Origin": "http://test"}
        page = await client.post("/survey/ticket", data={"code": code}, headers=headers)
    return page.status_code, heading(page), page.text


async def test_who_has_a_code_reads_what_became_of_their_comment(survey: World) -> None:
    code = await a_code(survey)
    status, title, text = await look(survey, code)
    assert (status, title) == (200, BECAME)
    assert "We have your answers" in text
    [response] = (await get(survey, "/responses")).json()["items"]
    opened = await post(
        survey, f"/responses/{response['response_id']}/actions", {"question": "comment"}
    )
    assert "Somebody is looking at it" in (await look(survey, code))[2]
    place = f"/actions/{opened.json()['action_id']}"
    ended = {
        "outcome": "done",
        "concluded_on": "2026-11-03",
        "answer": TOLD,
        "note": "Made up: for us.",
    }
    await post(survey, f"{place}/conclusion", ended, version="*")
    assert (await get(survey, place)).json()["told_on"] is None
    text = (await look(survey, code.lower().replace("-", " ")))[2]
    assert TOLD in text
    assert "Made up: for us." not in text
    assert ANSWERS["q-comment"] not in text
    one = (await get(survey, place)).json()
    assert one["told_how"] == "by-ticket"
    assert (await look(survey, code))[2] == text


async def test_a_code_tells_nothing_of_a_concern(survey: World) -> None:
    """Whoever has the code may be who does the harm."""
    await asked(survey)
    async with answering(survey) as person:
        answers = ANSWERS | {"q-comment": "Made up: he hits me."}
        code = ticket((await person.answer(await a_link(survey), answers)).text)
    assert len((await get(survey, "/concerns")).json()["items"]) == 1
    calm = (await look(survey, code))[2]
    assert "concern" not in calm
    assert "harm" not in calm


async def test_a_code_that_is_none_leads_to_one_page_and_many_are_stopped(survey: World) -> None:
    code = await a_code(survey)
    pages = [await look(survey, one) for one in ("", "ABCD", code[:-1] + "!", "A" * 60)]
    pages += [await look(survey, "AAAA-BBBB-CCCC-DDDD") for _ in range(6)]
    assert {(status, title) for status, title, _ in pages} == {(404, UNKNOWN)}
    assert len({text for _, _, text in pages}) == 1
    assert (await look(survey, "AAAA-BBBB-CCCC-DDDD"))[0] == 429
    assert (await look(survey, code))[0] == 200


async def test_the_code_of_a_voided_response_is_none(survey: World) -> None:
    code = await a_code(survey)
    [response] = (await get(survey, "/responses")).json()["items"]
    place = f"/responses/{response['response_id']}/void"
    await post(survey, place, {"reason": "withdrawn-by-respondent"}, version="*")
    assert (await look(survey, code))[:2] == (404, UNKNOWN)


async def test_a_form_of_another_site_is_refused(survey: World) -> None:
    code = await a_code(survey)
    async with browser(survey) as client:
        headers = {"Origin": "https://elsewhere.example"}
        page = await client.post("/survey/ticket", data={"code": code}, headers=headers)
        asked_for = await client.get("/survey/ticket")
    assert page.status_code == 400
    assert heading(asked_for) == BECAME
    assert code not in asked_for.text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH-2345-MNOP", "ABCD-EFGH-2345-MNOP"),
        (" abcdefgh2345mnop ", "ABCD-EFGH-2345-MNOP"),
        ("0BCD-1FGH-8345-MNOP", "OBCD-IFGH-B345-MNOP"),
        ("ABCD-EFGH-2345-MNO", ""),
        ("ABCD-EFGH-2345-MNO9", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert code_of(typed) == code

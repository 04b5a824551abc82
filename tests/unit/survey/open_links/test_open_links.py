"""A wave's open link: by it anybody answers, once a browser, and is counted apart."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.security import Role
from services.survey.open_links.domain import OpenLink
from services.survey.service import SERVICE
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import a_response, events_of, get, imported, post
from tests.unit.survey.links.answering import ANSWERS as BY_LINK
from tests.unit.survey.links.answering import a_link, answering, asked
from tests.unit.survey.open_links.opening import (
    ANSWERS,
    DONE,
    OVER,
    a_course,
    drawn,
    listed,
    made,
    opening,
    stepped,
)
from tests.worlds import EMBEDDED, GENEROUS, World, world_of


async def _open(world: World, **more: Any) -> tuple[str, str, str]:
    """Issue a wave with an open link; return the paths of both, and the code."""
    wave = await asked(world, 2)
    link = await made(world, wave_id=wave.split("/")[-1], **more)
    return wave, link, await drawn(world, link)


async def test_anybody_answers_by_an_open_link_and_is_counted_apart(survey: World) -> None:
    wave, link, code = await _open(survey)
    async with answering(survey) as parent:
        await parent.answer(await a_link(survey), BY_LINK)
    async with opening(survey) as anybody:
        start = await anybody.open(code)
        assert "counted by themselves" in start.text
        assert await listed(survey, "responses?channel=open-link") == []
        receipt = await anybody.answer(code)
        assert heading(receipt) == DONE
        assert heading(await anybody.open(code)) == DONE
    [response] = await listed(survey, "responses?channel=open-link")
    assert (response["recipient"], response["standing"]) == (None, "counted-apart")
    raw = (await get(survey, f"/responses/{response['response_id']}")).json()
    assert raw["texts"] == {"comment": "Made-up words."}
    progress = (await get(survey, f"{wave}/progress")).json()
    assert (progress["issued"], progress["returned"], progress["counted"]) == (2, 1, 1)
    assert progress["open_link"] == 1
    assert (await get(survey, link)).json()["forms"] == 1
    event = (await events_of(survey, "ResponseReceived"))[-1]
    assert (event["channel"], event["standing"]) == ("open-link", "counted-apart")


async def test_the_same_form_sent_fifty_times_at_once_is_one_response(survey: World) -> None:
    _, link, code = await _open(survey)
    async with opening(survey) as one:
        await one.open(code)
        await one.step("ask")
        await one.step("check", **ANSWERS)
        sent = await asyncio.gather(*(one.step("send") for _ in range(50)))
    assert {heading(page) for page in sent} == {DONE}
    assert len(await listed(survey, "responses")) == 1
    assert (await get(survey, link)).json()["forms"] == 1


async def test_no_more_forms_come_by_a_link_than_it_takes(survey: World) -> None:
    _, link, code = await _open(survey, most=1)
    async with opening(survey) as first, opening(survey) as second:
        await second.open(code)
        await second.step("ask")
        await second.step("check", **ANSWERS)
        assert heading(await first.answer(code)) == DONE
        assert heading(await second.step("send")) == OVER
        assert heading(await second.open(code)) == OVER
        assert heading(await first.open(code)) == DONE
        assert (await stepped(survey, link, "reopening", {"most": 2})).status_code == 200
        assert heading(await second.answer(code)) == DONE
    assert len(await listed(survey, "responses")) == 2


async def _end(world: World, wave: str, link: str) -> None:
    assert (await stepped(world, link, "ending")).json()["ended"]


async def _draw_another(world: World, wave: str, link: str) -> None:
    await drawn(world, link)


async def _close(world: World, wave: str, link: str) -> None:
    assert (await stepped(world, wave, "close")).status_code == 200


@pytest.mark.parametrize("over", [_end, _draw_another, _close], ids=lambda one: one.__name__)
async def test_an_open_link_ends_at_once_with_a_form_open_too(survey: World, over: Any) -> None:
    wave, link, code = await _open(survey)
    async with opening(survey) as person:
        await person.open(code)
        await person.step("ask")
        await person.step("check", **ANSWERS)
        await over(survey, wave, link)
        assert heading(await person.step("send")) == OVER
        wrong = await person.open("0000-0000-0000")
        assert (await person.open(code)).text == wrong.text
    assert await listed(survey, "responses") == []


async def test_a_code_is_shown_once_and_kept_as_a_hash(survey: World) -> None:
    wave, link, code = await _open(survey)
    for read in (link, "/open-links", "/open-links/by-wave/W-parents"):
        shown = await get(survey, read)
        assert shown.status_code == 200, shown.text
        assert code not in shown.text
        assert code.replace("-", "") not in shown.text
    async with survey.database("survey").reading() as connection:
        [row] = (await connection.execute(select(OpenLink.__table__))).all()
    assert code.replace("-", "") not in str(row)
    again = await post(survey, "/open-links", {"wave_id": wave.split("/")[-1]})
    assert (again.status_code, again.json()["has_code"]) == (200, True)
    other = await post(survey, "/open-links", {"wave_id": wave.split("/")[-1], "most": 7})
    assert (other.status_code, other.json()["code"]) == (409, "already-recorded")


async def test_what_came_by_an_open_link_stays_apart_when_it_is_put_right(survey: World) -> None:
    wave, _, code = await _open(survey)
    async with opening(survey) as anybody:
        await anybody.answer(code)
    [response] = await listed(survey, "responses")
    path = f"/responses/{response['response_id']}"
    told = {"received_at": response["received_at"], "assisted_by": "parent", "answers": []}
    told |= {"reason": "entry-error"}
    refused = await stepped(survey, path, "corrections", {**told, "channel": "paper"})
    assert [one["code"] for one in refused.json()["errors"]] == ["another-way"]
    put = await stepped(survey, path, "corrections", {**told, "channel": "open-link"})
    assert put.json()["standing"] == "too-few-answers"
    said = a_response("R1", "P0", channel="open-link", received_at=response["received_at"])
    refused = await post(survey, f"{wave}/responses", said)
    assert [one["code"] for one in refused.json()["errors"]] == ["another-way"]
    row = await imported(survey, "responses", {**said, "wave_id": wave.split("/")[-1]})
    assert row["outcomes"][0]["outcome"] == "refused"
    void = await stepped(survey, path, "void", {"reason": "not-genuine"})
    assert void.json()["standing"] is None
    assert (await get(survey, f"{wave}/progress")).json()["open_link"] == 0


async def test_a_wave_with_answers_by_an_open_link_is_not_voided(survey: World) -> None:
    wave, _, code = await _open(survey)
    async with opening(survey) as anybody:
        await anybody.answer(code)
    refused = await stepped(survey, wave, "void", {"reason": "entry-error"})
    assert (refused.status_code, refused.json()["code"]) == (409, "wave-has-responses")


async def test_another_last_day_decides_again_what_came_by_an_open_link(survey: World) -> None:
    wave, _, code = await _open(survey)
    async with opening(survey) as one, opening(survey) as two:
        await one.answer(code)
        await two.answer(code)
    day = (await get(survey, wave)).json()["issued_on"]
    run = {"issued": 2, "issued_on": day, "grace_days": 0, "reason": "entry-error"}
    assert (await stepped(survey, wave, "corrections", {**run, "closes_on": day})).is_success
    assert {one["standing"] for one in await listed(survey, "responses")} == {"counted-apart"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"q-knew_learning": "maybe"}, "Choose one of the answers that are offered."),
        ({"q-comment": "x" * 4_001}, "Your answer has 4,001 characters."),
        ({"q-better_at_work": "yes"}, "There is an answer to a question that is not on this form."),
        ({}, "You have not answered a question yet."),
    ],
)
async def test_a_fault_is_told_with_the_answers_kept(
    survey: World, fields: dict[str, str], words: str
) -> None:
    _, _, code = await _open(survey)
    async with opening(survey) as person:
        await person.open(code)
        await person.step("ask")
        kept = {"q-given_ideas": "yes"} if fields else {}
        told = await person.step("check", **kept, **fields)
        assert told.status_code == 422
        assert words in told.text
        assert ('value="yes" checked' in told.text) == bool(fields)


async def test_a_form_of_another_site_or_of_no_page_is_refused(survey: World) -> None:
    _, _, code = await _open(survey)
    async with opening(survey) as person:
        page = await person.open(code)
        here = str(page.url.path)
        for headers in ({"Origin": "https://elsewhere.example"}, {}):
            sent = await person.client.post(here, data={"step": "ask"}, headers=headers)
            assert sent.status_code == 400
        no_token = await person.client.post(
            here, data={"a": "b"}, headers={"Origin": "http://test"}
        )
        assert no_token.status_code == 400


async def test_whoever_tries_codes_out_is_kept_waiting(survey: World) -> None:
    _, _, code = await _open(survey)
    async with opening(survey) as guesser:
        tried = [(await guesser.open(f"0000-0000-{number:04}")).status_code for number in range(12)]
        assert tried == [404] * 10 + [429] * 2
        assert (await guesser.open(code)).status_code == 200


async def test_an_address_sends_so_many_forms_and_loses_nothing(tmp_path: Path) -> None:
    limits = GENEROUS.model_copy(update={"limit_forms_burst": 2, "limit_forms_a_minute": 1})
    async with world_of(EMBEDDED, tmp_path, [SERVICE], limits=limits) as survey:
        _, _, code = await _open(survey)
        for _ in range(2):
            async with opening(survey) as person:
                assert heading(await person.answer(code)) == DONE
        async with opening(survey) as one_more:
            told = await one_more.answer(code)
        assert told.status_code == 429
        assert heading(told) == "We have not received your answers yet"
        assert "Made-up words." in told.text


async def test_an_area_manager_has_links_of_deliveries_and_of_their_own_waves(
    survey: World,
) -> None:
    wave, link, _ = await _open(survey)
    of = {"wave_id": wave.split("/")[-1]}
    refused = await post(survey, "/open-links", of, Role.AREA_MANAGER)
    assert refused.status_code == 404
    assert (await post(survey, f"{link}/code", role=Role.AREA_MANAGER)).status_code == 404
    assert (await get(survey, link, Role.AREA_MANAGER)).status_code == 200
    assert (await get(survey, link, Role.SUPPORT_TEACHER)).json()["allowed"] == []
    assert (await get(survey, link, Role.PARENT)).status_code == 403
    course = {"delivery_id": await a_course(survey)}
    made_ = await post(survey, "/open-links", course, Role.AREA_MANAGER)
    assert (made_.status_code, made_.json()["allowed"]) == (201, ["draw-code", "end", "reopen"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one-of-two"),
        ({"closes_on": "2001-01-01"}, "over-already"),
        ({"most": 0}, "out-of-range"),
    ],
)
async def test_all_that_is_wrong_with_an_open_link_is_said(
    survey: World, body: dict[str, Any], code: str
) -> None:
    answer = await post(survey, "/open-links", body)
    assert answer.status_code == 422
    assert code in {one["code"] for one in answer.json()["errors"]}


async def test_a_child_answers_by_an_open_link_one_question_a_page(survey: World) -> None:
    survey.system.running["survey"].development = True
    wave = await asked(survey, 1, "children", questionnaire_version=2)
    code = await drawn(survey, await made(survey, wave_id=wave.split("/")[-1]))
    async with opening(survey) as child:
        assert "Nobody asks your name" in (await child.open(code)).text
        await child.step("begin")
        assert "Question 1 of 5" in child.page.text
        easy = await child.step("words:easy")
        assert 'value="words:plain"' in easy.text
        turned = await child.step("language:ar-XB", **{"q-better_at_work": "yes"})
        assert 'dir="rtl"' in turned.text
        assert 'value="yes" checked' in turned.text
        await child.step("language:en")
        for fields in ({"q-better_at_work": "yes"}, {}, {}, {}):
            await child.step("next", **fields)
        told = await child.step("next", help="reader")
        assert (told.status_code, 'href="#help"' in told.text) == (422, True)
        check = await child.step("next", helped="parent", help="reader")
        assert "They read the questions to me" in check.text
        assert "cannot be changed" in check.text
        assert heading(await child.step("send")) == DONE
    [response] = await listed(survey, "responses")
    assert (response["assisted_by"], response["help"]) == ("parent", "reader")


@pytest.mark.parametrize("of", ["a-wave", "a-delivery"])
async def test_what_was_typed_is_on_the_page_while_too_much_is_at_work(
    survey: World, of: str
) -> None:
    course = {"delivery_id": await a_course(survey)}
    wave = {"wave_id": (await asked(survey)).split("/")[-1]}
    code = await drawn(survey, await made(survey, **(wave if of == "a-wave" else course)))
    said = ANSWERS if of == "a-wave" else {"content": "9", "comment": "Made-up words."}
    lane = survey.system.running["survey"].lanes.quick
    async with opening(survey) as person:
        await person.open(code)
        here = person.page.url.path
        if of == "a-wave":
            await person.step("check", **said)
        places, lane.places = lane.places, 0
        kept = await person.step("send", **said)
        busy = await person.client.get(here)
        lane.places = places
        assert (kept.status_code, heading(busy)) == (503, "The service is busy")
        assert heading(kept) == "We have not received your answers yet"
        assert "Made-up words." in kept.text
        assert heading(await person.step("send")) == DONE


async def test_a_rating_is_in_the_language_that_somebody_chose(survey: World) -> None:
    survey.system.running["survey"].development = True
    code = await drawn(survey, await made(survey, delivery_id=await a_course(survey)))
    async with opening(survey) as person:
        await person.open(code)
        turned = await person.step("language:ar-XB", content="9", comment="Made-up words.")
        assert 'dir="rtl"' in turned.text
        assert 'value="9" checked' in turned.text
        assert "Made-up words." in turned.text
        assert 'dir="rtl"' in (await person.open(code)).text

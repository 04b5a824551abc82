"""What whoever has a personal link sees and does, without scripts (promises 5.4)."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from libs.common.core.clock import SystemClock
from libs.common.core.errors import Unavailable
from libs.common.persistence.pruning import Pruner
from libs.common.security import Role
from services.survey.links import api
from services.survey.links.domain import link
from services.survey.service import SERVICE
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import events_of, get, post
from tests.unit.survey.links.answering import (
    ANSWERS,
    a_link,
    answering,
    asked,
    expire,
)
from tests.worlds import World

GONE, DONE = "This link does not work", "We have your answers"


async def _responses(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await get(world, "/responses")).json()["items"]
    return found


def ticket(text: str) -> str:
    """Return the code on a receipt."""
    found = re.search(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", text)
    assert found, text
    return found[1]


async def test_a_response_by_a_link_is_as_one_that_staff_typed_in(survey: World) -> None:
    await asked(survey)
    async with answering(survey) as person:
        start = await person.open(await a_link(survey))
        for words in ("Why we ask", "Who reads it", "About 3 minutes", "Your rights"):
            assert words in start.text
        assert heading(await person.start()) == "Questionnaire for parents and carers"
        checked = await person.step("check", fields=ANSWERS)
        assert "Made-up words." in checked.text
        assert await _responses(survey) == []
        receipt = await person.step("send")
    assert heading(receipt) == DONE
    assert "Made-up words." not in receipt.text
    [response] = await _responses(survey)
    assert (response["channel"], response["standing"]) == ("link", "counted")
    raw = (await get(survey, f"/responses/{response['response_id']}")).json()
    assert raw["texts"] == {"comment": "Made-up words."}
    assert [one["value"] for one in raw["answers"]] == ["yes", "no", None]
    [event] = await events_of(survey, "ResponseReceived")
    assert (event["channel"], event["assisted_by"]) == ("link", "none")


async def test_the_same_form_again_is_the_same_receipt(survey: World) -> None:
    await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as person, answering(survey) as other_tab:
        await other_tab.open(token)
        await other_tab.start()
        first = ticket((await person.answer(token)).text)
        await other_tab.step("check", fields=ANSWERS | {"q-given_ideas": "yes"})
        again = await other_tab.step("send")
        assert ticket(again.text) == first
        assert ticket((await person.open(token)).text) == first
    [response] = await _responses(survey)
    assert [one["value"] for one in response["answers"]] == ["yes", "no", None]


async def test_answers_are_changed_by_the_whole_form_again_until_the_close(survey: World) -> None:
    path = await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as person:
        first = ticket((await person.answer(token)).text)
        form = await person.step("edit")
        assert "takes the place of what you sent before" in form.text
        assert "checked" not in form.text
        await person.step("check", fields={"q-knew_learning": "no"})
        assert ticket((await person.step("send")).text) == first
        [response] = await _responses(survey)
        assert [one["value"] for one in response["answers"]] == ["no", None, None]
        [event] = await events_of(survey, "ResponseCorrected")
        assert event["reason"] == "changed-by-respondent"
        await person.step("edit")
        await person.step("check", fields=ANSWERS)
        version = (await get(survey, path)).headers["ETag"]
        assert (await post(survey, f"{path}/close", version=version)).status_code == 200
        assert heading(await person.step("send")) == GONE
        assert "Fill it in again" not in (await person.open(token)).text
    assert len(await events_of(survey, "ResponseCorrected")) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"q-knew_learning": "maybe"}, "Choose one of the answers that are offered."),
        ({"q-comment": "x" * 4_001}, "Your answer has 4,001 characters."),
        ({"q-comment": "a\x00b"}, "Your answer cannot be read."),
        ({"q-better_at_work": "yes"}, "There is an answer to a question that is not on this form."),
        ({"q-given_ideas": "", "q-knew_learning": " "}, "You have not answered a question yet."),
    ],
)
async def test_a_fault_is_told_with_the_answers_kept(
    survey: World, fields: dict[str, str], words: str
) -> None:
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        told = await person.step("check", fields={"q-given_ideas": "yes"} | fields)
        assert told.status_code == 422
        assert words in told.text
        kept = re.search(r'name="q-given_ideas"[^>]*value="yes" checked', told.text)
        assert bool(kept) == ("q-given_ideas" not in fields)
        assert (await person.step("send", fields=fields)).status_code == 422
    assert await _responses(survey) == []


WRITTEN = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} ' OR 1=1 --",
    "=HYPERLINK(1)",
    "مدرسة خيالية 🙂",
    "Llŷr ô'r dychymyg",
)


async def test_what_is_written_is_kept_as_written_and_shown_as_text(survey: World) -> None:
    await asked(survey, len(WRITTEN))
    for number, words in enumerate(WRITTEN):
        async with answering(survey) as person:
            await person.open(await a_link(survey, f"P{number}"))
            await person.start()
            checked = await person.step("check", fields={"q-comment": words})
            assert "<script>" not in checked.text
            await person.step("send")
    raw = [
        await get(survey, f"/responses/{one['response_id']}") for one in await _responses(survey)
    ]
    assert {one.json()["texts"]["comment"] for one in raw} == set(WRITTEN)


async def test_a_draft_is_found_again_by_the_link_and_lengthens_nothing(survey: World) -> None:
    await asked(survey)
    token = await a_link(survey)
    async with survey.database("survey").reading() as connection:
        before = (await connection.execute(select(link.c.expires_at))).scalar_one()
    async with answering(survey) as person:
        await person.open(token)
        await person.start()
        assert heading(await person.step("save", fields=ANSWERS)) == "Your answers are kept"
    async with answering(survey) as later:
        await later.open(token)
        assert "Made-up words." in (await later.start()).text
    async with survey.database("survey").reading() as connection:
        row = (await connection.execute(select(link))).one()
    assert row.expires_at == before
    assert b"Made-up words." not in row.draft


async def test_a_draft_goes_with_its_link(survey: World) -> None:
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        await person.step("save", fields=ANSWERS)
    pruner = Pruner(survey.database("survey"), SystemClock(), SERVICE.forgets)
    for runs_out_in, kept in ((60, True), (-1, False)):
        await expire(survey, timedelta(seconds=runs_out_in))
        await pruner.forget_once()
        async with survey.database("survey").reading() as connection:
            draft = (await connection.execute(select(link.c.draft))).scalar_one()
        assert (draft is not None) == kept


async def test_who_declines_may_answer_after_all(survey: World) -> None:
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        assert heading(await person.step("decline")) == "You do not want to answer"
        await person.step("edit")
        await person.step("save", fields=ANSWERS)
        assert "Made-up words." in (await person.client.get(person.page.url.path)).text
        person.page = await person.client.get(person.page.url.path)
        await person.step("check", fields=ANSWERS)
        assert heading(await person.step("send")) == DONE


async def test_what_is_saved_after_it_was_sent_is_not_said_to_be_kept(survey: World) -> None:
    await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as person, answering(survey) as other_tab:
        await other_tab.open(token)
        await other_tab.start()
        await person.answer(token)
        assert heading(await other_tab.step("save", fields=ANSWERS)) == DONE


async def test_a_form_of_another_site_is_refused(survey: World) -> None:
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        form = await person.start()
        forged = (
            {"headers": {"Origin": "http://elsewhere.example"}},
            {"headers": {"Origin": "null"}},
            {"headers": {"Origin": "http://[x"}},
            {"headers": {"Origin": "http://test", "Sec-Fetch-Site": "cross-site"}},
            {"fields": {"form_token": "x" * 43}},
        )
        for one in forged:
            person.page = form
            sent = {"fields": ANSWERS} | one
            assert (await person.step("send", **sent)).status_code == 400
            assert heading(person.page) == "This form is out of date"
        assert form.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in form.headers["Content-Security-Policy"]
    assert await _responses(survey) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"q-knew_learning=yes&q-knew_learning=no", "application/x-www-form-urlencoded", 400),
        (b"x" * 1_100_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"q-%d=1" % n for n in range(300)), "application/x-www-form-urlencoded", 400),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
    ],
)
async def test_what_is_no_form_is_refused_before_it_is_read(
    survey: World, body: bytes, kind: str, status: int
) -> None:
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        here = (await person.start()).url.path
        headers = {"Content-Type": kind, "Origin": "http://test"}
        refused = await person.client.post(here, content=body, headers=headers)
        assert refused.status_code == status
        assert heading(refused)


async def _away(*_: object) -> None:
    raise Unavailable


async def _slowly(*_: object) -> None:
    await asyncio.sleep(20)


def _database_away(_: World, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(api, "find_link", _away)


def _no_place(world: World, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(world.system.running["survey"].lanes.quick, "places", 0)


def _no_time(world: World, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(world.system.running["survey"].lanes.quick, "seconds", 0.05)
    broken.setattr(api, "find_link", _slowly)


@pytest.mark.parametrize("refuse", [_database_away, _no_place, _no_time])
async def test_answers_stay_on_the_page_whatever_is_busy(
    survey: World,
    monkeypatch: pytest.MonkeyPatch,
    refuse: Callable[[World, pytest.MonkeyPatch], None],
) -> None:
    """The database away, too much at work, or no time left: what was typed is sent again."""
    await asked(survey)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        await person.step("check", fields=ANSWERS)
        with monkeypatch.context() as broken:
            refuse(survey, broken)
            told = await person.step("send")
        assert (told.status_code, told.headers["Retry-After"]) == (503, "30")
        assert heading(told) == "We have not received your answers yet"
        assert "Made-up words." in told.text
        assert survey.system.running["survey"].lanes.quick.at_work == 0
        assert heading(await person.step("send")) == DONE


async def test_over_https_the_cookie_is_of_this_host_alone(survey: World) -> None:
    await asked(survey)
    survey.system.running["survey"].public_url = "https://sen.county.example"
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        begun = await person.client.post(
            "/survey/answer", data={"token": person.page.url.path.split("/")[-1]}
        )
        given = begun.headers["Set-Cookie"]
    assert given.startswith("__Host-sssen-link-")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(given.split("; "))


async def test_a_child_says_who_helped(survey: World) -> None:
    """Domain brief 8.8: with a teacher beside them, a child's answers are not anonymous."""
    await asked(survey, audience="children")
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        given = {"q-better_at_work": "yes", "helped": "support-teacher"}
        assert "Yes, my support teacher" in (await person.step("check", fields=given)).text
        await person.step("send")
    [response] = await _responses(survey)
    assert response["assisted_by"] == "support-teacher"


async def test_staff_cannot_be_told_a_token(survey: World) -> None:
    """No answer to anybody signed in has the token, or what it is known by."""
    await asked(survey)
    token = await a_link(survey)
    async with survey.database("survey").reading() as connection:
        digest = (await connection.execute(select(link.c.digest))).scalar_one()
    for path in ("/recipients", "/waves", "/changes"):
        for role in (Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR):
            shown = (await get(survey, path, role)).text
            assert token not in shown
            assert digest not in shown

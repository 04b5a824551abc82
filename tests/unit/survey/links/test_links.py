"""Personal links (promises 4.5): what they are, when they end, and who learns a token: nobody."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from libs.common.contracts.referral import RecipientWithdrawn
from libs.common.http.callers import Guesses, TooManyRequests
from libs.common.pages.secrets import Secret
from libs.common.persistence.instants import database_now
from services.survey.links.domain import link
from services.survey.service import SERVICE
from services.survey.waves.domain import Recipient
from tests.unit.common.pages.browsing import Fields, heading
from tests.unit.survey.calls import get, handle, post
from tests.unit.survey.links.answering import ANSWERS, a_link, answering, asked, expire
from tests.worlds import EMBEDDED, GENEROUS, World, world_of

GONE, DONE = "This link does not work", "We have your answers"


def test_no_two_tokens_are_alike() -> None:
    tokens = {Secret.new().text for _ in range(100_000)}
    assert len(tokens) == 100_000
    assert all(len(one) == 43 for one in tokens)
    for place in range(4):
        assert len({one[place] for one in tokens}) == 64


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_whoever_scans_mail_uses_no_link_up(survey: World, method: str) -> None:
    await asked(survey)
    token = await a_link(survey)
    before = await _rows(survey)
    async with answering(survey) as scanner:
        for more in ({}, {"Sec-Purpose": "prefetch"}, {"Purpose": "preview"}):
            place = f"/survey/answer/{token}?utm_source=mail"
            seen = await scanner.client.request(method, place, headers=more)
            assert seen.status_code == 200
            assert seen.headers["Referrer-Policy"] == "no-referrer"
            assert seen.headers["Cache-Control"] == "no-store"
            assert "script" not in seen.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in seen.headers
    assert await _rows(survey) == before
    async with answering(survey) as person:
        assert heading(await person.answer(token)) == DONE


async def _rows(world: World) -> list[Any]:
    async with world.database("survey").reading() as connection:
        return list((await connection.execute(select(link))).all())


async def _run_out(world: World, _: str) -> None:
    await expire(world, timedelta(seconds=-1))


async def _revoke(world: World, _: str) -> None:
    async with world.database("survey").writing() as connection:
        await connection.execute(update(link).values(revoked_at=database_now()))


async def _answer_by_another(world: World, _: str) -> None:
    async with answering(world) as person:
        assert heading(await person.answer(await a_link(world))) == DONE


async def _close(world: World, path: str) -> None:
    version = (await get(world, path)).headers["ETag"]
    assert (await post(world, f"{path}/close", version=version)).status_code == 200


async def _withdraw(world: World, _: str) -> None:
    async with world.database("survey").reading() as connection:
        person = (await connection.execute(select(Recipient.parent_id))).scalar_one()
    assert isinstance(person, UUID)
    day, reason = date(2026, 1, 5), "asked-not-to"
    withdrawn = RecipientWithdrawn(person_id=person, withdrawn_on=day, reason=reason)
    await handle(world, withdrawn)


ENDINGS = (_run_out, _revoke, _answer_by_another, _close, _withdraw)


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
async def test_a_link_that_is_over_is_told_as_one_that_never_was(
    survey: World, end: Callable[[World, str], Awaitable[None]]
) -> None:
    """Before it is opened and with the form open alike: at once, and by one page."""
    path = await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as open_form, answering(survey) as person:
        await open_form.open(token)
        await open_form.start()
        await open_form.step("check", fields={"q-knew_learning": "yes"})
        await end(survey, path)
        wrong = await person.open(Secret.new().text)
        over = await person.open(token)
        assert (over.status_code, over.text) == (404, wrong.text)
        assert _without_id(over) == _without_id(wrong)
        sent = await open_form.step("send")
        assert (sent.status_code, sent.text) == (404, wrong.text)
        assert (await person.open("no-token")).text == wrong.text
    responses = (await get(survey, "/responses")).json()["items"]
    assert len(responses) == (end is _answer_by_another)


def _without_id(answer: httpx.Response) -> dict[str, str]:
    return {name: said for name, said in answer.headers.items() if name != "x-request-id"}


async def test_a_link_lasts_28_days(survey: World) -> None:
    await asked(survey)
    await a_link(survey)
    [row] = await _rows(survey)
    assert row.expires_at - row.made_at == timedelta(days=28)


async def test_a_link_answers_for_its_own_recipient_alone(survey: World) -> None:
    """A cookie of one link opens no other, and two in one browser are not mixed up."""
    await asked(survey, 2)
    async with answering(survey) as person:
        await person.open(await a_link(survey, "P0"))
        first = await person.start()
        await person.open(await a_link(survey, "P1"))
        await person.start()
        person.page = first
        await person.step("check", fields={"q-knew_learning": "no"})
        assert heading(await person.step("send")) == DONE
    async with answering(survey) as stranger:
        assert (await stranger.client.get(str(first.url.path))).status_code == 404
    [response] = (await get(survey, "/responses")).json()["items"]
    assert response["recipient"] == "P0"


async def test_the_token_is_nowhere_but_with_its_holder(
    survey: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a table, an event, the audit, the log, a metric, nor in any file beside."""
    caplog.set_level("DEBUG")
    await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as person:
        await person.answer(token)
        await person.open(token[:-1])
    await survey.settle()
    metrics = (await survey.client.get("/survey/metrics")).text
    assert "/answer/{token}" in metrics
    assert token not in metrics
    # The client is the test's own, and says what it asks.
    ours = [
        one for one in caplog.records if one.name.partition(".")[0] not in {"httpx", "httpcore"}
    ]
    assert ours
    said = "\n".join(repr(vars(one)) for one in ours)
    assert token not in said
    assert token[:-1] not in said
    written = _written(tmp_path)
    assert b"link-" in written
    assert token.encode() not in written


def _written(folder: Path) -> bytes:
    """Return all that stands in the files of a folder: databases, their journals, the bus."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_who_tries_links_out_is_kept_waiting_and_nobody_else(survey: World) -> None:
    await asked(survey)
    token = await a_link(survey)
    async with answering(survey) as stranger:
        tried = [(await stranger.open(Secret.new().text)).status_code for _ in range(12)]
        assert tried == [404] * 10 + [429] * 2
        assert int(stranger.page.headers["Retry-After"]) <= 6
        assert stranger.page.headers["Referrer-Policy"] == "no-referrer"
        assert heading(await stranger.answer(token)) == DONE
    metrics = (await survey.client.get("/survey/metrics")).text
    assert re.search(r'refused\w*\{[^}]*"too-many-requests"[^}]*\} 2\.0', metrics)


async def test_many_behind_one_address_answer_and_who_is_in_a_hurry_loses_nothing(
    tmp_path: Path,
) -> None:
    """Behind a proxy all have its address; each link is counted by itself."""
    limits = GENEROUS.model_copy(update={"limit_caller_rate": 1, "limit_caller_burst": 8})
    async with world_of(EMBEDDED, tmp_path, [SERVICE], limits=limits) as survey:
        await asked(survey, 4)
        for number in range(3):
            async with answering(survey) as person:
                assert heading(await person.answer(await a_link(survey, f"P{number}"))) == DONE
        async with answering(survey) as person:
            await person.open(await a_link(survey, "P3"))
            here = (await person.start()).url.path
            fields = Fields(person.page.text, here).found | ANSWERS | {"step": "check"}
            for _ in range(12):
                told = await person.client.post(
                    here, data=fields, headers={"Origin": "http://test"}
                )
            busy = await person.client.get(here)
        assert told.status_code == busy.status_code == 429
        assert heading(busy) == "The service is busy"
        assert heading(told) == "We have not received your answers yet"
        assert "Made-up words." in told.text


def test_a_network_has_a_hundred_guesses_a_minute() -> None:
    now = 0.0
    guesses = Guesses(now=lambda: now)
    for number in range(100):
        guesses.take(f"192.0.2.{number}")
    with pytest.raises(TooManyRequests, match="100 a minute"):
        guesses.take("192.0.2.200")
    guesses.take("198.51.100.1")
    now = 1.0
    guesses.take("192.0.2.201")

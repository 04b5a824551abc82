"""Returns of a past year say no longer whose they are, wherever it stood (domain brief 9.5)."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from libs.common.core.clock import AcademicYear, local_day, midnight
from libs.common.persistence.tables import audit, change_log, event, idempotency
from libs.common.security import Role
from services.survey.campaigns.domain import message
from services.survey.concerns.domain import Concern
from services.survey.paper.domain import PaperCode, PaperForm
from services.survey.responses.domain import AnswerText
from services.survey.retention.domain import kept_until
from services.survey.waves.domain import Recipient
from tests.integration.joining import of_tables
from tests.unit.survey.calls import a_response, a_wave, get, imported, issued_wave, post
from tests.unit.survey.campaigns.sending import Post, a_campaign, counts, sender, sends
from tests.unit.survey.links.answering import a_link, answering, asked, close
from tests.worlds import World

YEAR = "2018-19"
WHOSE = {"reason": "entry-error"}


async def _anonymise(world: World, year: str = YEAR, **more: Any) -> httpx.Response:
    return await post(world, "/anonymisations", {"academic_year": year, **more})


def _returned(reference: str, recipient: str, comment: str, **other: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "recipient": recipient,
        "received_at": "2026-11-27T13:14:15Z",
        "channel": "paper",
        "assisted_by": "none",
        "answers": [
            {"question": "knew_learning", "state": "answered", "value": "yes"},
            {"question": "comment", "state": "answered", "value": comment},
        ],
        **other,
    }


async def _run(world: World) -> tuple[str, str]:
    """Have a wave of 2018-19 answered in every way; return its path and its campaign's."""
    days = {"issued_on": "2026-01-05", "closes_on": "2027-01-31"}
    path = await asked(world, 5, academic_year=YEAR, **days)
    campaign = await a_campaign(world, path)
    await sends(world, campaign, "invitation")
    await sender(world, Post()).send_due()
    async with answering(world) as person:
        await person.answer(await a_link(world, "P0"))
    async with answering(world) as person:
        await person.open(await a_link(world, "P4"))
        await person.start()
        await person.step("save", fields={"q-comment": "Words of a draft."})
    for number in (1, 2):
        said = _returned(f"FORM-{number}", f"P{number}", f"Words of form {number}.")
        made = await post(world, f"{path}/responses", said)
        assert made.status_code == 201, made.text
    other = {**_returned("", "", "Words of another."), "reason": "entry-error"}
    del other["reference"], other["recipient"]
    at = f"/responses/{made.json()['response_id']}/corrections"
    corrected = await post(world, at, other, version=made.headers["ETag"])
    assert corrected.status_code == 200, corrected.text
    row = _returned("FORM-3", "P2", "Words of form 3.", wave_id=path.split("/")[-1])
    assert (await imported(world, "responses", row))["created"] == 1
    async with world.database("survey").writing() as connection:
        quoted = update(AnswerText).where(AnswerText.text == "Words of form 1.")
        await connection.execute(quoted.values(may_quote=True))
    return path, campaign


async def _written(world: World) -> str:
    """Return all that is kept but audit, answers to be given again, and how far parts read."""
    kept = {audit.name, idempotency.name, "relay_position", "consumer_position"}
    rows = await of_tables(world.database("survey"))
    return "\n".join(f"{table} {row}" for table, row in rows if table not in kept)


async def test_nothing_that_is_kept_says_whose_a_past_return_is(survey: World) -> None:
    path, campaign = await _run(survey)
    await close(survey, path)
    async with survey.database("survey").reading() as connection:
        query = select(Recipient.parent_id, Recipient.reference, Recipient.address)
        people = (await connection.execute(query)).all()
        told = (await connection.execute(select(event.c.data).where(event.c.sequence > 0))).all()
    before = [await counts(survey, campaign), (await get(survey, f"{path}/progress")).json()]
    done = await _anonymise(survey)
    assert done.status_code == 201, done.text
    [wave] = done.json()["waves"]
    number = {name: said for name, said in wave.items() if isinstance(said, int)}
    assert number == {"recipients": 5, "responses": 4, "texts_deleted": 3, "quotes_kept": 1}
    written = await _written(survey)
    for parent_id, reference, address in people:
        assert parent_id
        assert parent_id.hex not in written.replace("-", "")
        assert f"'{reference}'" not in written
        assert str(address) not in written
    assert "Words of form 1." in written
    for words in ("FORM-", "Made-up words.", "Words of form 2.", "Words of another.", "13:14"):
        assert words not in written, words
    for words in ("Words of form 3.", "link-", "link:"):
        assert words not in written, words
    async with survey.database("survey").reading() as connection:
        now = (await connection.execute(select(event.c.data).where(event.c.sequence > 0))).all()
        sent = (await connection.execute(select(message.c.provider_id))).scalars().all()
    assert (now, sent) == (told, [None] * 5)
    after = [await counts(survey, campaign), (await get(survey, f"{path}/progress")).json()]
    assert after == before
    responses = (await get(survey, f"{path}/responses")).json()["items"]
    assert sorted((one["standing"], one["recipient"]) for one in responses) == [
        *[("counted", None)] * 3,
        ("duplicate", None),
    ]
    assert {tuple(one["allowed"]) for one in responses} == {()}
    first = {one["received_at"] for one in responses if one["channel"] == "paper"}
    assert first == {"2026-11-27T00:00:00Z"}


async def test_a_dry_run_says_how_many_and_changes_nothing(survey: World) -> None:
    path, _ = await _run(survey)
    before = await _written(survey)
    would = await _anonymise(survey, dry_run=True)
    assert (would.status_code, would.json()["waves"]) == (200, [])
    assert would.json()["not_over"] == [(await get(survey, path)).json()["reference"]]
    assert await _written(survey) == before
    await close(survey, path)
    before = await _written(survey)
    would = (await _anonymise(survey, dry_run=True)).json()
    assert would["anonymisation_id"] is None
    assert await _written(survey) == before
    done = (await _anonymise(survey)).json()
    assert done["waves"] == would["waves"] != []
    read = await get(survey, f"/anonymisations/{done['anonymisation_id']}", Role.ADMINISTRATOR)
    assert (read.json()["academic_year"], read.json()["waves"]) == (YEAR, done["waves"])
    assert (await _anonymise(survey)).json()["waves"] == []


async def test_a_wave_that_was_made_anonymous_is_left_as_it_is(survey: World) -> None:
    path, _ = await _run(survey)
    await close(survey, path)
    await _anonymise(survey)
    version = (await get(survey, path)).headers["ETag"]
    run = {"issued": 5, "issued_on": "2026-01-05", "closes_on": "2026-02-01", "grace_days": 0}
    [one, *_] = (await get(survey, f"{path}/responses")).json()["items"]
    response = f"/responses/{one['response_id']}"
    tag = (await get(survey, response)).headers["ETag"]
    refused = [
        await post(survey, f"{path}/corrections", {**run, **WHOSE}, version=version),
        await post(survey, f"{path}/reopening", {"reason": "closed-by-mistake"}, version=version),
        await post(survey, f"{path}/responses", _returned("FORM-9", "P1", "More words.")),
        await post(survey, f"{response}/void", {"reason": "test-entry"}, version=tag),
    ]
    assert {(one.status_code, one.json()["code"]) for one in refused[:2]} == {
        (409, "returns-anonymised")
    }
    assert refused[2].json()["errors"][0]["code"] == "unknown-recipient"
    assert refused[3].json()["code"] == "returns-anonymised"
    assert (await get(survey, path)).json()["allowed"] == []


async def _keyed(world: World, path: str, by: str) -> None:
    """Have the paper of P3 printed and keyed by one."""
    await post(world, f"{path}/papers", {"recipients": ["P3"]})
    async with world.database("survey").reading() as connection:
        code = (await connection.execute(select(PaperCode.code))).scalar_one()
    typed = {"question": "comment", "state": "answered", "value": "Typed by hand."}
    said = {"code": code, "received_on": "2026-11-27", "assisted_by": "none", "answers": [typed]}
    keyed = await post(world, "/paper-forms", said, subject=by)
    assert keyed.status_code in {200, 201}, keyed.text


async def _with_papers(world: World) -> str:
    """Have a wave of 2018-19 whose papers are keyed by two people; return its path."""
    days = {"issued_on": "2026-01-05", "closes_on": "2027-01-31"}
    path = await asked(world, 5, academic_year=YEAR, **days)
    url, twice = f"/survey/v1{path}/keying", {"twice_percent": 100}
    assert (await world.client.put(url, json=twice, headers=world.as_())).status_code == 200
    return path


async def test_a_wave_with_a_paper_keyed_once_is_not_over(survey: World) -> None:
    path = await _with_papers(survey)
    await _keyed(survey, path, "one")
    await close(survey, path)
    done = (await _anonymise(survey)).json()
    assert (done["waves"], len(done["not_over"])) == ([], 1)
    [form] = (await get(survey, f"{path}/paper-forms")).json()["items"]
    tag = (await get(survey, f"/paper-forms/{form['form_id']}")).headers["ETag"]
    void = f"/paper-forms/{form['form_id']}/void"
    voided = await post(survey, void, {"reason": "entry-error"}, version=tag)
    assert voided.status_code == 200, voided.text
    done = (await _anonymise(survey)).json()
    assert (len(done["waves"]), done["not_over"]) == (1, [])
    assert "Typed by hand." not in await _written(survey)


async def test_no_paper_leads_back_to_a_response(survey: World) -> None:
    path = await _with_papers(survey)
    for by in ("one", "other"):
        await _keyed(survey, path, by)
    await close(survey, path)
    async with survey.database("survey").reading() as connection:
        [form] = (await connection.execute(select(PaperForm.id, PaperForm.code))).all()
    assert form.id.hex in (await _written(survey)).replace("-", "")
    assert len((await _anonymise(survey)).json()["waves"]) == 1
    written = await _written(survey)
    assert form.code not in written
    assert "Typed by hand." not in written
    query = select(change_log.c.number).where(change_log.c.table == PaperForm.__tablename__)
    async with survey.database("survey").reading() as connection:
        assert (await connection.execute(query)).all() == []
        assert (await connection.execute(select(PaperForm.id))).all() == []


async def test_what_may_not_be_quoted_goes_though_its_box_is_ticked(survey: World) -> None:
    days = {"issued_on": "2026-01-05", "closes_on": "2027-01-31"}
    path = await asked(survey, 5, academic_year=YEAR, **days)
    helped: dict[int, dict[str, Any]] = {
        0: {"assisted_by": "other", "help": "proxy"},
        1: {"assisted_by": "other"},
        2: {"assisted_by": "other", "help": "scribe"},
        3: {},
    }
    for number, other in helped.items():
        said = _returned(f"FORM-{number}", f"P{number}", f"Words of form {number}.", **other)
        made = await post(survey, f"{path}/responses", said)
        assert made.status_code == 201, made.text
    tag, void = made.headers["ETag"], f"/responses/{made.json()['response_id']}/void"
    assert (await post(survey, void, {"reason": "test-entry"}, version=tag)).status_code == 200
    async with survey.database("survey").writing() as connection:
        await connection.execute(update(AnswerText).values(may_quote=True))
    await close(survey, path)
    [wave] = (await _anonymise(survey)).json()["waves"]
    assert (wave["texts_deleted"], wave["quotes_kept"]) == (3, 1)
    async with survey.database("survey").reading() as connection:
        kept = (await connection.execute(select(AnswerText.text))).scalars().all()
    assert kept == ["Words of form 2."]


async def test_a_draft_of_a_past_year_names_nobody_either(survey: World) -> None:
    drafted = await post(survey, "/waves", a_wave("parents", academic_year=YEAR))
    path = f"/waves/{drafted.json()['wave_id']}"
    rows = [{"reference": "P0", "address": "p0@people.example"}]
    assert (await post(survey, f"{path}/recipients", rows)).status_code == 200
    done = (await _anonymise(survey)).json()
    assert [one["recipients"] for one in done["waves"]] == [1]
    assert "p0@people.example" not in await _written(survey)


async def _raised(world: World) -> tuple[str, Any]:
    """Have a child's answer of 2018-19 raise a concern; return the wave's path and the concern."""
    path = await issued_wave(world, [uuid4()], questionnaire_version=3)
    harm = {"question": "proud", "state": "answered", "value": "Made up: he hits me."}
    sent = await post(world, f"{path}/responses", a_response("Q1", "C0", answers=[harm]))
    assert sent.status_code == 201, sent.text
    return path, await _concern(world)


async def _concern(world: World) -> Any:
    async with world.database("survey").reading() as connection:
        return (await connection.execute(select(Concern.__table__))).one()


async def _close_concern(world: World, concern_id: UUID) -> None:
    at = f"/concerns/{concern_id}"
    ended = {"outcome": "known-already", "note": "Made up."}
    for step, said in (("acknowledgement", None), ("closure", ended)):
        tag = (await get(world, at)).headers["ETag"]
        done = await post(world, f"{at}/{step}", said, version=tag)
        assert done.status_code == 200, done.text


async def test_a_closed_concern_leads_to_no_response(survey: World) -> None:
    path, concern = await _raised(survey)
    await _close_concern(survey, concern.id)
    await close(survey, path)
    assert len((await _anonymise(survey)).json()["waves"]) == 1
    kept = await _concern(survey)
    assert (kept.response_id, kept.child_id, kept.school_id) == (None, None, None)
    assert (kept.text, kept.raised_on) == (concern.text, concern.raised_on)
    assert kept.raised_at == midnight(local_day(concern.raised_at)) != concern.raised_at
    assert concern.child_id.hex not in _of(await _written(survey), "concern", "message")
    assert concern.id.hex not in _of(await _written(survey), "message")


def _of(written: str, *tables: str) -> str:
    lines = [one for one in written.splitlines() if one.startswith(tables)]
    return "".join(lines).replace("-", "")


async def test_an_open_concern_keeps_its_child_until_it_is_closed(survey: World) -> None:
    path, concern = await _raised(survey)
    await close(survey, path)
    await _anonymise(survey)
    kept = await _concern(survey)
    assert (kept.response_id, kept.child_id) == (None, concern.child_id)
    await _close_concern(survey, concern.id)
    await _anonymise(survey)
    assert (await _concern(survey)).child_id is None


async def test_a_closed_concern_of_no_return_keeps_its_child(survey: World) -> None:
    """It was raised of an activity, or of another year: no return of this one is told by it."""
    _, concern = await _raised(survey)
    await _close_concern(survey, concern.id)
    async with survey.database("survey").writing() as connection:
        await connection.execute(update(Concern).values(response_id=None, question=None))
    await _anonymise(survey)
    kept = await _concern(survey)
    assert (kept.child_id, kept.raised_at) == (concern.child_id, concern.raised_at)


def test_a_year_is_kept_to_the_end_of_the_next() -> None:
    assert kept_until(AcademicYear(2018)) == date(2020, 8, 31)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_year_is_not_made_anonymous_before_its_time(survey: World, dry_run: bool) -> None:
    refused = await _anonymise(survey, "2026-27", dry_run=dry_run)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "kept-still")
    assert refused.json()["errors"][0]["pointer"] == "/academic_year"

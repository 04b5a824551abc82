"""An anonymous wave: chosen once, answered by a link, and nobody is shown who answered (4.5)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from libs.common.core.clock import local_day
from libs.common.security import Role
from services.survey.waves.domain import Recipient, Wave
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import (
    a_case,
    a_response,
    a_wave,
    events_of,
    get,
    handle,
    imported,
    issued_wave,
    post,
)
from tests.unit.survey.campaigns.sending import (
    DONE,
    Post,
    a_campaign,
    counts,
    days_pass,
    sender,
    sends,
)
from tests.unit.survey.links.answering import YEAR, a_link, answering, asked, close, mixed
from tests.unit.survey.links.test_pages import ticket
from tests.worlds import World

GONE = "This link does not work"
PAPER = {
    "reference": "Paper1",
    "channel": "paper",
    "assisted_by": "none",
    "answers": [{"question": "knew_learning", "state": "answered", "value": "yes"}],
}


def _paper(**other: Any) -> dict[str, Any]:
    return {**PAPER, "received_at": datetime.now(UTC).isoformat(), **other}


async def _items(world: World, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await get(world, f"{path}?limit=100")).json()["items"]
    return found


async def test_answers_wait_to_be_mixed_and_then_count_for_nobody(survey: World) -> None:
    path = await asked(survey, 12, anonymous=True)
    codes = []
    for number in range(10):
        async with answering(survey) as person:
            receipt = await person.answer(await a_link(survey, f"P{number}"))
            codes.append(ticket(receipt.text))
    assert len(set(codes)) == 10
    assert await _items(survey, "/responses") == []
    progress = (await get(survey, f"{path}/progress")).json()
    waiting = {"issued": 12, "returned": 10, "counted": 0, "late": 0, "duplicate": 0}
    assert progress == {**waiting, "open_link": 0}
    await close(survey, path)
    await mixed(survey, days=1)
    responses = await _items(survey, "/responses")
    assert [(one["recipient"], one["standing"]) for one in responses] == [(None, "counted")] * 10
    tomorrow = str(local_day(datetime.now(UTC) + timedelta(days=1)))
    told = await events_of(survey, "ResponseReceived")
    assert {(one["received_on"], one["channel"]) for one in told} == {(tomorrow, "link")}
    assert "Made-up words." in (await get(survey, f"/responses/{responses[0]['response_id']}")).text
    progress = (await get(survey, f"{path}/progress")).json()
    assert (progress["returned"], progress["counted"]) == (10, 10)


async def test_whoever_answers_is_told_what_it_means_and_changes_nothing(survey: World) -> None:
    await asked(survey, 10, anonymous=True)
    token = await a_link(survey)
    async with answering(survey) as person, answering(survey) as elsewhere:
        start = await person.open(token)
        assert "nobody can tell which are yours" in start.text
        assert "passed on to a person" in start.text
        first = await person.answer(token)
        assert "Nobody can find your answers again" in first.text
        assert "Fill it in again" not in first.text
        sent_again = await person.step("send", fields={"changing": "yes", "q-knew_learning": "no"})
        assert sent_again.status_code in {400, 404}
        code = ticket(first.text)
        assert ticket((await person.open(token)).text) == code
        other = await elsewhere.open(token)
        assert heading(other) == DONE
        assert code not in other.text
        assert "We do not have it" in other.text


async def test_nobody_is_named_who_answered_on_paper(survey: World) -> None:
    path = await asked(survey, 10, anonymous=True)
    named = await post(survey, f"{path}/responses", _paper(recipient="P0"))
    assert [one["code"] for one in named.json()["errors"]] == ["of-an-anonymous-wave"]
    for status in (201, 200):
        kept = await post(survey, f"{path}/responses", _paper(received_at="2026-11-27T12:00:00Z"))
        kept = await post(survey, f"{path}/responses", _paper()) if status == 201 else kept
    responses = await _items(survey, "/responses")
    assert [(one["recipient"], one["standing"]) for one in responses] == [(None, "counted")]
    unreached = await post(survey, f"{path}/responses", _paper(), Role.SCHOOL_SENCO, schools=[])
    assert unreached.json()["code"] == "few-of-yours"
    other = await asked(survey, 1, reference="W-other")
    unnamed = await post(survey, f"{other}/responses", _paper())
    assert [one["code"] for one in unnamed.json()["errors"]] == ["missing"]
    listed = await _items(survey, f"{path}/recipients")
    assert [one["allowed"] for one in listed] == [[]] * 10


async def test_who_reaches_a_few_records_no_paper_and_who_reaches_ten_does_so_once(
    survey: World,
) -> None:
    """Who typed it is on record: a teacher of one child of the list would say whose it is."""
    children, (few, many) = [uuid4() for _ in range(11)], (uuid4(), uuid4())
    for number, child in enumerate(children):
        await handle(survey, *a_case(child, many if number else few, uuid4())[1])
    path = await issued_wave(survey, children, anonymous=True)
    paper = {**a_response("A0", "", "yes"), "recipient": None}
    answers = [
        await post(survey, f"{path}/responses", paper, Role.SUPPORT_TEACHER, **who)
        for who in (
            {"staff_id": few, "subject": "few"},
            {"staff_id": many, "subject": "many"},
            {"staff_id": many, "subject": "many"},
        )
    ]
    assert [one.status_code for one in answers] == [403, 201, 200], answers[-1].text
    assert answers[0].json()["code"] == "few-of-yours"
    assert answers[1].json()["response_id"] == answers[2].json()["response_id"]


async def test_a_wave_to_fewer_than_ten_is_not_anonymous(survey: World) -> None:
    days = {"issued_on": "2026-01-05", "closes_on": "2026-12-01"}
    wave = a_wave("parents", academic_year=YEAR, anonymous=True, **days)
    path = f"/waves/{(await post(survey, '/waves', wave)).json()['wave_id']}"
    for number in range(9):
        await post(survey, f"{path}/recipients", [{"reference": f"P{number}"}])
    version = (await get(survey, path)).headers["ETag"]
    refused = await post(survey, f"{path}/issue", version=version)
    assert (refused.status_code, refused.json()["code"]) == (409, "too-few-to-be-anonymous")
    await post(survey, f"{path}/recipients", [{"reference": "P9"}])
    version = (await get(survey, path)).headers["ETag"]
    issued = await post(survey, f"{path}/issue", version=version)
    assert (issued.status_code, issued.json()["anonymous"]) == (200, True)
    run = {"issued": 9, "grace_days": 0, "reason": "typing-error", **days}
    corrected = await post(survey, f"{path}/corrections", run, version=issued.headers["ETag"])
    assert corrected.json()["code"] == "too-few-to-be-anonymous"


async def test_what_is_anonymous_stays_so_whatever_is_done(survey: World) -> None:
    """Drafted again, voided and drafted again, opened again, from a file: never another."""
    path = await asked(survey, 10, anonymous=True)
    drafted = {**(await get(survey, path)).json()}
    told = {name: drafted[name] for name in a_wave() | {"anonymous": False}}
    for again in (told | {"anonymous": False}, {**told, "anonymous": False, "grace_days": 3}):
        refused = await post(survey, "/waves", again)
        assert "/anonymous" in [one["pointer"] for one in refused.json()["errors"]]
    version = (await get(survey, path)).headers["ETag"]
    await post(survey, f"{path}/void", {"reason": "entered-twice"}, version=version)
    refused = await post(survey, "/waves", told | {"anonymous": False})
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/anonymous"]
    row = await imported(survey, "waves", told | {"anonymous": False})
    assert row["outcomes"][0]["code"] == "already-recorded"
    assert (await post(survey, "/waves", told)).status_code == 201
    assert (await get(survey, path)).json()["anonymous"] is True


async def test_a_wave_whose_answers_wait_is_not_voided(survey: World) -> None:
    path = await asked(survey, 10, anonymous=True)
    async with answering(survey) as person:
        await person.answer(await a_link(survey))
    version = (await get(survey, path)).headers["ETag"]
    void = {"reason": "entered-twice"}
    refused = await post(survey, f"{path}/void", void, version=version)
    assert refused.json()["code"] == "wave-has-responses"


async def test_a_wave_closed_by_mistake_is_opened_until_its_answers_are_mixed(
    survey: World,
) -> None:
    path = await asked(survey, 10, anonymous=True)
    async with answering(survey) as person:
        await person.answer(await a_link(survey))
    opening = {"reason": "closed-by-mistake"}
    for days, status in ((0, 200), (1, 409)):
        await close(survey, path)
        await mixed(survey, days)
        version = (await get(survey, path)).headers["ETag"]
        opened = await post(survey, f"{path}/reopening", opening, version=version)
        assert opened.status_code == status
    assert opened.json()["code"] == "answers-mixed"


async def test_an_anonymous_wave_takes_no_late_answer(survey: World) -> None:
    """One that came late would be told apart from all others."""
    await asked(survey, 10, anonymous=True)
    token = await a_link(survey)
    yesterday = local_day(datetime.now(UTC)) - timedelta(days=1)
    async with answering(survey) as person:
        await person.open(token)
        await person.start()
        await person.step("check", fields={"q-knew_learning": "yes"})
        async with survey.database("survey").writing() as connection:
            days = {"issued_on": yesterday, "closes_on": yesterday}
            await connection.execute(update(Wave).values(**days))
        assert heading(await person.step("send")) == GONE
        assert heading(await person.open(token)) == GONE


async def test_reminders_go_to_who_has_not_answered_and_show_nobody_who_has(
    survey: World,
) -> None:
    wave = await asked(survey, 12, anonymous=True)
    async with survey.database("survey").writing() as connection:
        for reference, to in (("P10", "1 Made-up Lane"), ("P11", "2 Made-up Lane")):
            moved = update(Recipient).where(Recipient.reference == reference)
            await connection.execute(moved.values(address=to))
    path = await a_campaign(survey, wave)
    out = Post()
    part = sender(survey, out)
    await sends(survey, path, "invitation")
    await part.send_due()
    letters = await post(survey, f"{path}/letters")
    async with answering(survey) as person:
        assert heading(await person.answer(out.token("p0@people.example"))) == DONE
    by_letter = letters.text.split("/survey/answer/")[1][:43]
    async with answering(survey) as person:
        assert heading(await person.answer(by_letter)) == DONE
    again = await post(survey, f"{path}/letters")
    assert again.text.count("/survey/answer/") == 2
    await post(survey, f"{path}/letters/posted")
    await days_pass(survey, 7)
    reminded = await sends(survey, path, "reminder")
    assert reminded == {"queued": {"email": 9}, "left_out": {"by-letter": 2, "answered": 1}}
    await part.send_due()
    assert "p0@people.example" not in {one.address for one in out.taken[-9:]}
    told = await counts(survey, path)
    assert (told["delivered"], told["started"], told["completed"]) == (12, 2, 2)
    back = {"wave_id": wave.split("/")[-1], "reason": "moved-away"}
    for reference in ("P0", "P1"):  # of whom one was reminded
        codes = [
            (await post(survey, f"{path}/returns", {**back, "recipient": reference})).status_code
            for _ in range(2)
        ]
        assert codes == [200, 422]


async def test_no_read_tells_who_answered(survey: World) -> None:
    """What is listed of all is the same for who answered and for who did not."""
    await asked(survey, 10, anonymous=True)
    paths = ("/recipients", "/responses", "/comments", "/changes", "/waves")
    before = [(await get(survey, f"{path}?limit=100")).json() for path in paths]
    async with answering(survey) as person:
        await person.answer(await a_link(survey))
    assert [(await get(survey, f"{path}?limit=100")).json() for path in paths] == before

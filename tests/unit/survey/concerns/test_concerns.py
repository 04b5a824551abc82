"""Signs of harm reach a person by whatever way they come, and nothing of them leaves (5.4.12)."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from libs.common.persistence import tables
from libs.common.security import Role
from tests.unit.survey.calls import a_response, get, handle, imported, issued_wave, post, registered
from tests.unit.survey.links.answering import ANSWERS, a_link, answering, asked
from tests.unit.survey.open_links.opening import a_course
from tests.worlds import World

HARM = "Made up: he hits me at lunch."
CALM = "Made up: I like the book corner."


def said(text: str, question: str = "proud") -> dict[str, Any]:
    """Return an answer in somebody's own words."""
    return {"question": question, "state": "answered", "value": text}


async def concerns(world: World, query: str = "") -> list[dict[str, Any]]:
    """Return the list of concerns."""
    listed = await get(world, f"/concerns{query}")
    assert listed.status_code == 200, listed.text
    found: list[dict[str, Any]] = listed.json()["items"]
    return found


async def raised(world: World) -> str:
    """Have a child's answer raise a concern; return its path."""
    wave = await issued_wave(world, [uuid4()], questionnaire_version=3)
    sent = await post(world, f"{wave}/responses", a_response("Q1", "C0", answers=[said(HARM)]))
    assert sent.status_code == 201, sent.text
    [one] = await concerns(world)
    return f"/concerns/{one['concern_id']}"


async def test_an_answer_on_paper_raises_a_concern_about_the_child(survey: World) -> None:
    child = uuid4()
    wave = await issued_wave(survey, [child], questionnaire_version=3)
    answers = [said(HARM), said(CALM, "would_help")]
    sent = await post(survey, f"{wave}/responses", a_response("Q1", "C0", answers=answers))
    [one] = await concerns(survey, "?state=raised")
    assert one["response_id"] == sent.json()["response_id"]
    assert (one["question"], one["child_id"], one["text"]) == ("proud", str(child), HARM)
    assert (one["signs"], one["rule_version"]) == (["hurt-by-others"], 1)
    assert (one["raised_by"], one["steps"]) == (None, [])


async def test_an_imported_answer_raises_a_concern(survey: World) -> None:
    wave = await issued_wave(survey, [uuid4()], questionnaire_version=3)
    row = {"wave_id": wave.rpartition("/")[2], **a_response("Q1", "C0", answers=[said(HARM)])}
    await imported(survey, "responses", row)
    [one] = await concerns(survey)
    assert one["text"] == HARM
    await imported(survey, "responses", row)
    assert len(await concerns(survey)) == 1


async def test_an_answer_by_a_link_raises_a_concern_and_so_does_its_change(survey: World) -> None:
    """Whoever takes their words back does not take the concern back."""
    await asked(survey)
    async with answering(survey) as person:
        await person.answer(await a_link(survey), ANSWERS | {"q-comment": HARM})
        [first] = await concerns(survey)
        await person.step("edit")
        await person.step("check", fields=ANSWERS | {"q-comment": CALM})
        await person.step("send")
        assert await concerns(survey) == [first]
        await person.step("edit")
        await person.step("check", fields=ANSWERS | {"q-comment": "Made up: I want to die."})
        await person.step("send")
    found = await concerns(survey, "?sort=raised_on")
    assert {one["text"] for one in found} == {HARM, "Made up: I want to die."}
    assert {one["state"] for one in found} == {"raised"}


async def test_the_same_words_again_raise_nothing_more(survey: World) -> None:
    await raised(survey)
    [one] = (await get(survey, "/responses")).json()["items"]
    told = a_response("Q1", "C0", answers=[said(HARM)], channel="online", reason="typing-error")
    del told["reference"], told["recipient"]
    place = f"/responses/{one['response_id']}"
    done = await post(survey, f"{place}/corrections", told, version=one["etag"])
    assert done.status_code == 200, done.text
    voided = await post(survey, f"{place}/void", {"reason": "test-entry"}, version="*")
    assert voided.status_code == 200
    assert len(await concerns(survey, "?state=raised")) == 1


async def test_a_complaint_raises_a_concern(survey: World) -> None:
    complaint = {"reference": "K1", "received_on": "2019-02-14", "formal": False, "text": HARM}
    made = await post(survey, "/complaints", complaint)
    [one] = await concerns(survey)
    assert (one["complaint_id"], one["text"]) == (made.json()["complaint_id"], HARM)
    told = {**complaint, "text": "Made up: he is afraid of her.", "reason": "typing-error"}
    del told["reference"]
    url = f"/complaints/{one['complaint_id']}/corrections"
    assert (await post(survey, url, told, version=made.headers["ETag"])).status_code == 200
    assert len(await concerns(survey)) == 2


COMPLIMENT = {"reference": "K1", "received_on": "2019-02-14", "source": "parents"}
FORM = {"form": 1, "content": 5, "methods": 5}
ACTIVITY = {
    "reference": "V1",
    "held_on": "2019-06-03",
    "method": "puppets",
    "assent": "given",
    "agreement": "given",
}


@pytest.mark.parametrize(
    ("place", "told", "words", "key"),
    [
        ("compliments", COMPLIMENT, "text", "compliment_id"),
        ("ratings", FORM, "comment", "rating_id"),
        ("activities", ACTIVITY, "notes", "activity_id"),
    ],
)
async def test_whatever_else_is_written_raises_a_concern_and_so_does_its_change(
    survey: World, place: str, told: dict[str, Any], words: str, key: str
) -> None:
    child, url = uuid4(), f"/{place}"
    await handle(survey, registered(child))
    if place == "ratings":
        url = f"/deliveries/{await a_course(survey)}/ratings"
    if place == "activities":
        told = {**told, "child_id": str(child)}
    for _ in range(2):
        made = await post(survey, url, {**told, words: HARM})
    [one] = await concerns(survey)
    about = str(child) if place == "activities" else None
    assert (one["text"], one["child_id"]) == (HARM, about)
    stays = {"reference", "child_id", "form"}
    right = {name: value for name, value in told.items() if name not in stays}
    right |= {words: "Made up: I want to die.", "reason": "typing-error"}
    id_ = made.json()[key]
    for _ in range(2):
        done = await post(survey, f"/{place}/{id_}/corrections", right, version="*")
        assert done.status_code == 200, done.text
    assert len(await concerns(survey)) == 2


async def test_a_reader_raises_a_concern_about_what_the_rule_did_not_find(survey: World) -> None:
    wave = await issued_wave(survey, [uuid4()], questionnaire_version=3)
    answers = [said(CALM), said("Made up: a pen.", "would_help")]
    sent = await post(survey, f"{wave}/responses", a_response("Q1", "C0", answers=answers))
    place = f"/responses/{sent.json()['response_id']}/concerns"
    body = {"question": "proud", "note": "Made up: the drawing beside it."}
    made = await post(survey, place, body)
    assert made.status_code == 201, made.text
    assert {*made.json()} == {"concern_id", "raised_at"}
    [one] = await concerns(survey, "?by_rule=false")
    assert (one["text"], one["note"], one["signs"]) == (CALM, body["note"], [])
    assert one["raised_by"] is not None
    await post(survey, place, {})
    both = {one["text"] for one in await concerns(survey)}
    assert both == {CALM, f"{CALM}\n\nMade up: a pen."}
    assert (await post(survey, place, {"question": "comment"})).status_code == 404


async def test_who_raises_one_reads_none(survey: World) -> None:
    await raised(survey)
    for role in (Role.AREA_MANAGER, Role.SUPPORT_TEACHER, Role.SCHOOL_SENCO, Role.ADMINISTRATOR):
        assert (await get(survey, "/concerns", role)).status_code == 403


async def test_a_concern_is_followed_step_by_step_and_closed_by_a_person(survey: World) -> None:
    path = await raised(survey)
    passed = {"passed_to": "police", "passed_on": "2026-11-03"}
    closed = {"outcome": "acted-on-by-others", "note": "Made up: they have it."}
    early = await post(survey, f"{path}/closure", closed, version='"1"')
    assert (early.status_code, early.json()["code"]) == (409, "concern-not-acknowledged")
    for step, body in (
        ("acknowledgement", None),
        ("passing-on", passed),
        ("closure", closed),
        ("reopening", {"note": "Made up: there is more."}),
    ):
        version = (await get(survey, path)).headers["ETag"]
        done = await post(survey, f"{path}/{step}", body, version=version)
        assert done.status_code == 200, done.text
    one = (await get(survey, path)).json()
    assert (one["state"], one["allowed"]) == ("acknowledged", ["pass-on", "close"])
    steps = [(line["step"], line["passed_to"], line["outcome"]) for line in one["steps"]]
    assert steps == [
        ("acknowledge", None, None),
        ("pass-on", "police", None),
        ("close", None, "acted-on-by-others"),
        ("reopen", None, None),
    ]
    assert {line["by"] for line in one["steps"]} != {None}


async def test_a_concern_is_not_closed_without_a_word(survey: World) -> None:
    path = await raised(survey)
    refused = await post(survey, f"{path}/closure", {"outcome": "known-already"}, version="*")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/note"


async def test_nothing_of_a_concern_leaves_the_service(survey: World) -> None:
    """Neither event nor the feed of changes tells that there is one."""
    path = await raised(survey)
    await post(survey, f"{path}/acknowledgement", version="*")
    async with survey.database("survey").reading() as connection:
        rows = (await connection.execute(select(tables.event.c.type, tables.event.c.data))).all()
    concern = path.rpartition("/")[2]
    told = [one for one in rows if "concern" in one.type or concern in one.data]
    assert (told, [one for one in rows if "hits" in one.data]) == ([], [])
    assert concern not in (await get(survey, "/changes")).text


async def test_reading_one_is_audited(survey: World) -> None:
    path = await raised(survey)
    await get(survey, path)
    async with survey.database("survey").reading() as connection:
        rows = (await connection.execute(select(tables.audit))).all()
    read = [row.object for row in rows if row.action == "concern.read"]
    assert [one for one in read if path.rpartition("/")[2] in one]


async def test_what_waits_is_counted(survey: World) -> None:
    line = 'records_waiting{kind="concerns",service="survey"}'
    await handle(survey, registered(uuid4()))
    assert f"{line} 0.0" in (await survey.client.get("/survey/metrics")).text
    path = await raised(survey)
    assert f"{line} 1.0" in (await survey.client.get("/survey/metrics")).text
    await post(survey, f"{path}/acknowledgement", version="*")
    assert f"{line} 0.0" in (await survey.client.get("/survey/metrics")).text


async def test_the_administrator_reads_no_word_of_it_in_the_change_log(survey: World) -> None:
    path = await raised(survey)
    await post(survey, f"{path}/acknowledgement", version="*")
    log = f"/change-log?record_id={path.rpartition('/')[2]}"
    assert '"state"' in (await get(survey, log)).text
    assert "hits me" not in (await get(survey, log, Role.ADMINISTRATOR)).text


@pytest.mark.parametrize("text", ["Made up: nice.", "Made up: he is kind to me."])
async def test_what_has_no_sign_is_on_no_list(survey: World, text: str) -> None:
    wave = await issued_wave(survey, [uuid4()], questionnaire_version=3)
    sent = await post(survey, f"{wave}/responses", a_response("Q1", "C0", answers=[said(text)]))
    assert sent.status_code == 201
    assert await concerns(survey) == []

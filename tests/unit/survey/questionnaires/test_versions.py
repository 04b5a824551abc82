"""A version over HTTP: drafted, translated, looked at, published, sent, answered, retired."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from libs.common.security import Role
from services.survey.questionnaires import queries, shipped
from tests.unit.survey.calls import a_wave, events_of, get, post
from tests.unit.survey.links.answering import a_link, answering, asked
from tests.unit.survey.questionnaires.example import changed, example, item, questionnaire
from tests.worlds import World

VERSIONS = "/questionnaire-versions"
NEXT = f"{VERSIONS}/by-name/parents/3"
ANSWERS: list[dict[str, Any]] = [
    {"question": "knew_learning", "state": "answered", "value": "yes"},
    {"question": "told_by", "state": "answered", "values": ["phone", "letter"]},
    {"question": "comment", "state": "answered", "value": "Made-up words.", "may_quote": False},
]


async def _put(
    world: World, body: Any, path: str = NEXT, version: str | None = None
) -> httpx.Response:
    headers = world.as_(Role.HEAD_OF_SERVICE) | ({"If-Match": version} if version else {})
    return await world.client.put(f"/survey/v1{path}", json=body, headers=headers)


async def _step(world: World, drafted: httpx.Response, step: str, status: int = 200) -> Any:
    path = f"{VERSIONS}/{drafted.json()['questionnaire_id']}"
    version = (await get(world, path)).headers["ETag"]
    done = await post(world, f"{path}/{step}", version=version)
    assert done.status_code == status, done.text
    return done.json()


async def published(world: World, body: Any, path: str = NEXT) -> httpx.Response:
    """Draft, look at and publish a version."""
    drafted = await _put(world, body, path)
    assert drafted.status_code == 201, drafted.text
    await _step(world, drafted, "preview")
    await _step(world, drafted, "publication")
    return drafted


async def test_a_draft_is_translated_looked_at_and_published_and_never_changes_again(
    survey: World,
) -> None:
    drafted = await _put(survey, example())
    shown = drafted.json()
    assert (drafted.status_code, shown["state"], shown["untranslated"]) == (
        201,
        "draft",
        {"en": 0, "pl": 1},
    )
    assert shown["reading_age"] > shown["easy_reading_age"] > 5
    assert (await _put(survey, shown["definition"])).status_code == 200  # the same again
    assert (await _step(survey, drafted, "publication", 409))["code"] == "not-previewed"
    assert (await _step(survey, drafted, "preview"))["allowed"] == ["draft", "publish"]

    whole = changed(*item(0, 1), wording={"en": "Anything else?", "pl": "Pytanie 4"})
    assert (await _put(survey, whole, version='"1"')).status_code == 412
    translated = await _put(survey, whole)
    assert (translated.json()["state"], translated.json()["untranslated"]["pl"]) == ("draft", 0)
    assert (await _step(survey, drafted, "publication", 409))["code"] == "not-previewed"
    await _step(survey, drafted, "preview")
    assert (await _step(survey, drafted, "publication"))["allowed"] == ["retire"]
    assert (await _put(survey, example())).json()["code"] == "questionnaire-frozen"
    shipped = await _put(survey, example(), f"{VERSIONS}/by-name/parents/1")
    assert shipped.json()["code"] == "questionnaire-frozen"


async def test_what_is_published_is_asked_in_the_language_of_who_answers(survey: World) -> None:
    path = "/questionnaires/parents/3"
    drafted = await _put(survey, example())
    assert (await get(survey, path)).status_code == 404
    preview = f"{VERSIONS}/{drafted.json()['questionnaire_id']}/form?lang=ar-XB"
    assert (await get(survey, preview)).json()["direction"] == "rtl"
    await _step(survey, drafted, "preview")
    await _step(survey, drafted, "publication")
    form = (await get(survey, f"{path}?lang=pl", Role.PARENT)).json()
    assert (form["language"], form["title"]) == ("pl", "Ankieta")
    easy = (await get(survey, f"{path}?lang=en&easy=true")).json()
    assert easy["items"][0]["wording"] == "Did you know what your child was learning?"
    pseudo = (await get(survey, f"{path}?lang=ar-XB")).json()
    assert (pseudo["language"], [one["code"] for one in pseudo["languages"]]) == ("en", ["en"])
    assert (await get(survey, f"{path}?lang=Polish!")).status_code == 422
    known = (await get(survey, "/questionnaires")).json()
    assert ("parents", 3) in [(one["questionnaire"], one["version"]) for one in known]


async def test_publishing_tells_the_trend_keys_of_the_shipped_versions_once(survey: World) -> None:
    """A question added next year: whoever compares knows the keys of both years' versions."""
    await published(survey, example())
    await published(survey, changed(title={"en": "Again"}), f"{VERSIONS}/by-name/parents/4")
    told = await events_of(survey, "QuestionnairePublished")
    assert [(one["questionnaire"], one["version"]) for one in told] == [
        ("parents", version) for version in (1, 2, 3, 4)
    ]
    keys = [{one["question"]: one["trend_key"] for one in event["questions"]} for event in told]
    assert (
        keys[0]
        == keys[1]
        == {
            "knew_learning": "parents-knew-learning",
            "given_ideas": "parents-given-ideas",
        }
    )
    assert keys[2]["knew_learning"] == keys[0]["knew_learning"]
    assert "Made" not in str(told)
    listed = (await get(survey, f"{VERSIONS}?state=published&questionnaire=parents")).json()
    assert sorted(one["version"] for one in listed["items"]) == [1, 2, 3, 4]


async def test_a_draft_is_refused_with_all_its_faults_at_once(survey: World) -> None:
    body = changed(*item(0), wording={"en": "Were you told? Did it help?"}, picture="cat")
    refused = await _put(survey, body)
    assert refused.status_code == 422
    assert {one["code"] for one in refused.json()["errors"]} == {
        "two-questions",
        "reworded",
        "unknown-picture",
    }
    assert "Were you told" not in refused.text
    assert (await get(survey, NEXT)).status_code == 404
    malformed = await _put(survey, changed(*item(0), type="likert7", colour="red"))
    assert len(malformed.json()["errors"]) == 2


async def test_a_wave_and_its_responses_are_pinned_to_a_version(survey: World) -> None:
    drafted = await _put(survey, example())
    wave = a_wave("parents", questionnaire_version=3)
    assert (await post(survey, "/waves", wave)).status_code == 422  # a draft is sent to nobody
    await _step(survey, drafted, "preview")
    await _step(survey, drafted, "publication")
    made = await post(survey, "/waves", wave)
    path = f"/waves/{made.json()['wave_id']}"
    await _step(survey, drafted, "retirement")
    refused = await post(survey, "/waves", wave | {"reference": "W2"})
    assert [one["code"] for one in refused.json()["errors"]] == ["retired"]

    listed = [{"reference": "P1", "parent_id": str(uuid4())}]
    assert (await post(survey, f"{path}/recipients", listed)).status_code == 200
    version = (await get(survey, path)).headers["ETag"]
    assert (await post(survey, f"{path}/issue", version=version)).status_code == 200
    body = {
        "reference": "Q1",
        "recipient": "P1",
        "received_at": "2019-06-01T10:00:00+01:00",
        "channel": "online",
        "assisted_by": "none",
        "answers": ANSWERS,
    }
    hidden = [*ANSWERS, {"question": "meeting_helped", "state": "answered", "value": "agree"}]
    wrong = await post(survey, f"{path}/responses", body | {"answers": hidden})
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/answers/3/question"]
    response = await post(survey, f"{path}/responses", body)
    assert response.status_code == 201, response.text
    assert (await post(survey, f"{path}/responses", body)).status_code == 200  # the same again
    other = body | {"answers": [*ANSWERS[:2], ANSWERS[2] | {"may_quote": True}]}
    assert (await post(survey, f"{path}/responses", other)).status_code == 409

    [event] = await events_of(survey, "ResponseReceived")
    assert event["chosen"] == [{"question": "told_by", "values": ["letter", "phone"]}]
    assert "Made-up words." not in str(event)
    assert response.json()["chosen"] == event["chosen"]
    [comment] = (await get(survey, "/comments")).json()["items"]
    assert (comment["text"], comment["may_quote"]) == ("Made-up words.", False)


async def test_a_file_shipped_later_does_not_take_the_place_of_what_was_published(
    survey: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers stay pinned to the words that they were given to; the shipped 1 and 2 resolve too."""
    await published(survey, example())
    before = [(await get(survey, f"/questionnaires/parents/{n}")).json() for n in (1, 2, 3)]
    other = questionnaire(changed(title={"en": "Another questionnaire"}))
    later = (*shipped.questionnaires(), other)
    with monkeypatch.context() as released:
        released.setattr(queries, "questionnaires", lambda: later)
        released.setattr(shipped, "questionnaires", lambda: later)
        shown = [(await get(survey, f"/questionnaires/parents/{n}")).json() for n in (1, 2, 3)]
        known = (await get(survey, "/questionnaires")).json()
    assert shown == before
    assert [one["title"] for one in known].count("Another questionnaire") == 0


async def test_only_the_head_drafts_and_a_change_is_in_the_change_log(survey: World) -> None:
    body = example()
    forbidden = await survey.client.put(
        f"/survey/v1{NEXT}", json=body, headers=survey.as_(Role.AREA_MANAGER)
    )
    assert forbidden.status_code == 403
    drafted = await _put(survey, body)
    await _put(survey, changed(title={"en": "Another title"}))
    assert (await get(survey, VERSIONS, Role.SUPPORT_TEACHER)).status_code == 403
    id_ = drafted.json()["questionnaire_id"]
    log = await get(survey, f"/change-log?record_id={id_}")
    assert log.status_code == 200, log.text
    assert "Another title" in log.text


async def test_a_published_version_is_answered_by_a_link(survey: World) -> None:
    """Several may be chosen, words may be quoted, and what is required and shown is asked for."""
    await published(survey, example())
    await asked(survey, questionnaire_version=3)
    token = await a_link(survey)
    told = {"q-told_by--letter": "yes", "q-told_by--phone": "yes"}
    written = {"q-comment": "Made-up words.", "q-comment--quote": "yes"}
    async with answering(survey) as browser:
        await browser.open(token)
        await browser.start()
        missed = await browser.step("check", fields=written)
        assert "Answer this question." in missed.text
        # What the other answers do not lead to is passed over.
        fields = {"q-knew_learning": "yes", "q-meeting_helped": "agree", **told, **written}
        checked = await browser.step("check", fields=fields)
        assert "By letter, By telephone" in checked.text
        assert "You may quote this" in checked.text
        sent = await browser.step("send")
        assert "We have your answers" in sent.text
    [event] = await events_of(survey, "ResponseReceived")
    assert event["chosen"] == [{"question": "told_by", "values": ["letter", "phone"]}]
    states = {one["question"]: one["state"] for one in event["answers"]}
    assert states["meeting_helped"] == "not-shown"
    [comment] = (await get(survey, "/comments")).json()["items"]
    assert comment["may_quote"] is True

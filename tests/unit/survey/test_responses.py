"""Responses: what counts, what is void, what stays here, and who reads it."""

import json
from collections import Counter
from uuid import uuid4

from sqlalchemy import select

from libs.common.security import Role
from services.survey.responses.domain import AnswerText
from tests.unit.survey.calls import (
    a_response,
    a_wave,
    events_of,
    get,
    imported,
    issued_wave,
    post,
)
from tests.unit.survey.questionnaires.example import example
from tests.worlds import World


async def test_free_text_stays_here(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    body = a_response("Q1", "C0", "yes")
    body["answers"].append({"question": "comment", "state": "answered", "value": "Purple words."})
    recorded = await post(survey, f"{path}/responses", body)
    event = (await events_of(survey, "ResponseReceived"))[0]
    assert "Purple" not in json.dumps(event)
    assert event["answers"][-1] == {"question": "comment", "state": "answered", "value": None}
    assert "Purple" not in recorded.text
    assert "Purple" not in (await get(survey, f"{path}/responses")).text
    one = await get(survey, f"/responses/{recorded.json()['response_id']}")
    assert one.json()["texts"] == {"comment": "Purple words."}
    async with survey.database("survey").reading() as connection:
        assert (await connection.execute(select(AnswerText.text))).scalars().all() == [
            "Purple words."
        ]
    body["answers"][-1]["value"] = "Other words."
    refused = await post(survey, f"{path}/responses", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already-recorded")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/answers"]
    assert "words" not in refused.text


async def test_all_faults_of_a_response_are_named_at_once(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    body = a_response("Q1", "nobody", "perhaps")
    body["answers"].append({"question": "colour", "state": "not-shown"})
    answer = await post(survey, f"{path}/responses", body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/answers/0/value",
        "/answers/1/question",
        "/recipient",
    ]


async def test_a_void_response_counts_nowhere_and_the_next_one_does(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    first = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    void = f"/responses/{first.json()['response_id']}/void"
    reason = {"reason": "test-entry"}
    assert (await post(survey, void, reason)).status_code == 428
    assert (await post(survey, void, reason, version='"9"')).status_code == 412
    voided = await post(survey, void, reason, version=first.headers["ETag"])
    assert voided.json()["void_reason"] == "test-entry"
    other = await post(survey, void, {"reason": "entered-twice"}, version=voided.headers["ETag"])
    assert (other.status_code, other.json()["code"]) == (409, "response-void")
    next_ = await post(survey, f"{path}/responses", a_response("Q2", "C0", "no"))
    assert next_.json()["standing"] == "counted"
    progress = (await get(survey, f"{path}/progress")).json()
    assert (progress["returned"], progress["counted"]) == (1, 1)
    assert len(await events_of(survey, "ResponseVoided")) == 1


async def test_a_name_is_no_reason_to_void_a_response(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    first = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    response_id, version = first.json()["response_id"], first.headers["ETag"]
    for reason in ("Alma.Madeup", "A123456789012"):
        row = {"response_id": response_id, "reason": reason}
        refused = await post(
            survey, f"/responses/{response_id}/void", {"reason": reason}, version=version
        )
        report = await imported(survey, "response-voids", row)
        for faults in (refused.json()["errors"], report["outcomes"][0]["faults"]):
            assert [fault["pointer"] for fault in faults] == ["/reason"]
        assert reason not in f"{refused.text}{report}"
    assert await events_of(survey, "ResponseVoided") == []


async def test_responses_are_listed_page_by_page(survey: World) -> None:
    path = await issued_wave(survey, [uuid4() for _ in range(5)])
    for n in range(5):
        await post(survey, f"{path}/responses", a_response(f"Q{n}", f"C{n}", "yes"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await get(survey, f"{path}/responses?limit=2{cursor}")).json()
        seen += [item["reference"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == ["Q0", "Q1", "Q2", "Q3", "Q4"]


async def test_a_school_answers_for_itself_and_reads_only_that(survey: World) -> None:
    ours, theirs = uuid4(), uuid4()
    drafted = await post(survey, "/waves", a_wave("schools"))
    path = f"/waves/{drafted.json()['wave_id']}"
    await post(
        survey,
        f"{path}/recipients",
        [{"reference": f"S{n}", "school_id": str(id_)} for n, id_ in enumerate((ours, theirs))],
    )
    version = (await get(survey, path)).headers["ETag"]
    await post(survey, f"{path}/issue", version=version)
    good = [{"question": "impact", "state": "answered", "value": "good"}]
    answers = [
        await post(
            survey,
            f"{path}/responses",
            a_response(f"Q{n}", f"S{n}", answers=good),
            Role.SCHOOL_SENCO,
            schools=[school],
        )
        for n, school in enumerate((ours, ours))
    ]
    assert [answer.status_code for answer in answers] == [201, 422]
    one = f"/responses/{answers[0].json()['response_id']}"
    assert (await get(survey, one, Role.SCHOOL_SENCO, schools=[ours])).status_code == 200
    assert (await get(survey, one, Role.SCHOOL_SENCO, schools=[theirs])).status_code == 404
    assert (await get(survey, one, Role.LINK_ADVISER)).status_code == 403


async def test_what_was_imported_once_is_unchanged_the_second_time(survey: World) -> None:
    children = [uuid4() for _ in range(3)]
    path = await issued_wave(survey, children)
    wave_id = path.rpartition("/")[2]
    rows = [{**a_response(f"Q{n}", f"C{n}", "yes", "no"), "wave_id": wave_id} for n in range(3)]
    rows[0]["answers"].append({"question": "comment", "state": "answered", "value": "Made up."})
    rows.append({**a_response("Q9", "C0", "no"), "wave_id": wave_id})
    first = await imported(survey, "responses", *rows)
    assert first["created"] == 4
    again = await imported(survey, "responses", *rows)
    assert again["unchanged"] == 4
    assert [o["id"] for o in first["outcomes"]] == [o["id"] for o in again["outcomes"]]
    events = await events_of(survey, "ResponseReceived")
    assert Counter(event["standing"] for event in events) == {"counted": 3, "duplicate": 1}
    void = {"response_id": first["outcomes"][1]["id"], "reason": "test-entry"}
    assert (await imported(survey, "response-voids", void))["updated"] == 1
    assert (await imported(survey, "response-voids", void))["unchanged"] == 1
    unknown = {**void, "response_id": str(uuid4())}
    assert (await imported(survey, "response-voids", unknown, void))["refused"] == 1


HELPED = (
    ("none", None, True),
    ("parent", "proxy", False),
    ("teaching-assistant", None, False),
    ("teaching-assistant", "other", False),
    ("teaching-assistant", "scribe", True),
    ("support-teacher", "signer", True),
    ("support-teacher", "reader", True),
    ("other", "interpreter", True),
)
"""Who helped and how, and whether what is written is said in the respondent's own words."""


async def test_a_form_that_an_adult_filled_in_is_kept_and_never_quoted(survey: World) -> None:
    """Trap 58: it counts and says so; what is written in it is nobody's own words."""
    path = await _asking_to_quote(survey, len(HELPED))
    words = {"question": "comment", "state": "answered", "may_quote": True}
    for number, (assisted_by, how, _) in enumerate(HELPED):
        answers = [{**words, "value": f"Made up {number}."}]
        told = {"assisted_by": assisted_by, "help": how, "answers": answers}
        made = await post(
            survey, f"{path}/responses", a_response(f"Q{number}", f"P{number}", **told)
        )
        assert made.status_code == 201, made.text
        assert (made.json()["standing"], made.json()["help"]) == ("counted", how)
    events = await events_of(survey, "ResponseReceived")
    assert [(one["assisted_by"], one["help"]) for one in events] == [one[:2] for one in HELPED]
    comments = (await get(survey, "/comments")).json()["items"]
    own = {one["text"]: (one["own_words"], one["may_quote"]) for one in comments}
    assert own == {f"Made up {n}.": (one[2], one[2]) for n, one in enumerate(HELPED)}
    for asked, number in (("true", 5), ("false", 3)):
        listed = await get(survey, f"/comments?may_quote={asked}")
        assert len(listed.json()["items"]) == number, asked


async def _asking_to_quote(world: World, recipients: int) -> str:
    """Issue a wave of the documents' example, which asks whether words may be quoted."""
    drafted = await world.client.put(
        "/survey/v1/questionnaire-versions/by-name/parents/7", json=example(), headers=world.as_()
    )
    one = f"/questionnaire-versions/{drafted.json()['questionnaire_id']}"
    for step in ("preview", "publication"):
        version = (await get(world, one)).headers["ETag"]
        assert (await post(world, f"{one}/{step}", version=version)).is_success
    wave = a_wave("parents", questionnaire_version=7)
    path = f"/waves/{(await post(world, '/waves', wave)).json()['wave_id']}"
    people = [{"reference": f"P{n}", "parent_id": str(uuid4())} for n in range(recipients)]
    await post(world, f"{path}/recipients", people)
    version = (await get(world, path)).headers["ETag"]
    assert (await post(world, f"{path}/issue", version=version)).is_success
    return path


async def test_who_was_not_helped_was_not_helped_somehow(survey: World) -> None:
    path = await issued_wave(survey, [uuid4()])
    said = a_response("Q1", "C0", "yes", assisted_by="none", help="proxy")
    refused = await post(survey, f"{path}/responses", said)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/help"]

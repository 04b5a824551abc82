"""Paper over HTTP: whose code it is, what each sees of two keyings, and by what it is found."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from libs.common.security import Role
from services.survey.paper.domain import PaperCode
from services.survey.waves.domain import Recipient
from tests.unit.survey.calls import a_case, get, handle, issued_wave, post
from tests.worlds import World

MINE, OTHERS, TEACHER, TEAM = (uuid4() for _ in range(4))
AREA: dict[str, Any] = {"teams": [TEAM], "subject": "area"}
MY: dict[str, Any] = {"staff_id": TEACHER, "subject": "teacher"}
YES = {"question": "better_at_work", "state": "answered", "value": "yes"}
WORDS = {"question": "comment", "state": "answered", "value": "Made-up words."}


async def _wave(world: World, percent: int = 100) -> str:
    """Issue a wave to a child on a caseload and one on none; return its path."""
    path = await issued_wave(world, [MINE, OTHERS])
    await handle(world, *a_case(MINE, TEACHER, TEAM)[1])
    planned = await world.client.put(
        f"/survey/v1{path}/keying", json={"twice_percent": percent}, headers=world.as_()
    )
    assert (planned.status_code, planned.json()["twice_percent"]) == (200, percent), planned.text
    return path


async def _printed(world: World, path: str, **said: Any) -> list[str]:
    """Print papers, and return the codes by the references of whose they are."""
    made = await post(world, f"{path}/papers", said)
    assert (made.status_code, made.content[:5]) == (200, b"%PDF-"), made.text
    assert made.headers["Content-Disposition"] == 'attachment; filename="papers-1-of-1.pdf"'
    return await _codes(world)


async def _codes(world: World) -> list[str]:
    async with world.database("survey").reading() as connection:
        query = select(PaperCode.code).join(Recipient, Recipient.id == PaperCode.recipient_id)
        return list((await connection.execute(query.order_by(Recipient.reference))).scalars())


def _typed(code: str, *answers: dict[str, Any], **other: Any) -> dict[str, Any]:
    told = {"code": code, "received_on": "2019-06-20", "assisted_by": "none", "answers": answers}
    return {**told, **other}


async def test_a_paper_printed_again_has_the_code_that_it_had(survey: World) -> None:
    path = await _wave(survey)
    codes = await _printed(survey, path, recipients=["C0"])
    assert len(codes) == 1
    again = await _printed(survey, path, size="large", easy=True)
    assert (again[0], len(again)) == (codes[0], 2)
    for said, place in (({"recipients": ["C9"]}, "/recipients/0"), ({"part": 2}, "/part")):
        refused = await post(survey, f"{path}/papers", said)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, place)


async def test_a_code_leads_who_keys_to_their_own_recipients_alone(survey: World) -> None:
    path = await _wave(survey)
    mine, others = await _printed(survey, path)
    for role, claims in ((Role.SUPPORT_TEACHER, MY), (Role.AREA_MANAGER, AREA)):
        found = await get(survey, f"/paper-codes/{mine.lower()}", role, **claims)
        assert (found.json()["recipient"], found.json()["code"]) == ("C0", mine), found.text
        hidden = await get(survey, f"/paper-codes/{others}", role, **claims)
        none = await get(survey, "/paper-codes/KPQ7-BM2Q", role, **claims)
        assert (hidden.status_code, hidden.content) == (404, none.content)
        paper = await post(survey, f"{path}/papers", {"recipients": ["C1"]}, role, **claims)
        assert (paper.status_code, paper.json()["errors"][0]["code"]) == (422, "unknown-recipient")
        body = _typed(others, YES)
        assert (await post(survey, "/paper-forms", body, role, **claims)).status_code == 404
    for role in (Role.PARENT, Role.SCHOOL_SENCO, Role.ADMINISTRATOR):
        assert (await get(survey, f"/paper-codes/{mine}", role)).status_code == 403
    assert (await survey.client.get(f"/survey/v1/paper-codes/{mine}")).status_code == 401
    # It is no link.
    assert (await survey.client.get(f"/survey/answer/{mine}")).status_code == 404


async def test_words_are_shown_to_who_reads_comments_and_a_first_keying_to_nobody(
    survey: World,
) -> None:
    path = await _wave(survey)
    code, _ = await _printed(survey, path)
    teacher = Role.SUPPORT_TEACHER
    once = await post(survey, "/paper-forms", _typed(code, YES, WORDS), teacher, **MY)
    assert (once.status_code, once.json()["state"]) == (201, "keyed-once"), once.text
    form = f"/paper-forms/{once.json()['form_id']}"
    seen = await get(survey, form)
    assert "Made-up" not in seen.text
    assert seen.json()["differences"] == seen.json()["texts"] == []
    no, other = YES | {"value": "no"}, WORDS | {"value": "Other words."}
    both = await post(survey, "/paper-forms", _typed(code, no, other), Role.AREA_MANAGER, **AREA)
    assert (both.status_code, both.json()["state"]) == (200, "differs"), both.text
    told = {"field": "answers.better_at_work", "first": "yes", "second": "no"}
    words = {"field": "texts.comment", "first": "Made-up words.", "second": "Other words."}
    for role, claims, codes, texts, by in (
        (Role.HEAD_OF_SERVICE, {}, [told], [words], "teacher"),
        (Role.AREA_MANAGER, AREA, [told], [words], "teacher"),
        (teacher, MY, None, None, None),
    ):
        shown = (await get(survey, form, role, **claims)).json()
        assert (shown["differences"], shown["texts"], shown["first_by"]) == (codes, texts, by)
        assert ("resolve" in shown["allowed"]) is (role is not teacher)
    withheld = ["differences", "first_by", "resolved_by", "second_by", "texts"]
    assert shown["withheld"] == withheld
    another = await get(survey, form, teacher, staff_id=TEACHER, subject="a colleague")
    assert another.status_code == 404
    version = (await get(survey, form)).headers["ETag"]
    choices = [{"field": one["field"], "keying": "second"} for one in (told, words)]
    url, said = f"{form}/resolution", {"choices": choices}
    refused = await post(survey, url, said, teacher, version=version, **MY)
    assert refused.status_code == 403
    done = await post(survey, url, said, version=version)
    assert (done.json()["state"], done.json()["differences"]) == ("recorded", []), done.text
    response = (await get(survey, f"/responses/{done.json()['response_id']}")).json()
    assert (response["texts"], response["channel"]) == ({"comment": "Other words."}, "paper")
    keying = (await get(survey, f"{path}/keying")).json()
    assert (keying["printed"], keying["recorded"], keying["differed"]) == (2, 1, 1)
    log = f"/change-log?record_id={form.rpartition('/')[2]}"
    kept = await get(survey, log, Role.ADMINISTRATOR)
    assert '"first"' in kept.text
    assert "ords." not in kept.text


async def test_a_form_is_found_by_its_code(survey: World) -> None:
    path = await _wave(survey, percent=0)
    _, code = await _printed(survey, path)
    made = await post(survey, "/paper-forms", _typed(code, YES))
    assert (made.status_code, made.json()["state"]) == (201, "recorded"), made.text
    again = await post(survey, "/paper-forms", _typed(code, YES))
    assert (again.status_code, again.json()) == (200, made.json())
    assert (await get(survey, f"{path}/progress")).json()["returned"] == 1
    found = await get(survey, f"/paper-forms/by-code/{code}/1")
    assert (found.json()["recipient"], found.json()["state"]) == ("C1", "recorded")


async def test_a_questionnaire_is_printed_without_a_code_to_be_looked_at(survey: World) -> None:
    made = await get(survey, "/questionnaires/children/2/paper?size=giant&easy=true")
    assert (made.status_code, made.content[:5]) == (200, b"%PDF-"), made.text
    assert (await get(survey, "/questionnaires/children/99/paper")).status_code == 404

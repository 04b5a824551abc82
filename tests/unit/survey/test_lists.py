"""Each list by each role that may ask for it: 200, and what it reaches."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.security import Role
from tests.reads import check_listing
from tests.unit.survey.calls import a_case, a_response, get, handle, issued_wave, post
from tests.worlds import World

MINE, OTHERS, TEACHER, COLLEAGUE, TEAM, OTHER_TEAM = (uuid4() for _ in range(6))
CLAIMS: dict[Role, dict[str, object]] = {
    Role.HEAD_OF_SERVICE: {},
    Role.AREA_MANAGER: {"teams": [TEAM]},
    Role.SUPPORT_TEACHER: {"staff_id": TEACHER},
}


async def _answered(world: World) -> str:
    """Return the path of a wave that a child of each of two teams has answered."""
    path = await issued_wave(world, [MINE, OTHERS])
    for child, staff, team in ((MINE, TEACHER, TEAM), (OTHERS, COLLEAGUE, OTHER_TEAM)):
        await handle(world, *a_case(child, staff, team)[1])
    for number in (0, 1):
        made = await post(world, f"{path}/responses", a_response(f"Q{number}", f"C{number}"))
        assert made.status_code == 201, made.text
    return path


@pytest.mark.parametrize(
    ("what", "role", "seen"),
    [
        ("responses", Role.HEAD_OF_SERVICE, ["C0", "C1"]),
        ("responses", Role.AREA_MANAGER, ["C0"]),
        ("recipients", Role.HEAD_OF_SERVICE, ["C0", "C1"]),
        ("recipients", Role.AREA_MANAGER, ["C0"]),
        ("recipients", Role.SUPPORT_TEACHER, ["C0"]),
    ],
)
async def test_a_list_holds_what_its_reader_reaches(
    survey: World, what: str, role: Role, seen: list[str]
) -> None:
    path = await _answered(survey)
    listed = await get(survey, f"{path}/{what}", role, **CLAIMS[role])
    assert listed.status_code == 200, listed.text
    field = "recipient" if what == "responses" else "reference"
    assert sorted(one[field] for one in listed.json()["items"]) == seen


async def test_an_area_managers_own_teams_are_those_of_the_token(survey: World) -> None:
    path = await _answered(survey)
    nobody: list[UUID] = []
    listed = await get(survey, f"{path}/responses", Role.AREA_MANAGER, teams=nobody)
    assert (listed.status_code, listed.json()["items"]) == (200, [])


async def test_a_reference_of_another_teams_response_is_as_good_as_any(survey: World) -> None:
    """Whoever tries one does not hear whether there is such a response."""
    path = f"{await _answered(survey)}/responses"
    given = a_response("Q1", "C0", received_at="2019-06-27T09:00:00+01:00")
    made = [
        await post(survey, path, given, Role.AREA_MANAGER, teams=[TEAM], subject="area")
        for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 200], made[0].text
    assert made[0].json() == made[1].json()


async def test_a_teacher_hears_nothing_of_answers_that_another_recorded(survey: World) -> None:
    """Or they could find out, try by try, what was answered: to read it is not theirs."""
    path = f"{await _answered(survey)}/responses"
    mine: dict[str, Any] = {"staff_id": TEACHER, "subject": "teacher"}
    answers = []
    for given in (a_response("Q0", "C0"), a_response("Q0", "C0", "yes")):
        answers.append(await post(survey, path, given, Role.SUPPORT_TEACHER, **mine))
        assert (answers[-1].status_code, answers[-1].json()["code"]) == (409, "reference-taken")
    assert answers[0].json() == answers[1].json()
    for status in (201, 200):
        own = await post(survey, path, a_response("Q7", "C0"), Role.SUPPORT_TEACHER, **mine)
        assert own.status_code == status, own.text
    area = await post(survey, path, a_response("Q0", "C0"), Role.AREA_MANAGER, teams=[TEAM])
    assert area.status_code == 200, area.text


URL = "/survey/v1"
OF_RESPONSES = """wave={wave_id}|W-parents standing={standing}|late channel=paper|online
    void=false|true audience=children|parents,schools school=|900001 team=|TB area=|north
    school_kind=|junior academic_year=2018-19|2017-18 questionnaire=children|parents
    questionnaire_version=1,2|2 received_on_from=2019-06-01|2019-06-29
    received_on_until=2019-06-28|2019-05-31"""
RECORDED = (
    (
        "waves",
        "/{wave_id}",
        "/by-reference/W-children",
        """audience=children|parents academic_year=2018-19|2017-18 state=issued|draft,closed
        questionnaire=children|parents issued_on_from=2019-05-14|2019-05-15 sort=-closes_on|""",
    ),
    (
        "recipients",
        "/{recipient_id}",
        "/by-wave/{wave_id}/{reference}",
        """wave=W-children|W-parents child={child_id}|county/C9 cancelled=false|true
        sort=-reference|""",
    ),
    (
        "responses",
        "",
        "/by-reference/{reference}",
        f"recipient={{recipient}}|C7 {OF_RESPONSES}",
    ),
    ("response-sheets", "", "", OF_RESPONSES),
    (
        "comments",
        "/responses/{response_id}/comments/{question}",
        "",
        "wave=W-children|W-parents question={question}|better_at_work response_id={response_id}|",
    ),
    (
        "deliveries",
        "/{delivery_id}",
        "/by-reference/D1",
        """kind=course|network course=precision-teaching|senco
        delivered_on_until=2019-02-01|2019-01-31 sort=delivered_on|""",
    ),
    (
        "ratings",
        "/{rating_id}",
        "/by-form/1/D1",
        "delivery=D1|D2 delivery={delivery_id}| sort=form|",
    ),
    (
        "complaints",
        "/{complaint_id}",
        "/by-reference/K1",
        """formal=true|false closed=false|true outcome=|upheld
        received_on_from=2019-02-14|2019-02-15 sort=received_on|""",
    ),
    (
        "compliments",
        "/{compliment_id}",
        "/by-reference/K1",
        "source=parents|schools received_on_until=2019-02-14|2019-02-13",
    ),
    (
        "register-checks",
        "/{check_id}",
        "/by-month/complaints/2019-02",
        "kind=complaints|compliments month=2019-02|2019-03 sort=-month|",
    ),
)
TOLD = {"received_on": "2019-02-14", "text": "Made-up words."}


async def _recorded(world: World) -> None:
    path = await _answered(world)
    items = (await get(world, "/questionnaires/children/1")).json()["items"]
    free = next(item["id"] for item in items if item["type"] == "free_text")
    written = a_response("Q2", "C0", received_at="2019-06-01T09:00:00+01:00")
    written["answers"] = [{"question": free, "state": "answered", "value": "=Made-up words."}]
    course = {"kind": "course", "course": "precision-teaching", "delegates": 4}
    made = []
    for url, body in (
        (f"{path}/responses", written),
        ("/deliveries", {"reference": "D1", "delivered_on": "2019-02-01", **course}),
        ("/complaints", {"reference": "K1", "formal": True, **TOLD}),
        ("/compliments", {"reference": "K1", "source": "parents", **TOLD}),
        (
            "/register-checks",
            {"kind": "complaints", "month": "2019-02", "checked_on": "2019-03-04"},
        ),
    ):
        made.append(await post(world, url, body))
        assert made[-1].status_code == 201, made[-1].text
    ratings = f"/deliveries/{made[1].json()['delivery_id']}/ratings"
    assert (await post(world, ratings, {"form": 1, "content": 9})).status_code == 201


async def test_each_record_is_listed_shown_found_by_its_key_and_taken_away(survey: World) -> None:
    await _recorded(survey)
    for things, item, key, asked in RECORDED:
        url = f"{URL}/{things}"
        one = URL + item if item.count("/") > 1 else url + item
        await check_listing(survey, url, one if item else "", url + key if key else "", asked)


async def test_a_list_of_a_role_holds_what_it_reaches(survey: World) -> None:
    await _answered(survey)
    for role, things, number in (
        (Role.HEAD_OF_SERVICE, "recipients", 2),
        (Role.AREA_MANAGER, "recipients", 1),
        (Role.SUPPORT_TEACHER, "recipients", 1),
        (Role.AREA_MANAGER, "responses", 1),
        (Role.AREA_MANAGER, "comments", 0),
        (Role.AREA_MANAGER, "waves", 1),  # of the whole county
    ):
        listed = await get(survey, f"/{things}", role, **CLAIMS[role])
        assert len(listed.json()["items"]) == number, (role, things)
        who = survey.as_(role, **CLAIMS[role]) | {"Accept": "text/csv"}
        file = await survey.client.get(f"{URL}/{things}", headers=who)
        if role is Role.SUPPORT_TEACHER:
            assert file.status_code == 403
        else:
            assert len(file.text.splitlines()) == 1 + number, (role, things)


async def test_a_questionnaire_and_a_course_are_shown_one_by_one(survey: World) -> None:
    for things, address in (
        ("questionnaires", "{questionnaire}/{version}"),
        ("courses", "{kind}/{code}"),
    ):
        for one in (await get(survey, f"/{things}")).json():
            assert (await get(survey, f"/{things}/{address.format(**one)}")).json() == one
    for nothing in ("questionnaires/children/999", "courses/course/none"):
        assert (await get(survey, f"/{nothing}")).status_code == 404


async def test_a_childs_time_line_has_what_was_asked_and_for_some_what_came_back(
    survey: World,
) -> None:
    await _answered(survey)
    for role, kinds in (
        (Role.HEAD_OF_SERVICE, ["responses", "waves"]),
        (Role.AREA_MANAGER, ["responses", "waves"]),
        (Role.SUPPORT_TEACHER, ["waves"]),
    ):
        shown = await get(survey, f"/children/{MINE}/timeline", role, **CLAIMS[role])
        assert sorted(one["thing"] for one in shown.json()["entries"]) == kinds, role
        assert shown.json()["entries"][0]["on"] == "2019-05-14"
        assert shown.json()["withheld"] == ([] if "responses" in kinds else ["response"])
        hidden = await get(survey, f"/children/{OTHERS}/timeline", role, **CLAIMS[role])
        assert hidden.status_code == (200 if role == Role.HEAD_OF_SERVICE else 404)


async def test_a_record_shows_each_role_the_steps_that_its_state_leaves_them(
    survey: World,
) -> None:
    await _recorded(survey)
    for things, role, steps in (
        ("waves", Role.HEAD_OF_SERVICE, ["close", "correct", "void"]),
        ("waves", Role.AREA_MANAGER, []),  # it was drafted by another
        ("deliveries", Role.AREA_MANAGER, ["rate", "correct", "void"]),
        ("deliveries", Role.SUPPORT_TEACHER, []),
        ("complaints", Role.HEAD_OF_SERVICE, ["close", "correct", "void"]),
        ("compliments", Role.HEAD_OF_SERVICE, ["correct", "void"]),
        ("register-checks", Role.HEAD_OF_SERVICE, ["void"]),
        ("register-checks", Role.LINK_ADVISER, []),
    ):
        [item] = (await get(survey, f"/{things}", role)).json()["items"]
        assert item["allowed"] == steps, (things, role)
    [wave] = (await get(survey, "/waves")).json()["items"]
    closed = await post(survey, f"/waves/{wave['wave_id']}/close", version=wave["etag"])
    assert closed.status_code == 200, closed.text
    [wave] = (await get(survey, "/waves")).json()["items"]
    assert wave["allowed"] == ["reopen", "correct", "void"]

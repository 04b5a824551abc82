"""Each list by each role that may ask for it: 200, and what it reaches."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.security import Role
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

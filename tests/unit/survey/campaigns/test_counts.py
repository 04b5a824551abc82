"""How far a wave has got, by team, area and kind of school, for whom the caller reaches."""

from typing import Any
from uuid import uuid4

import pytest

from libs.common.security import Role
from tests.unit.survey.calls import a_case, a_response, get, handle, issued_wave, post
from tests.unit.survey.links.answering import close
from tests.unit.survey.waves.test_whose import ALPHA, BETA, OTHER, TEACHER, teams
from tests.worlds import World

CHILDREN = [uuid4() for _ in range(4)]
NUMBERS = ("issued", "delivered", "undeliverable", "started", "completed", "declined")


async def answered(world: World) -> str:
    """Return the path of a wave to two children of Alpha, one of Beta and one of none.

    One of each has answered.
    """
    await handle(world, *teams())
    held = ((TEACHER, ALPHA), (TEACHER, ALPHA), (OTHER, BETA))
    for child, (staff, team) in zip(CHILDREN, held, strict=False):
        await handle(world, *a_case(child, staff, team)[1])
    path = await issued_wave(world, CHILDREN)
    for number in (0, 2, 3):
        made = await post(world, f"{path}/responses", a_response(f"Q{number}", f"C{number}", "yes"))
        assert made.status_code == 201, made.text
    return path


def numbers(view: dict[str, Any]) -> tuple[int, ...]:
    return tuple(view[name] for name in NUMBERS)


async def groups(world: World, url: str, **who: Any) -> dict[str, tuple[int, ...]]:
    """Return the numbers of each group, and of all under no label."""
    found = await get(world, url, **who)
    assert found.status_code == 200, found.text
    by_label = {one["label"]: numbers(one) for one in found.json()["groups"]}
    return {"": numbers(found.json()), **by_label}


async def test_each_count_stands_by_itself_by_whose_they_were_on_the_day_of_issue(
    survey: World,
) -> None:
    path = await answered(survey)
    whole = (4, 0, 0, 3, 3, 0)
    by_team = {str(ALPHA): (2, 0, 0, 1, 1, 0), str(BETA): (1, 0, 0, 1, 1, 0)}
    nobody = (1, 0, 0, 1, 1, 0)
    assert await groups(survey, f"{path}/counts") == {"": whole}
    told = await groups(survey, f"{path}/counts?by=team")
    assert told == {"": whole, **by_team, "not known": nobody}
    assert list(told)[-1] == "not known"
    assert await groups(survey, f"{path}/counts?by=area") == {
        "": whole,
        "north": by_team[str(ALPHA)],
        "south": by_team[str(BETA)],
        "not known": nobody,
    }
    assert await groups(survey, f"{path}/counts?by=school-kind") == {"": whole, "not known": whole}
    parts = [one for label, one in told.items() if label]
    assert tuple(map(sum, zip(*parts, strict=True))) == whole


async def test_an_area_manager_is_told_of_whom_they_reach(survey: World) -> None:
    path = await answered(survey)
    mine: dict[str, Any] = {"role": Role.AREA_MANAGER, "teams": [ALPHA]}
    told = await groups(survey, f"{path}/counts?by=team", **mine)
    assert told == {"": (2, 0, 0, 1, 1, 0), str(ALPHA): (2, 0, 0, 1, 1, 0)}


async def test_an_area_manager_is_told_as_many_once_returns_are_anonymous(survey: World) -> None:
    path = await answered(survey)
    mine: dict[str, Any] = {"role": Role.AREA_MANAGER, "teams": [ALPHA]}
    before = await groups(survey, f"{path}/counts?by=team", **mine)
    await close(survey, path)
    done = await post(survey, "/anonymisations", {"academic_year": "2018-19"})
    assert [one["recipients"] for one in done.json()["waves"]] == [4]
    assert before[""][0] == 2
    assert await groups(survey, f"{path}/counts?by=team", **mine) == before


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SUPPORT_TEACHER, 403), (Role.LINK_ADVISER, 403), (Role.HEAD_OF_SERVICE, 422)],
)
async def test_who_lists_no_responses_is_told_no_counts(
    survey: World, role: Role, status: int
) -> None:
    """Of a teacher's few children a count says who has answered. Nobody counts by a need."""
    path = await answered(survey)
    claims = {"staff_id": TEACHER} if role is Role.SUPPORT_TEACHER else {}
    assert (await get(survey, f"{path}/counts?by=need", role, **claims)).status_code == status


async def test_a_draft_has_gone_to_nobody(survey: World) -> None:
    path = await answered(survey)
    reference = (await get(survey, path)).json()
    draft = {**{name: reference[name] for name in DRAFT}, "reference": "W-next"}
    drafted = await post(survey, "/waves", draft)
    url = f"/waves/{drafted.json()['wave_id']}"
    listed = [{"reference": "C0", "child_id": str(CHILDREN[0])}]
    assert (await post(survey, f"{url}/recipients", listed)).status_code == 200
    assert await groups(survey, f"{url}/counts?by=team") == {"": (0,) * 6}


DRAFT = (
    "audience",
    "academic_year",
    "questionnaire",
    "questionnaire_version",
    "issued_on",
    "closes_on",
    "grace_days",
)

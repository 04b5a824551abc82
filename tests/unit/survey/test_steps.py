"""What may be done with a response, a rating form and a recipient: as role and state permit."""

from typing import Any
from uuid import uuid4

from libs.common.security import Role
from tests.unit.survey.calls import a_case, a_response, get, handle, issued_wave, post
from tests.worlds import World

MINE, TEACHER, TEAM = (uuid4() for _ in range(3))
CLAIMS: dict[Role, dict[str, Any]] = {
    Role.HEAD_OF_SERVICE: {},
    Role.AREA_MANAGER: {"teams": [TEAM], "subject": "area"},
    Role.SUPPORT_TEACHER: {"staff_id": TEACHER, "subject": "teacher"},
}


async def _allowed(world: World, url: str, role: Role) -> list[str]:
    """Return the steps that a list of one shows, and by itself the same."""
    listed = await get(world, url, role, **CLAIMS[role])
    assert listed.status_code == 200, listed.text
    [item] = listed.json()["items"]
    found: list[str] = item["allowed"]
    return found


async def test_a_response_shows_the_steps_of_its_reader_and_no_other_is_taken(
    survey: World,
) -> None:
    path = await issued_wave(survey, [MINE])
    await handle(survey, *a_case(MINE, TEACHER, TEAM)[1])
    area, told = CLAIMS[Role.AREA_MANAGER], a_response("Q1", "C0")
    made = await post(survey, f"{path}/responses", told, Role.AREA_MANAGER, **area)
    assert (made.status_code, made.json()["allowed"]) == (201, ["correct"]), made.text
    one = f"/responses/{made.json()['response_id']}"
    head = await get(survey, one)
    assert head.json()["allowed"] == ["correct", "void"]
    assert await _allowed(survey, "/responses", Role.HEAD_OF_SERVICE) == ["correct", "void"]
    assert await _allowed(survey, f"{path}/responses", Role.AREA_MANAGER) == ["correct"]
    area["subject"] = "another"
    assert await _allowed(survey, "/responses", Role.AREA_MANAGER) == []
    version, body = head.headers["ETag"], {"reason": "entry-error"}
    refused = await post(survey, f"{one}/void", body, Role.AREA_MANAGER, version=version, **area)
    assert refused.status_code == 403
    void = await post(survey, f"{one}/void", {"reason": "entered-twice"}, version=version)
    assert (void.status_code, void.json()["allowed"]) == (200, []), void.text
    assert (void.json()["standing"], void.json()["void_reason"]) == (None, "entered-twice")
    for asked, number in (("standing=counted", 0), ("void=true", 1)):
        listed = await get(survey, f"/responses?{asked}")
        assert len(listed.json()["items"]) == number, asked


async def test_a_form_and_a_recipient_show_theirs(survey: World) -> None:
    path = await issued_wave(survey, [MINE])
    await handle(survey, *a_case(MINE, TEACHER, TEAM)[1])
    course = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-02-01"}
    delivery = (await post(survey, "/deliveries", course)).json()
    form = await post(survey, f"/deliveries/{delivery['delivery_id']}/ratings", {"form": 1})
    assert form.json()["allowed"] == ["correct", "void"], form.text
    assert await _allowed(survey, "/ratings", Role.SUPPORT_TEACHER) == []
    for role in CLAIMS:
        for url in ("/recipients", f"{path}/recipients"):
            assert await _allowed(survey, url, role) == ["respond"], (role, url)
    url, version = f"/ratings/{form.json()['rating_id']}/void", form.headers["ETag"]
    void = await post(survey, url, {"reason": "entry-error"}, version=version)
    assert void.json()["allowed"] == [], void.text
    closed = await post(survey, f"{path}/close", version=(await get(survey, path)).headers["ETag"])
    assert "reopen" in closed.json()["allowed"]
    assert await _allowed(survey, "/recipients", Role.HEAD_OF_SERVICE) == []


async def test_a_list_under_an_address_is_of_that_one_alone(survey: World) -> None:
    """With the filters of the whole list and as a file; of a wave that is none, 404."""
    path, other = (
        await issued_wave(survey, [MINE]),
        await issued_wave(survey, [TEAM], reference="W9"),
    )
    for url, number in ((path, 1), (other, 1), ("", 2)):
        listed = await get(survey, f"{url}/recipients?cancelled=false&count=true")
        assert (listed.json()["total"], len(listed.json()["items"])) == (number, number), url
    who = survey.as_() | {"Accept": "text/csv"}
    file = await survey.client.get(f"/survey/v1{path}/recipients", headers=who)
    assert len(file.text.splitlines()) == 2
    assert (await get(survey, f"/waves/{MINE}/recipients")).status_code == 404

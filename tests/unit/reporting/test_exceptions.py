"""Exceptions to disclosure over HTTP: two people of two roles show one small number."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from libs.common.core.clock import FixedClock
from libs.common.persistence.tables import change_log
from libs.common.security import Role
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.journeys.casework import call
from tests.spec.drawing import named, recorded
from tests.unit.reporting.test_readers import BY_TEAM, NOW, by_team, drawn, read
from tests.worlds import EMBEDDED, World, world_of

ROOT = "/reporting/v1/exceptions"
PLACE = {
    "academic_year": "2018-19",
    "place": "inclusion.at_risk_of_exclusion.share",
    "by": "team",
    "label": str(named("Red")),
    "grounds": "public-already",
    "until": "2020-12-31",
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def counted(tmp_path: Path, clock: FixedClock) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], clock) as world:
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, recorded(drawn()))
        yield world


async def done(
    world: World, who: str, role: Role, url: str, body: Any = None, version: str = ""
) -> Any:
    more = {"If-Match": version} if version else {}
    headers = world.as_(role, now=NOW, subject=who)
    return await call(world, "POST", url, body, headers=headers, **more)


async def asked(world: World, **changed: Any) -> tuple[str, str]:
    """Ask as the Head of Service; return the exception's address and version."""
    answer = await done(world, "head", Role.HEAD_OF_SERVICE, ROOT, PLACE | changed)
    assert answer.status_code == 201, answer.text
    return f"{ROOT}/{answer.json()['exception_id']}", answer.headers["ETag"]


async def test_two_people_of_two_roles_show_one_small_number_until_a_day(counted: World) -> None:
    url, version = await asked(counted)
    for who, role in (("head", Role.ADMINISTRATOR), ("deputy", Role.HEAD_OF_SERVICE)):
        answer = await done(counted, who, role, f"{url}/allowance", None, version)
        assert (answer.status_code, answer.json()["code"]) == (409, "second-person-needed")
    assert by_team(await read(counted, BY_TEAM, Role.LINK_ADVISER))["Red"][0] == "c"

    answer = await done(counted, "governor", Role.ADMINISTRATOR, f"{url}/allowance", None, version)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["allowed"]) == ("allowed", ["void"])
    found = await read(counted, BY_TEAM, Role.LINK_ADVISER)
    assert by_team(found)["Red"] == ("15%", None)
    [red] = [one for one in found["cells"] if one["exempted"]]
    assert red["exempted"]["signed_as"] == ["head-of-service", "administrator"]
    assert red["exempted"]["until"] == "2020-12-31"

    version = answer.headers["ETag"]
    again = await done(counted, "governor", Role.ADMINISTRATOR, f"{url}/allowance", None, version)
    assert again.json()["code"] == "exception-decided"
    why = {"reason": "entry-error"}
    answer = await done(counted, "head", Role.HEAD_OF_SERVICE, f"{url}/void", why, version)
    assert answer.json()["state"] == "withdrawn"
    assert by_team(await read(counted, BY_TEAM, Role.LINK_ADVISER))["Red"][0] == "c"
    url = f"{ROOT}?academic_year=2018-19&include_void=true"
    listed = await read(counted, url, Role.ADMINISTRATOR)
    assert [(one["asked_by"], one["allowed_by"]) for one in listed["items"]] == [
        ("head", "governor")
    ]
    async with counted.database("reporting").reading() as connection:
        rows = (await connection.execute(change_log.select())).all()
    assert len(rows) >= 3


async def test_an_exception_ends_with_its_day(counted: World, clock: FixedClock) -> None:
    url, version = await asked(counted, until="2019-12-03")
    await done(counted, "governor", Role.ADMINISTRATOR, f"{url}/allowance", None, version)
    for day, printed in ((3, "15%"), (4, "c")):
        now = NOW.replace(day=day)
        clock.set(now)
        headers = counted.as_(Role.LINK_ADVISER, now=now)
        found = (await counted.client.get(BY_TEAM, headers=headers)).json()
        assert by_team(found)["Red"][0] == printed


async def test_all_that_is_wrong_with_an_exception_is_told_at_once(counted: World) -> None:
    wrong = PLACE | {"by": "colour", "label": None, "until": "2019-12-02"}
    answer = await done(counted, "head", Role.HEAD_OF_SERVICE, ROOT, wrong)
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["errors"]} == {
        "not-divided",
        "group-not-named",
        "not-to-come",
    }
    nowhere = await done(
        counted, "head", Role.HEAD_OF_SERVICE, ROOT, PLACE | {"place": "no.such.figure"}
    )
    assert [one["pointer"] for one in nowhere.json()["errors"]] == ["/place"]

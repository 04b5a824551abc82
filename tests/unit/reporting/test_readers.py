"""Who reads what of the figures over HTTP: exact or gated, of which teams, at which days."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from libs.common.core.clock import FixedClock, micros
from libs.common.security import References, Role
from services.reporting.facts import subscriptions
from services.reporting.readers import last_reading_day, reading_days
from services.reporting.service import SERVICE
from tests.spec.drawing import named, recorded
from tests.spec.events import cases, risks, staff, teams
from tests.spec.holders import allocations
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2019, 12, 2, 12, 0, tzinfo=UTC)
SHARE = "/reporting/v1/figures/inclusion.at_risk_of_exclusion.share?year=2018-19"
BY_TEAM = f"{SHARE}&by=team"
TEACHERS = {"Ash": "Red", "Birch": "Blue", "Cedar": "Green"}
CHILDREN = {"Ash": (3, 20), "Birch": (10, 30), "Cedar": (20, 40)}
"""How many of each teacher's children are at risk, and of how many."""


def drawn(children: Mapping[str, tuple[int, int]] = CHILDREN) -> list[Any]:
    """Return the events of three teams, of whose children some are at risk."""
    pupils = {
        f"{teacher}-{n}": (teacher, n < at_risk)
        for teacher, (at_risk, of) in children.items()
        for n in range(of)
    }
    people = "\n".join(
        f"{teacher} | specialist-teacher | 100 | 2010-09-01 | | {team}"
        for teacher, team in TEACHERS.items()
    )
    at_risk = "\n".join(f"{one} | 2018-10-01 | high" for one, (_, yes) in pupils.items() if yes)
    formed = "\n".join(f"{team} | 2010-09-01 |" for team in TEACHERS.values())
    return [
        *teams(f"team | formed | disbanded\n{formed}"),
        *staff(f"staff | post | fte | appointed | left | team\n{people}"),
        *cases("child | started | ended\n" + "\n".join(f"{one} | 2017-09-01 |" for one in pupils)),
        *allocations(
            "child | teacher | from\n"
            + "\n".join(f"{one} | {teacher} | 2017-09-01" for one, (teacher, _) in pupils.items())
        ),
        *risks(f"child | assessed | level\n{at_risk}"),
    ]


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], FixedClock(NOW)) as world:
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, recorded(drawn()))
        yield world


async def read(world: World, url: str, role: Role, status: int = 200, **claims: Any) -> Any:
    answer = await world.client.get(url, headers=world.as_(role, now=NOW, **claims))
    assert answer.status_code == status, answer.text
    return answer.json()


def by_team(found: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Return what is printed of each team, and by which rule it is withheld."""
    teams = {str(named(team)): team for team in TEACHERS.values()}
    return {
        teams[one["label"]]: (one["printed"], (one["withheld"] or {}).get("rule"))
        for one in found["cells"]
    }


WITHHELD = ("c", "small-number")
SHOWN = {"Red": WITHHELD, "Blue": WITHHELD, "Green": ("50%", None)}
NOT_YOURS = ("c", "not-yours")


async def test_a_link_adviser_reads_every_team_and_none_of_few(counted: World) -> None:
    found = await read(counted, BY_TEAM, Role.LINK_ADVISER)
    assert by_team(found) == SHOWN
    assert (found["known_at"], found["figure"]["printed"]) == ("2019-08-31", "37%")
    assert "protected_by" not in str([one for one in found["cells"] if one["protected_by"]])


async def test_the_head_reads_everything_and_what_others_do_not_see(counted: World) -> None:
    found = await read(counted, BY_TEAM, Role.HEAD_OF_SERVICE)
    assert by_team(found) == {"Red": ("15%", None), "Blue": ("33%", None), "Green": ("50%", None)}
    rules = {one["protected_by"] for one in found["cells"]}
    assert rules == {"threshold", "beside", None}


@pytest.mark.parametrize(
    ("role", "claims"),
    [
        (Role.AREA_MANAGER, {"teams": [named("Green")]}),
        (Role.AREA_MANAGER, {"references": References(teams=frozenset({"Green"}))}),
        (Role.SUPPORT_TEACHER, {"staff_id": named("Cedar")}),
    ],
)
async def test_who_leads_a_team_or_works_in_it_reads_that_team(
    counted: World, role: Role, claims: dict[str, Any]
) -> None:
    found = await read(counted, BY_TEAM, role, **claims)
    assert by_team(found) == {"Red": NOT_YOURS, "Blue": NOT_YOURS, "Green": ("50%", None)}
    assert found["figure"]["printed"] == "37%"


async def test_who_has_no_team_reads_none(counted: World) -> None:
    found = await read(counted, BY_TEAM, Role.AREA_MANAGER)
    assert set(by_team(found).values()) == {NOT_YOURS}


async def test_gated_values_are_of_the_ends_of_terms_alone(counted: World) -> None:
    """Otherwise yesterday's table, taken from today's, is one child."""
    refused = await read(counted, f"{BY_TEAM}&known_at=2019-12-01", Role.LINK_ADVISER, 422)
    assert [one["code"] for one in refused["errors"]] == ["not-a-reading-day"]
    assert "2019-08-31" in refused["errors"][0]["detail"]
    for day in ("2019-08-31", "2019-03-31"):
        found = await read(counted, f"{BY_TEAM}&known_at={day}", Role.LINK_ADVISER)
        assert (found["known_at"], by_team(found)) == (day, SHOWN)
    await read(counted, f"{BY_TEAM}&known_at=2019-12-01", Role.HEAD_OF_SERVICE)


async def test_a_year_has_ended_as_known_at_the_end_of_its_last_day(counted: World) -> None:
    """From September to December gated readers read as known then."""
    url = "/reporting/v1/figures/inclusion.at_risk_of_exclusion.share/trend?until=2019-20&years=2"
    for asked, role, ended in (
        (url, Role.LINK_ADVISER, [True, False]),
        (f"{url}&known_at=2019-08-30", Role.HEAD_OF_SERVICE, [False, False]),
    ):
        found = await read(counted, asked, role)
        assert [one["ended"] for one in found["points"]] == ended


async def test_a_report_tells_a_gated_reader_no_position_and_no_figure_of_few(
    counted: World,
) -> None:
    found = await read(counted, "/reporting/v1/reports/2018-19", Role.LINK_ADVISER)
    assert (found["known_at"], found["positions"]) == ("2019-08-31", [])
    head = await read(counted, "/reporting/v1/reports/2018-19", Role.HEAD_OF_SERVICE)
    protected = {one["id"] for one in head["figures"] if one["protected_by"]}
    withheld = {one["id"] for one in found["figures"] if one["withheld"]}
    assert protected == withheld


def test_reading_days_are_the_ends_of_terms_in_the_law() -> None:
    assert reading_days(date(2019, 12, 31), date(2018, 8, 31)) == [
        date(2018, 8, 31),
        date(2018, 12, 31),
        date(2019, 3, 31),
        date(2019, 8, 31),
    ]
    assert last_reading_day(date(2019, 12, 31)) == date(2019, 8, 31)
    assert last_reading_day(date(2020, 1, 1)) == date(2019, 12, 31)


@pytest.mark.parametrize(
    "asked",
    [
        "inclusion.at_risk_of_exclusion.share?year=2018-19&by=area",
        "inclusion.at_risk_of_exclusion.share?year=2018-19&by=key-stage",
        "reviews.due.count?year=2018-19",
        "caseload.children.last_day/trend?until=2018-19",
    ],
)
async def test_what_adds_up_with_what_is_shown_is_told_exactly_or_not_at_all(
    counted: World, asked: str
) -> None:
    """An area is its teams; of the reviews due those held on time leave the late ones."""
    url = f"/reporting/v1/figures/{asked}"
    refused = await read(counted, url, Role.LINK_ADVISER, 403)
    assert refused["permission"] == "report.read-exact"
    await read(counted, url, Role.HEAD_OF_SERVICE)


async def test_a_group_that_changed_by_a_few_since_any_reading_day_is_withheld(
    counted: World,
) -> None:
    """What was shown in March, taken from what is shown in August, would be one child."""
    late = risks("child | assessed | level\nCedar-39 | 2018-11-01 | high")
    at = datetime(2019, 5, 1, 9, tzinfo=UTC)
    async with counted.database("reporting").writing() as connection:
        events = [replace(one, time=at, known=micros(at)) for one in recorded(late)]
        await subscriptions.apply(connection, events)
    march = await read(counted, f"{BY_TEAM}&known_at=2019-03-31", Role.LINK_ADVISER)
    assert by_team(march)["Green"] == ("50%", None)
    august = await read(counted, BY_TEAM, Role.LINK_ADVISER)
    assert by_team(august)["Green"] == WITHHELD


ADDRESSES = (
    BY_TEAM,
    "/reporting/v1/reports/2018-19",
    "/reporting/reports/2018-19",
    f"{SHARE}&by=sex",
    f"{BY_TEAM}&known_at=2019-12-01",
    "/reporting/v1/figures/inclusion.at_risk_of_exclusion.count?year=2018-19&by=team",
    "/reporting/v1/figures/inclusion.at_risk_of_exclusion.count/lineage?year=2018-19&by=team",
)
FORMS = ("application/json", "text/csv")


async def test_nothing_that_is_answered_depends_on_what_is_withheld(tmp_path: Path) -> None:
    """In another county one child at risk is of the other of two teams that are withheld.

    To the byte: order, totals, size, headers, the text of refusals.
    """
    answers = [
        await everything(tmp_path / name, {**CHILDREN, **changed})
        for name, changed in (("one", {}), ("other", {"Ash": (4, 20), "Birch": (9, 30)}))
    ]
    assert answers[0] == answers[1]
    shown_to_all = await everything(
        tmp_path / "third", {**CHILDREN, "Birch": (9, 30), "Cedar": (21, 40)}
    )
    assert shown_to_all != answers[0], "a team that is shown is another matter"


async def everything(folder: Path, children: Mapping[str, tuple[int, int]]) -> list[Any]:
    """Return all that a Link Adviser is answered of a county."""
    found: list[Any] = []
    async with world_of(EMBEDDED, folder, [SERVICE], FixedClock(NOW)) as world:
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, recorded(drawn(children)))
        who = world.as_(Role.LINK_ADVISER, now=NOW)
        for url in ADDRESSES:
            for form in FORMS:
                answer = await world.client.get(url, headers={**who, "Accept": form})
                of_answer = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
                found.append((url, form, answer.status_code, of_answer, answer.content))
    return found

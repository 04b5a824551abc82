"""A figure's lineage over HTTP: its sum, its rows and events, and the way back from an event."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from libs.common.core.clock import FixedClock
from libs.common.security import Role
from services.reporting.facts import subscriptions
from services.reporting.lineage.queries import lineage
from services.reporting.lineage.shown import Asked
from services.reporting.queries import figure_named
from services.reporting.readers import Reader
from services.reporting.service import SERVICE
from tests.spec.drawing import named, recorded
from tests.spec.events import cases, risks, staff, waves
from tests.spec.holders import allocations
from tests.unit.reporting.test_exceptions import ROOT, done
from tests.unit.reporting.test_figures_over_http import NOW, asked, shown
from tests.worlds import EMBEDDED, World, world_of

SHARE = "inclusion.at_risk_of_exclusion.share"
URL = f"/reporting/v1/figures/{SHARE}/lineage?year=2018-19"
LOG = recorded(
    [
        *staff("""
            staff | post               | fte | appointed  | left | team
            Ash   | specialist-teacher | 100 | 2010-09-01 |      | Red
        """),
        *cases("""
            child | started    | ended
            ann   | 2017-09-01 |
            bob   | 2017-09-01 |
            cat   | 2017-09-01 | 2018-08-31
        """),
        *allocations("child | teacher | from\nann | Ash | 2017-09-01"),
        *risks("child | assessed | level\nann | 2018-10-01 | high"),
        *waves("audience | year | issued\nparents | 2018-19 | 4"),
    ]
)
IDS = {(type(one.event).__name__, one.event.aggregate_id): str(one.id) for one in LOG}


def id_of(event: str, thing: str) -> str:
    return IDS[event, named(thing)]


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(EMBEDDED, tmp_path, [SERVICE], FixedClock(NOW)) as world:
        async with world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, LOG)
        yield world


async def test_a_figure_says_its_sum_its_rows_and_every_event_it_rests_on(counted: World) -> None:
    found = await shown(counted, URL)
    assert (found["printed"], found["formula"]) == ("50%", "1 ÷ 2, in per cent")
    assert found["rounding"] == "half up, once, to 0 decimals"
    assert any("caseload" in rule for rule in found["rules"])
    assert [(one["who"], one["part"], one["of"]) for one in found["rows"]] == sorted(
        [(str(named("ann")), 1, 1), (str(named("bob")), 0, 1)]
    )
    why = {one["event_id"]: one["why"] for one in found["events"]}
    assert why == {
        id_of("SupportStarted", "case ann"): "counts",
        id_of("SupportStarted", "case bob"): "counts",
        id_of("RiskAssessed", "case ann"): "counts",
        id_of("SupportStarted", "case cat"): "undone",  # she would be on it, had she not left
        id_of("SupportEnded", "case cat"): "undone",
    }
    assert found["count_of"] == {"rows": 2, "looked_at": 2, "counts": 3, "undone": 2}


async def test_a_group_names_who_held_its_members_and_has_its_rows_alone(counted: World) -> None:
    red = str(named("Red"))
    found = await shown(counted, f"{URL}&by=team&label={red}")
    assert (found["printed"], [one["who"] for one in found["rows"]]) == (
        "100%",
        [str(named("ann"))],
    )
    why = {one["event_id"]: one["why"] for one in found["events"]}
    assert why[id_of("TeacherAllocated", "case ann")] == "held"
    assert why[id_of("StaffAppointed", "Ash")] == "held"
    assert why[id_of("SupportStarted", "case bob")] == "held"


async def test_pages_have_each_row_and_event_once(counted: World) -> None:
    events: list[Any] = []
    rows: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = await shown(counted, f"{URL}&limit=2&offset={offset}")
        events += [one["event_id"] for one in page["events"]]
        rows += [one["who"] for one in page["rows"]]
        offset = page["next"]
    whole = await shown(counted, URL)
    assert events == [one["event_id"] for one in whole["events"]]
    assert rows == [one["who"] for one in whole["rows"]]
    assert page["digest"] == whole["digest"]


async def test_an_event_says_which_figures_it_touched(counted: World) -> None:
    url = "/reporting/v1/events/{}/figures"
    ended = await shown(counted, url.format(id_of("SupportEnded", "case cat")))
    assert {"figure_id": SHARE, "academic_year": "2018-19", "why": "undone"} in ended
    assert not [one for one in ended if one["figure_id"].startswith("survey.")]
    issued = await shown(counted, url.format(id_of("WaveIssued", "wave parents 2018-19")))
    of_audience = {one["figure_id"] for one in issued}
    assert "survey.parents.issued" in of_audience
    assert not [id_ for id_ in of_audience if id_.startswith(("survey.schools", "caseload"))]
    await shown(counted, url.format(named("no event")), 404)


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("&by=team", 422, "give both `by` and `label`, or neither"),
        ("&label=Red", 422, "give both `by` and `label`, or neither"),
        ("&by=team&label=none", 404, "no such group"),
        ("&by=colour&label=red", 422, "can be broken down by"),
        ("&known_at=2019-12-03", 422, "is over in London"),
    ],
)
async def test_what_there_is_no_lineage_of_is_refused(
    counted: World, query: str, status: int, says: str
) -> None:
    assert says in str(await shown(counted, URL + query, status))


async def test_before_an_event_was_known_it_is_in_no_lineage(counted: World) -> None:
    found = await shown(counted, f"{URL}&known_at=2018-08-31")
    assert (found["printed"], found["rows"], found["events"]) == ("not on record", [], [])


async def test_who_may_not_see_rows_sees_none(counted: World) -> None:
    figure = figure_named(SHARE)
    what = Asked(year="2018-19", by=None, label=None, known_at=None, offset=0, limit=50)
    async with counted.database("reporting").reading() as connection:
        reader = Reader(today=NOW.date(), exact=True)
        found = await lineage(connection, figure, what, reader, rows=False)
    assert (found.rows, len(found.events or ())) == (None, 5)


EXCEPTION = {
    "academic_year": "2018-19",
    "place": SHARE,
    "grounds": "public-interest",
    "until": str(NOW.date() + timedelta(days=30)),
}


async def read(world: World, url: str, role: Role) -> Any:
    answer = await asked(world, url, role)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_others_read_words_and_rules_with_the_numbers_that_passed_the_gate(
    counted: World,
) -> None:
    exact = await shown(counted, f"{URL}&known_at=2019-08-31")
    assert (exact["withheld"], exact["protected_by"]) == (None, "threshold")
    for role in (Role.LINK_ADVISER, Role.AREA_MANAGER):
        found = await read(counted, URL, role)
        assert (found["printed"], found["value"], found["formula"]) == ("c", None, "")
        assert found["withheld"]["rule"] == "small-number"
        same = ("words", "population", "rules", "rounding", "definition", "known_at")
        assert {name: found[name] for name in same} == {name: exact[name] for name in same}
        silent = {
            name: found[name] for name in ("rows", "events", "digest", "protected_by", "next")
        }
        assert (set(silent.values()), found["count_of"]) == ({None}, {})
    page = await asked(counted, URL.replace("/v1", ""), Role.LINK_ADVISER)
    assert "What this figure rests on" in page.text
    assert str(named("ann")) not in page.text
    back = await asked(counted, f"/reporting/v1/events/{LOG[0].id}/figures", Role.LINK_ADVISER)
    assert back.status_code == 403


async def test_an_exception_is_named_in_the_lineage(counted: World) -> None:
    made = await done(counted, "head", Role.HEAD_OF_SERVICE, ROOT, EXCEPTION)
    allowance = f"{ROOT}/{made.json()['exception_id']}/allowance"
    await done(counted, "ig", Role.ADMINISTRATOR, allowance, None, made.headers["ETag"])
    for role in (Role.LINK_ADVISER, Role.HEAD_OF_SERVICE):
        found = await read(counted, URL, role)
        assert (found["printed"], found["formula"]) == ("50%", "1 ÷ 2, in per cent")
        assert found["exempted"]["grounds"] == "public-interest"
        assert found["exempted"]["until"] == EXCEPTION["until"]
        assert found["exempted"]["signed_as"] == ["head-of-service", "administrator"]


async def test_a_definition_is_said_once(counted: World) -> None:
    said = {one["id"]: one for one in await shown(counted, "/reporting/v1/figures")}
    found = await shown(counted, URL)
    same = ("words", "population", "rounding")
    assert {name: found[name] for name in same} == {name: said[SHARE][name] for name in same}
    assert f"The base is {said[SHARE]['base']}." in found["rules"]
    assert [one for need in said[SHARE]["needs"] for one in found["rules"] if need in one]

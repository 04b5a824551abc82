"""The Service Plan of a year, and values that were published before there was the product."""

from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from libs.common.security import Role
from services.reporting.published.queries import published_before
from tests.unit.reporting.editions.stage import SHARE, County, county_of

PLANS, VALUES = "/reporting/v1/service-plans", "/reporting/v1/published-values"
COUNT = "inclusion.at_risk_of_exclusion.count"
PRIORITY = {
    "code": "P1",
    "words": "Every team judges progress in the same way.",
    "owner": "area manager, north",
    "status": "under-way",
    "status_on": "2019-01-15",
}
PLAN = {"agreed_on": "2018-09-20", "vision": "Learning among others.", "priorities": [PRIORITY]}
VALUE = {
    "figure": SHARE,
    "academic_year": "2014-15",
    "printed": "23%",
    "count": 138,
    "out_of": 600,
    "source": "Annual report, December 2015, page 3",
}


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    async with county_of(tmp_path) as made:
        yield made


async def test_a_plan_is_recorded_read_by_many_and_said_anew(county: County) -> None:
    url = f"{PLANS}/2018-19"
    made = await county.send("PUT", url, PLAN)
    assert (made.status_code, made.json()["priorities"]) == (201, [PRIORITY])
    assert (await county.send("PUT", url, PLAN)).status_code == 200
    achieved = PRIORITY | {"status": "achieved", "status_on": "2019-07-10"}
    moved = await county.do("PUT", url, PLAN | {"priorities": [achieved]})
    assert moved["priorities"] == [achieved]
    for role in (Role.SUPPORT_TEACHER, Role.REPORTING_CONSUMER):
        read = await county.send("GET", url, role=role)
        assert (read.status_code, read.json()["priorities"]) == (200, [achieved])
        assert (await county.send("PUT", url, PLAN, role)).status_code == 403
    assert (await county.send("GET", url, role=Role.PARENT)).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"priorities": [PRIORITY, PRIORITY]}, "/priorities/1/code"),
        ({"agreed_on": "2019-02-01"}, "/priorities/0/status_on"),
        ({"agreed_on": "2020-02-01"}, "/agreed_on"),
        ({"priorities": [PRIORITY | {"status": "done"}]}, "/priorities/0/status"),
        ({"priorities": []}, "/priorities"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_with_its_place(
    county: County, change: dict[str, Any], pointer: str
) -> None:
    refused = await county.send("PUT", f"{PLANS}/2018-19", PLAN | change)
    assert refused.status_code == 422
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]


async def test_a_value_published_before_is_kept_as_printed_and_put_right(county: County) -> None:
    made = await county.do("POST", VALUES, VALUE)
    assert (made["printed"], made["marked"]) == ("23%", "as published, not recomputed")
    assert made["entered_by"] == "demo-head-of-service"
    other = await county.send("POST", VALUES, VALUE | {"printed": "24%"})
    assert (other.status_code, other.json()["code"]) == (409, "already-entered")
    url = f"{VALUES}/{made['value_id']}"
    version = (await county.send("GET", url)).headers["ETag"]
    right = {name: VALUE[name] for name in ("printed", "source")} | {"value": "23.4"}
    told = await county.do(
        "POST", f"{url}/corrections", right | {"reason": "typing-error"}, version=version
    )
    assert (told["value"], told["count"]) == ("23.4", None)
    async with county.world.database("reporting").reading() as connection:
        [one] = (await published_before(connection, SHARE)).values()
    assert (one.academic_year, one.printed, one.value) == ("2014-15", "23%", Fraction("23.4"))
    version = (await county.send("GET", url)).headers["ETag"]
    await county.do("POST", f"{url}/void", {"reason": "entry-error"}, version=version)
    async with county.world.database("reporting").reading() as connection:
        assert await published_before(connection, SHARE) == {}
    assert (await county.do("POST", VALUES, VALUE))["void"] is False
    by_figure = await county.do("GET", f"{VALUES}/by-figure/2014-15/{SHARE}")
    assert by_figure["count"] == 138


AGENCIES = "survey.agencies.impact.outstanding.share"
"""Asked periodically: it is compared with the last year in which it was."""


async def test_a_value_published_before_serves_last_year_and_the_trend(county: County) -> None:
    """It is marked, no change is computed from it, and no line leads from it to what is counted."""
    rate = "survey.parents.return_rate"
    for figure, year, printed, value in (
        (rate, "2014-15", "64%", "64"),
        (rate, "2015-16", "66.4%", "66.4"),
        (SHARE, "2017-18", "23%", "23"),
        (SHARE, "2015-16", "21%", "21"),
        (AGENCIES, "2013-14", "55%", "55"),
        (AGENCIES, "2014-15", "60%", "60"),
    ):
        said = {"figure": figure, "academic_year": year, "printed": printed, "value": value}
        await county.do("POST", VALUES, {**said, "source": "Annual report, page 3"})
    report = await county.do("GET", "/reporting/v1/reports/2016-17")
    one = await county.do("GET", f"/reporting/v1/figures/{rate}?year=2016-17")
    for found in (*(each for each in report["figures"] if each["id"] == rate), one["figure"]):
        assert found["last_year"] == {
            "value": "332/5",
            "printed": "66.4% (as published, not recomputed)",
            "academic_year": None,
            "marked": "as published, not recomputed",
        }
        assert found["change"] is None
    [agencies] = [each for each in report["figures"] if each["id"] == AGENCIES]
    assert agencies["last_year"] == {
        "value": "60",
        "printed": "60% (as published, not recomputed) in 2014-15",
        "academic_year": "2014-15",
        "marked": "as published, not recomputed",
    }
    trend = await county.do("GET", f"/reporting/v1/figures/{SHARE}/trend?until=2018-19")
    marks = [(each["printed"], each["marked"], each["stops"]) for each in trend["points"]]
    mark = "as published, not recomputed"
    assert marks[1:] == [
        ("23%", mark, f"no value: {marks[0][0]}"),
        ("25%", None, f"not comparable: one of the two is {mark}"),
    ]
    assert trend["points"][1]["source"] == "Annual report, page 3"
    trend = await county.do("GET", f"/reporting/v1/figures/{rate}/trend?until=2015-16&years=2")
    assert [(each["value"], each["stops"]) for each in trend["points"]] == [
        ("64", None),
        ("332/5", None),
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"figure": "no.such.figure"}, "/figure"),
        ({"out_of": None}, "/out_of"),
        ({"count": 601}, "/count"),
        ({"value": "about 23"}, "/value"),
        ({"value": "24"}, "/value"),
        ({"value": "22.9"}, "/value"),
        ({"value": "22/1"}, "/value"),
        ({"figure": COUNT}, "/count"),
        ({"figure": COUNT, "value": "138"}, "/count"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_with_its_place(
    county: County, change: dict[str, Any], pointer: str
) -> None:
    refused = await county.send("POST", VALUES, VALUE | change)
    assert refused.status_code == 422
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]


async def test_a_value_is_what_its_counts_make_to_as_many_decimals_as_it_has(
    county: County,
) -> None:
    years = {"2011-12": "71", "2012-13": "71.3", "2013-14": "71.28", "2014-15": "11975/168"}
    for year, value in years.items():
        said = VALUE | {"academic_year": year, "value": value, "count": 479, "out_of": 672}
        assert (await county.do("POST", VALUES, said))["value"] == value

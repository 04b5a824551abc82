"""Editions are reporting's own records: no rebuild touches them, and they hold no raw number."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from libs.common.persistence.tables import event
from services.reporting.rebuild import rebuild
from tests.unit.reporting.editions.stage import (
    CHILDREN,
    DRAFTS,
    SHARE,
    County,
    at_risk,
    county_of,
)

COUNT = "inclusion.at_risk_of_exclusion.count"


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    async with county_of(tmp_path) as made:
        yield made


async def test_trap_68_a_rebuild_that_gives_other_totals_leaves_the_edition_as_it_was(
    county: County,
) -> None:
    """The log is empty here, as if all had been erased: the figures go, and the edition stays."""
    await county.published("2019-12-10", "2019-12-20")
    first = (await county.read("2018-19/1.0.0")).content
    url = county.world.database("reporting").url.render_as_string(hide_password=False)
    found = await rebuild(url, county.world.bus)
    assert found.same_facts is False
    assert SHARE in {one.id for one in found.differences}
    report = await county.do("GET", "/reporting/v1/reports/2018-19")
    assert {one["id"]: one["printed"] for one in report["figures"]}[SHARE] != "25%"
    assert (await county.read("2018-19/1.0.0")).content == first
    assert (await county.do("GET", f"{DRAFTS}?state=published"))["items"]


async def test_what_the_gate_withholds_is_in_no_edition_event_or_sentence(county: County) -> None:
    """Three of forty were at risk in the year before."""
    await county.told(at_risk(CHILDREN[:3], "2018-03-01"), datetime(2018, 3, 9, 9, tzinfo=UTC))
    draft = await county.drafted(year="2017-18")
    exact = await county.do("GET", "/reporting/v1/reports/2017-18")
    assert {one["id"]: one["printed"] for one in exact["figures"]}[COUNT] == "3"
    shown = await county.do("GET", f"{DRAFTS}/{draft}/content")
    for id_ in (COUNT, SHARE):
        [figure] = [one for one in shown["figures"] if one["id"] == id_]
        assert (figure["printed"], figure["value"], figure["basis"]) == ("c", None, None)
        assert figure["withheld"]["rule"] == "small-number"
    said = json.dumps(shown["narrative"])
    assert "Judged for a number too small to be shown children at risk." in said
    await county.took(draft, "signature", {"signed_on": "2019-12-20"})
    told = [json.loads(one["data"]) for one in await county.rows(event)]
    [figure] = [one for one in told if one.get("figure") == COUNT]
    [cell] = figure["cells"]
    assert (cell["printed"], cell["value"], cell["withheld"]) == ("c", None, "small-number")

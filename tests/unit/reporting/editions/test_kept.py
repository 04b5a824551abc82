"""Editions are reporting's own records: no rebuild touches them, and they hold no raw number."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.common.persistence.tables import event
from libs.common.security import Role
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
    assert {one["by"] for one in figure["cells"]} > {None, "team", "need"}
    for cell in figure["cells"]:
        assert (cell["printed"], cell["value"], cell["withheld"]) == ("c", None, "small-number")


async def test_a_group_that_differs_by_few_from_an_edition_is_withheld_afterwards(
    county: County,
) -> None:
    """Trap 72: what was published of a group is the other side of a subtraction, for everybody."""
    await county.told(at_risk(CHILDREN[20:25], "2019-03-01"), datetime(2019, 11, 9, tzinfo=UTC))
    await county.published("2019-12-10", "2019-12-20")
    first = (await county.read("2018-19/1.0.0")).json()
    assert printed(first) == "15"
    url = f"/reporting/v1/figures/{COUNT}?year=2018-19&by=team"
    await county.told(at_risk(CHILDREN[30:32], "2019-05-01"), datetime(2019, 12, 12, tzinfo=UTC))
    county.clock.at = datetime(2020, 2, 3, 9, tzinfo=UTC)
    seen = (await county.send("GET", url, role=Role.LINK_ADVISER)).json()
    assert [one["printed"] for one in seen["cells"]] == ["c"]
    await county.published("2020-01-31", "2020-02-03")
    second = (await county.read("2018-19/1.1.0")).json()
    assert printed(second) == "c"


async def test_a_group_that_differs_by_few_from_any_cut_of_a_draft_is_withheld(
    county: County,
) -> None:
    """Who reads drafts takes one cut from the other, though it was withdrawn or cut anew."""
    await county.told(at_risk(CHILDREN[20:25], "2019-03-01"), datetime(2019, 11, 9, tzinfo=UTC))
    await county.told(at_risk(CHILDREN[30:32], "2019-05-01"), datetime(2019, 12, 12, 9, tzinfo=UTC))

    async def read(draft: str) -> str:
        url = f"{DRAFTS}/{draft}/content"
        return printed((await county.send("GET", url, role=Role.LINK_ADVISER)).json())

    first = await county.drafted("2019-12-12")
    assert await read(first) == "17"
    for day in ("2019-12-11", "2019-12-12"):
        await county.took(first, "cut", {"known_at": day})
        assert await read(first) == "c", day
    await county.took(first, "void", {"reason": "entry-error", "note": "Another day."})
    assert await read(await county.drafted("2019-12-12")) == "c"


def printed(edition: Any) -> str:
    """Return as what an edition prints the one group of the count by team."""
    [cells] = [
        one["cells"]
        for one in edition["breakdowns"]
        if (one["figure"], one["by"]) == (COUNT, "team")
    ]
    [cell] = cells
    shown: str = cell["printed"]
    return shown

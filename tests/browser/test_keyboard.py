"""The report, a figure and an edition are read by the keyboard alone, and fit every window.

``make pictures`` keeps what each looks like at 360, 768 and 1280 px, by day, by night and printed.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local import outside
from tests.browser.conftest import node, served
from tests.spec.events import responses, waves
from tests.unit.common.pages.browsing import REPORT
from tests.unit.reporting.editions.stage import CHILDREN, County, at_risk, county_of

STOPS = "/reporting/figures/survey.parents.knew_learning.share?year=2018-19"
NAME = "Share of children at risk"
HEADINGS = {
    "report": "Annual report 2018-19",
    "figure": "Share of children at risk of exclusion",
    "back": "Annual report 2018-19",
    "lineage": "What this figure rests on",
    "side-by-side": "Populations side by side 2018-19",
    "case-by-case": "Case by case",
    "draft": "Draft of the annual report 2018-19",
    "figure-that-stops": "Parents who knew what was learned",
    "edition": "Annual report 2018-19",
    "edition-figure": "Share of children at risk of exclusion",
}


@pytest.mark.browser
@pytest.mark.timeout(200)
async def test_people_read_by_the_keyboard_alone_in_any_window(tmp_path: Path) -> None:
    """Every link and button is reached once, in its order, is marked and in sight when it is."""
    async with county_of(tmp_path) as county:
        await told(county)
        await county.published("2019-12-10", "2019-12-20")
        draft = await county.drafted("2019-12-11")
        await county.took(draft, "notes", {"words": "Say of how many children."})
        async with served(county.world.system) as site:
            asked = {"chromium": str(outside.chromium()), "site": site, "report": REPORT}
            asked |= {"figure": NAME, "stops": STOPS, "folder": os.environ.get("PICTURES", "")}
            found: list[dict[str, Any]] = json.loads(await node("keyboard.mjs", asked))
    assert {one["name"]: one["heading"] for one in found} == HEADINGS
    by_name = {one["name"]: one for one in found}
    for name in HEADINGS.keys() - {"back", "figure-that-stops"}:
        one = by_name[name]
        assert one["faults"] == [], name
        assert one["places"] > 3, name
        assert (one["skip"], one["inMain"]) == ("Skip to main content", True), name
    for name in by_name.keys() - {"back"}:
        assert by_name[name]["violations"] == [], name
        assert by_name[name]["wide"] == [], name
    assert by_name["figure-that-stops"]["stops"] == 1


async def told(county: County) -> None:
    """Tell of years that compare and years that do not, so that a line is drawn and stops."""
    for year, many in ((2016, 4), (2017, 8)):
        of_year = at_risk(CHILDREN[:many], f"{year}-11-01")
        await county.told(of_year, datetime(year + 1, 3, 1, 9, tzinfo=UTC))
    events = [
        *waves("audience|year|issued|version\nparents|2017-18|60|1\nparents|2018-19|60|2"),
        *responses("knew_learning | times\nyes | 30\nno | 12", "parents", "2017-18"),
        *responses("knew_learning | times\nyes | 40\nno | 11", "parents", "2018-19"),
    ]
    await county.told(events, datetime(2019, 9, 1, 9, tzinfo=UTC))

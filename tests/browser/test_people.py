"""Somebody signs in through a provider that is none of ours, and reads the report."""

import json
from pathlib import Path

import pytest

from deploy.local import outside
from services.reporting.figures import FAMILIES, FIGURES, STATEMENTS
from tests.browser.conftest import Site, node

VIEWS = 5
"""Widths and colours: 360 and 1280 px by day and by night, and 768 px as it is printed."""
HEADINGS = {
    "start": "Specialist SEN teaching support service",
    "report": "Annual report 2018-19",
    "start-signed-in": "Specialist SEN teaching support service",
    "reports": "Annual reports",
    "figure": "Share of children at risk of exclusion",
    "lineage": "What this figure rests on",
    "editions": "Published reports",
    "no-such-page": "There is no such page",
    "no-such-year": "The address is not right",
    "signed-out": "You are signed out",
    "not-allowed": "You cannot open this page",
    "no-role": "You cannot open this page",
}


@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_people_sign_in_and_read_at_any_width_and_in_any_light(
    site: Site, tmp_path: Path
) -> None:
    told = {"chromium": str(outside.chromium()), "site": site.url, "folder": str(tmp_path)}
    found = json.loads(await node("visit.mjs", told))
    assert len(found["seen"]) == VIEWS * len(HEADINGS)
    for one in found["seen"]:
        assert one["heading"] == HEADINGS[one["name"]], one
        assert one["violations"] == [], one
        assert one["errors"] == [], one
        assert not one["overflow"], one
        assert not one["small"], one
    for one in found["seen"]:
        if one["name"] == "report":  # rows stay rows for a screen reader where they look like cards
            assert one["roles"]["table"] >= len(FAMILIES) + 1
            assert one["roles"]["rowheader"] == len(FIGURES) + len(STATEMENTS)
            assert one["roles"]["row"] == one["roles"]["rowheader"] + one["roles"]["table"]
    (session,) = [one for one in found["cookies"] if one["name"].startswith("__Host-")]
    assert session["name"] == "__Host-sssen-reporting-session"
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")

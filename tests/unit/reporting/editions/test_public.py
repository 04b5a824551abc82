"""What anybody has of a published edition: files, methods, the feed, and what came since."""

import csv
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.reporting.figures import FIGURES
from tests.unit.reporting.editions.stage import DRAFTS, LATE, SHARE, County, county_of

ROOT = "/reporting/v1"
NOT_OF_A_CHILD = {"audience"}


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    """Return a county with two editions, between which ten records arrived late."""
    async with county_of(tmp_path) as made:
        await made.published("2019-12-10", "2019-12-20")
        await made.told(LATE, datetime(2020, 1, 7, 9, tzinfo=UTC))
        made.clock.at = datetime(2020, 2, 3, 9, tzinfo=UTC)
        yield made


async def got(county: County, path: str, status: int = 200, **headers: str) -> Any:
    answer = await county.world.client.get(f"{ROOT}/{path}", headers=headers)
    assert answer.status_code == status, answer.text
    return answer if headers else answer.json()


async def test_what_is_known_now_differs_from_then_by_exactly_the_late_events(
    county: County,
) -> None:
    [edition] = (await county.do("GET", DRAFTS))["items"]
    since = await county.do("GET", f"{DRAFTS}/{edition['edition_id']}/since")
    moved = {one["figure"]: one["cells"] for one in since["figures"]}
    cell = {"by": None, "label": None, "was": "25%", "became": "50%"}
    assert moved[SHARE] == [cell]
    assert {one.partition(".")[0] for one in moved} == {"inclusion"}
    assert [(one["fact"], one["day"]) for one in since["events"]] == [("risk", "2019-06-03")] * 10
    assert len({one["event_id"] for one in since["events"]}) == 10
    assert {one["recorded_at"] for one in since["events"]} == {"2020-01-07T09:00:00Z"}


async def test_an_edition_is_taken_away_as_json_and_csv_with_the_same_rows(county: County) -> None:
    rows = await got(county, "data-sets/2018-19/1.0.0")
    file = await got(county, "data-sets/2018-19/latest", Accept="text/csv")
    assert file.headers["content-disposition"].endswith('"annual-report-2018-19-edition-1.0.0.csv"')
    lines = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [one["id"] for one in lines] == [one["id"] for one in rows]
    assert {one["id"]: one["printed"] for one in lines if not one["by"]}[SHARE] == "25%"
    groups = [(one["by"], one["group"], one["printed"]) for one in lines if one["id"] == SHARE]
    assert groups[:2] == [("", "", "25%"), ("team", "no span", "25%")]
    assert {by for by, _, _ in groups[1:]} == {
        one["by"] for one in rows if one["by"]
    } - NOT_OF_A_CHILD
    assert [*lines[0]] == [*rows[0]]
    await got(county, "data-sets/2018-19/2.*", 404)


async def test_each_method_says_from_when_it_holds_and_which_editions_it_served(
    county: County,
) -> None:
    await county.published("2020-01-31", "2020-02-03")
    pages = await got(county, "methods")
    assert {one["figure"] for one in pages} >= {one.id for one in FIGURES}
    page = await got(county, f"methods/{SHARE}/1")
    assert page in pages
    assert page["adopted_on"] == "2019-12-20"
    assert page["editions"] == [
        f"{ROOT}/editions/2018-19/{number}" for number in ("1.0.0", "1.1.0")
    ]
    await got(county, f"methods/{SHARE}/2", 404)


async def test_who_follows_the_feed_has_every_published_value_and_can_prove_it(
    county: County,
) -> None:
    first = await got(county, "value-changes?limit=200")
    assert [one["kind"] for one in first["items"]] == ["edition", *["value"] * len(FIGURES)]
    await county.published("2020-01-31", "2020-02-03")
    behind = await got(county, f"value-changes?after={first['next']}&limit=200")
    kinds = [one["kind"] for one in behind["items"]]
    assert kinds == [
        "edition",
        *["value"] * len(FIGURES),
        *["restatement"] * kinds.count("restatement"),
    ]
    shown = {one["figure"]: one for one in behind["items"] if one["kind"] == "value"}[SHARE]
    assert (shown["edition"], shown["method"], shown["cells"][0]["printed"]) == ("1.1.0", 1, "50%")
    restated = {one["figure"]: one for one in behind["items"] if one["kind"] == "restatement"}
    whole = {"by": None, "label": None, "was": "25%", "became": "50%"}
    group = {"by": "team", "label": "no span", "was": "25%", "became": "50%"}
    assert restated[SHARE]["cells"][:2] == [whole, group]
    again: list[Any] = []
    after = ""
    while True:  # from the beginning, in small pages
        page = await got(county, f"value-changes?limit=50{after}")
        again += page["items"]
        after = f"&after={page['next']}"
        if not page["more"]:
            break
    assert [one["event_id"] for one in again] == [
        one["event_id"] for one in (*first["items"], *behind["items"])
    ]
    digest = await got(county, "value-changes/digest")
    ids = "".join(f"{id_}\n" for id_ in sorted(one["event_id"] for one in again))
    assert (digest["count"], digest["sha256"]) == (
        len(again),
        hashlib.sha256(ids.encode()).hexdigest(),
    )

"""Published editions as pages and files that anybody opens, from what was frozen alone."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from libs.common.security import Role
from tests.spec.events import results, waves
from tests.spec.holders import plans
from tests.unit.reporting.editions.stage import CHILDREN, LATE, SHARE, County, at_risk, county_of

PAGES = "/reporting/editions"
ASSESSED = """
    child  | year    | term   | subject | position | assessed
    child1 | 2018-19 | summer | reading | Y1.1     | 2019-06-20
    dan    | 2018-19 | summer | reading | Y1.1     | 2019-06-20
"""
LAST_YEAR = at_risk(CHILDREN[:1], "2018-03-01")
"""One child of the year before: what is of so few is withheld from most."""


async def test_anybody_reads_an_edition_its_figures_and_its_files(tmp_path: Path) -> None:
    async with county_of(tmp_path) as county:
        assert "Nothing is published yet" in await opened(county, PAGES)
        await county.published("2019-12-10", "2019-12-20")
        await county.told(LATE, datetime(2020, 1, 7, 9, tzinfo=UTC))
        county.clock.at = datetime(2020, 2, 3, 9, tzinfo=UTC)
        await county.published("2020-01-31", "2020-02-03")

        listed = await opened(county, PAGES)
        for number in ("1.0.0", "1.1.0"):
            assert f'href="{PAGES}/2018-19/{number}"' in listed
        first = await opened(county, f"{PAGES}/2018-19/1.0.0")
        assert "Edition 1.0.0, signed by the Head of Service on 20 December 2019." in first
        assert f'href="{PAGES}/2018-19/1.0.0/figures/{SHARE}"' in first
        assert "Of the caseload, 25% were at risk of exclusion." in first
        assert '<a href="https://testshire.example/plan">' in first
        assert "What this edition changes" not in first

        second = await opened(county, f"{PAGES}/2018-19/latest")
        assert "It takes the place of edition 1.0.0." in second
        assert "What this edition changes" in second
        figure = await opened(county, f"{PAGES}/2018-19/1.*/figures/{SHARE}")
        assert ": was 25%, is 50%" in figure
        assert ", by team: no span: was 25%, is 50%" in figure
        assert "Version of the method" in figure
        words = re.sub(r"(<[^>]+>|\s)+", " ", figure)
        assert "By team Group Value Counted no span 50% 20 of 40 By school kind" in words

        for number, printed in (("1.0.0", "25%"), ("1.1.0", "50%")):
            sent = await county.world.client.get(f"{PAGES}/2018-19/{number}/files/csv")
            rows = csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig")))
            assert {row["id"]: row["printed"] for row in rows if not row["by"]}[SHARE] == printed
            named = f'filename="annual-report-2018-19-edition-{number}.csv"'
            assert named in sent.headers["content-disposition"]
        for missing in ("2.0.0", "1.0.0/figures/no.such.figure", "1.0.0/files/doc"):
            answer = await county.world.client.get(f"{PAGES}/2018-19/{missing}")
            assert answer.status_code == 404, missing


async def opened(county: County, url: str) -> str:
    """Open a page as somebody who is not signed in."""
    answer = await county.world.client.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def test_an_edition_says_why_a_group_of_it_is_withheld(tmp_path: Path) -> None:
    """One child of forty has an EHC plan: the totals are shown, and not the groups by plan."""
    async with county_of(tmp_path) as county:
        await county.told(
            [*plans("plan|child|type|starts|ceased\np|child1|EHC|2017-09-01|")],
            datetime(2018, 10, 21, 9, tzinfo=UTC),
        )
        await county.published("2019-12-10", "2019-12-20")
        shown = (await county.read("2018-19/1.0.0")).json()
        assert not [one for one in (*shown["figures"], *shown["statements"]) if one["withheld"]]
        assert "A value printed as c is withheld" in await opened(county, f"{PAGES}/2018-19/1.0.0")
        figure = await opened(county, f"{PAGES}/2018-19/1.0.0/figures/{SHARE}")
        assert "c: This number, or one that could be worked out with it" in figure


async def test_the_lineage_of_a_figure_is_a_page_whose_rows_are_the_heads_alone(
    tmp_path: Path,
) -> None:
    async with county_of(tmp_path) as county:
        url = f"/reporting/figures/{SHARE}/lineage?year=2018-19"
        page = (await county.send("GET", url)).text
        for words in ("The sum", "By which rules", "Whom it counts", "half up, once"):
            assert words in page
        assert "10 ÷ 40" in page
        assert "a row that counts rests on it" in page
        for role in (Role.HEAD_OF_SERVICE, Role.LINK_ADVISER):
            figure = await county.send("GET", f"/reporting/figures/{SHARE}?year=2018-19", role=role)
            assert f'href="/reporting/figures/{SHARE}/lineage?year=2018-19' in figure.text
        gated = (await county.send("GET", url, role=Role.LINK_ADVISER)).text
        assert "By which rules" in gated
        assert "shown to the Head of Service alone" in gated
        assert "a row that counts rests on it" not in gated


async def test_populations_stand_side_by_side_on_a_page_of_the_head(tmp_path: Path) -> None:
    async with county_of(tmp_path) as county:
        await county.told(
            [
                *waves("audience | year | issued\nparents | 2018-19 | 45"),
                *results(ASSESSED),
                *plans("plan|child|type|starts|ceased\np|child1|EHC|2017-09-01|"),
            ],
            datetime(2019, 9, 1, 9, tzinfo=UTC),
        )
        url = "/reporting/reconciliations/2018-19"
        page = re.sub(r"(<[^>]+>|\s)+", " ", (await county.send("GET", url)).text)
        for words in (
            "Children on the caseload on any day of the year, each once. 40 Less:",
            "scale with values this summer. 2 The difference 38 Of it:",
            "without a moderated result this summer. 39 Less:",
            "who were not on the caseload. 1 ",
            "The difference, which cannot be told by category 5 ",
        ):
            assert words in page
        for role, leads in ((Role.HEAD_OF_SERVICE, True), (Role.LINK_ADVISER, False)):
            listed = (await county.send("GET", "/reporting/reports", role=role)).text
            assert (url in listed) is leads
        assert (await county.send("GET", url, role=Role.LINK_ADVISER)).status_code == 403


async def test_the_page_of_a_figure_tells_of_years_and_statements_as_its_reader_may_see_them(
    tmp_path: Path,
) -> None:
    async with county_of(tmp_path) as county:
        await county.told(LAST_YEAR, datetime(2018, 6, 1, 9, tzinfo=UTC))
        url = f"/reporting/figures/{SHARE}?year=2018-19"
        for role, last in ((Role.HEAD_OF_SERVICE, "3%"), (Role.LINK_ADVISER, "c")):
            page = re.sub(r"<[^>]+>|\s+", " ", (await county.send("GET", url, role=role)).text)
            rows = re.sub(r" +", " ", page)
            assert f"Year Value With the year before 2017-18 {last}" in rows, role
            assert "Statements beside it" in rows
            assert "What it cannot show: That the service was the cause" in rows


async def test_a_draft_is_a_page_with_its_open_notes_for_who_reviews_it(tmp_path: Path) -> None:
    """Who may read it before its day reads no notes, and nobody else reads it at all."""
    async with county_of(tmp_path) as county:
        draft = await county.drafted()
        reader = {"subject": "demo-reporting-consumer", "until": "2019-12-21"}
        await county.took(draft, "review", {"readers": [reader]})
        for words in ("Say of how many children.", "Is that so?"):
            await county.took(draft, "notes", {"words": words, "figure": SHARE})
        await county.took(draft, "notes/2/answer", {"words": "It is."})
        url = f"/reporting/drafts/{draft}"

        for role in (Role.HEAD_OF_SERVICE, Role.LINK_ADVISER, Role.REPORTING_CONSUMER):
            assert (
                f'href="{url}"' in (await county.send("GET", "/reporting/drafts", role=role)).text
            )
            page = (await county.send("GET", url, role=role)).text
            assert "Draft of the annual report 2018-19" in page
            assert "It is being reviewed." in page
            assert "Of the caseload, 25% were at risk of exclusion." in page
            reviews = role is not Role.REPORTING_CONSUMER
            assert ("Open notes" in page) is reviews
            assert ("Say of how many children." in page) is reviews
            assert "Is that so?" not in page
        other = await county.send("GET", "/reporting/drafts", role=Role.COUNTY_SEND_OFFICER)
        assert "There is no draft that you may read." in other.text
        assert (await county.send("GET", url, role=Role.COUNTY_SEND_OFFICER)).status_code == 404
        assert (await county.send("GET", url, role=Role.SUPPORT_TEACHER)).status_code == 403
        unsigned = await county.world.client.get(url, headers={"Accept": "text/html"})
        assert (unsigned.status_code, unsigned.headers["location"][:20]) == (
            303,
            "/reporting/sign-in?t",
        )
        await county.told(LATE, datetime(2019, 6, 10, 9, tzinfo=UTC))
        assert "In 2 sentences a figure is another than" in (await county.send("GET", url)).text
        await county.took(draft, "void", {"reason": "entry-error", "note": "Wrong day."})
        page = (await county.send("GET", url)).text
        assert "Withdrawn draft of the annual report 2018-19" in page
        assert "It was withdrawn: it is neither changed nor signed." in page
        assert "reviewed" not in page


async def test_a_published_draft_leads_to_its_page_among_the_editions(tmp_path: Path) -> None:
    async with county_of(tmp_path) as county:
        record = await county.published("2019-12-10", "2019-12-20")
        sent = await county.send("GET", f"/reporting/drafts/{record['edition_id']}")
        assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGES}/2018-19/1.0.0")

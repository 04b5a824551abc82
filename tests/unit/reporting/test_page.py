"""The report as a page: what a reader without sight, script, colour or a wide screen needs."""

import re
from html.parser import HTMLParser

import pytest

from services.reporting.figures import FIGURES
from services.reporting.pages import report_page, style_sheet
from services.reporting.queries import (
    Basis,
    Change,
    FigureView,
    LastYear,
    PositionView,
    Report,
    StatementView,
)


def a_report(parked: int = 0) -> Report:
    figures = [
        FigureView(
            id=one.id,
            words=one.words,
            unit=one.unit,
            value="8000/109",
            printed="73.4%",
            basis=Basis(count=160, of=218) if one.id.endswith("share") else None,
            counts={"answers": 219} if one.id.endswith("average") else {},
            last_year=LastYear(value=None, printed="no comparison available"),
            change=Change(value="-2", printed="decrease of 2 percentage points"),
        )
        for one in FIGURES
    ]
    statement = StatementView(
        id="a.b", holds=True, printed="<script>all & sundry</script>", method="m", counts={"x_y": 1}
    )
    return Report(
        academic_year="2018-19",
        data_as_of="2019-12-02T10:00:00+00:00",
        positions=[PositionView(topic="referral", partition=0, position=9)],
        parked=parked,
        figures=figures,
        statements=[statement],
    )


class Outline(HTMLParser):
    """Notes the tags of a page, and which are still open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def outline() -> Outline:
    return Outline(report_page(a_report()))


def test_the_page_is_well_formed_and_says_its_language_and_title(outline: Outline) -> None:
    assert outline.open == []
    assert outline.all("html")[0]["lang"] == "en-GB"
    assert "<title>Annual report 2018-19" in report_page(a_report())


def test_landmarks_and_headings_are_there_once_and_in_order(outline: Outline) -> None:
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(outline.all(landmark)) == 1
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, *[2] * (len(levels) - 1)]


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(outline: Outline) -> None:
    tables = len(outline.all("table"))
    assert tables == 2
    assert len(outline.all("caption")) == tables
    assert {cell.get("scope") for cell in outline.all("th")} == {"row", "col", "rowgroup"}
    rows = [cell for cell in outline.all("th") if cell["scope"] == "row"]
    assert len(rows) == len(FIGURES) + 1


def test_every_link_within_the_page_leads_somewhere(outline: Outline) -> None:
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in outline.all("a")]
    assert links
    assert {f"#{one}" for one in ids} >= set(links)
    labels = [region["aria-labelledby"] for region in outline.all("div")]
    assert set(labels) <= set(ids)


def test_nothing_comes_from_elsewhere_and_nothing_runs(outline: Outline) -> None:
    page = report_page(a_report())
    assert [link["href"] for link in outline.all("link")] == ["../style.css"]
    for forbidden in ("http:", "https:", "<script", "<img", "<iframe", " style=", " onclick"):
        assert forbidden not in page
    for forbidden in ("@import", "url(", "http"):
        assert forbidden not in style_sheet()


def test_what_comes_from_the_records_is_escaped() -> None:
    assert "&lt;script&gt;all &amp; sundry" in report_page(a_report())


def test_a_short_report_says_so_in_words() -> None:
    assert "No event is set aside" in report_page(a_report())
    assert "Not complete: 1 event is set aside" in report_page(a_report(1))
    assert "Not complete: 2 events are set aside" in report_page(a_report(2))


def test_every_figure_stands_in_a_section_with_its_counts() -> None:
    page = report_page(a_report())
    for figure in FIGURES:
        assert f"<code>{figure.id}</code>" in page
    assert "160 of 218" in page
    assert "219 answers" in page
    assert "x y: 1" in page


def test_the_style_reflows_prints_and_shows_focus() -> None:
    style = style_sheet()
    for wanted in ("@media print", ":focus-visible", "overflow-x: auto", "max-width"):
        assert wanted in style


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_from_its_ground() -> None:
    colours = set(re.findall(r"(?<!-)color: (#[0-9a-f]{6})", style_sheet()))
    assert len(colours) >= 3
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 7, colour

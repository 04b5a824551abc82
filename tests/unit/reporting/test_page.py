"""The report as a page: what a reader without sight, script, colour or a wide screen needs."""

import re
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from fastapi import Request

from libs.common.pages.rendering import FOLDER, as_read
from services.reporting.evaluate import Statement
from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.questions import QUESTIONS
from services.reporting.outlets.document import of_report
from services.reporting.outlets.files import FORMS
from services.reporting.outlets.sentences import behind, sentence
from services.reporting.pages import report_page
from services.reporting.views import (
    Basis,
    Change,
    FigureView,
    LastYear,
    PositionView,
    Report,
    StatementView,
)
from services.survey.questionnaires.definition import in_english
from services.survey.questionnaires.shipped import questionnaires


def a_report(dead_letters: int = 0) -> Report:
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
        dead_letters=dead_letters,
        parked=dead_letters,
        figures=figures,
        statements=[statement],
    )


def shown(report: Report) -> str:
    """Return the page's text."""
    scope = {"type": "http", "path": "/reporting/reports/2018-19", "headers": []}
    return bytes(report_page(of_report(report), Request(scope)).body).decode()


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
    return Outline(shown(a_report()))


def test_the_page_is_well_formed_and_says_its_language_and_title(outline: Outline) -> None:
    assert outline.open == []
    assert outline.all("html")[0]["lang"] == "en-GB"
    assert "<title>Annual report 2018-19" in shown(a_report())


def test_landmarks_and_headings_are_there_once_and_in_order(outline: Outline) -> None:
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(outline.all(landmark)) == 1
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2, 3}
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_table_is_named_and_every_heading_cell_has_a_scope(outline: Outline) -> None:
    ids = {one.get("id") for tag in ("h2", "h3") for one in outline.all(tag)}
    named = [table["aria-labelledby"] for table in outline.all("table")]
    assert len(named) == len(set(named)) > 5
    assert set(named) <= ids
    assert {cell.get("scope") for cell in outline.all("th")} == {"row", "col"}
    rows = [cell for cell in outline.all("th") if cell["scope"] == "row"]
    assert len(rows) == len(FIGURES) + 1


def test_every_cell_says_of_which_column_it_is_where_rows_are_cards(outline: Outline) -> None:
    assert all(cell["data-label"] for cell in outline.all("td"))


def test_every_link_within_the_page_leads_somewhere(outline: Outline) -> None:
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {str(link["href"]) for link in outline.all("a")} - {"/"}
    within = {link for link in links if link.startswith("#")}
    assert len(within) > 5
    assert {f"#{one}" for one in ids} >= within
    figures = {f"/reporting/figures/{one.id}?year=2018-19" for one in FIGURES}
    files = {f"/reporting/reports/2018-19/files/{end}" for end in FORMS}
    assert links - within == figures | files


def test_nothing_comes_from_elsewhere_and_nothing_runs(outline: Outline) -> None:
    page = shown(a_report())
    for link in outline.all("link"):
        assert re.fullmatch(
            r"/reporting/pages/(style|icon)-[0-9a-f]{12}\.(css|svg)", str(link["href"])
        )
    for forbidden in ("http:", "https:", "<script", "<img", "<iframe", " style=", " onclick"):
        assert forbidden not in page
    for forbidden in ("@import", "url(", "http"):
        assert forbidden not in (FOLDER / "style.css").read_text()


def test_every_chart_says_in_words_what_it_draws_and_stands_over_its_table(
    outline: Outline,
) -> None:
    page = shown(a_report())
    charts = outline.all("svg")
    assert len(charts) > 4
    for chart in charts:
        title, words = str(chart["aria-labelledby"]).split()
        assert (chart["role"], chart["width"]) == ("img", "100%")
        assert re.search(
            f'<title id="{title}">[^<]+, (in per cent|marks from 1 to 10)</title>', page
        )
        assert re.search(f'<desc id="{words}">[^<]+: 73.4%[^<]*</desc>', page)
    tags = [tag for tag, _ in outline.tags if tag in {"svg", "table"}]
    assert all(below == "table" for above, below in pairwise(tags) if above == "svg")


def test_what_comes_from_the_records_is_escaped() -> None:
    assert "&lt;script&gt;all &amp; sundry" in shown(a_report())


def test_a_short_report_says_so_in_words() -> None:
    assert "Everything received is in these figures" in shown(a_report())
    assert "Not complete: 1 event is not in these figures" in shown(a_report(1))
    assert "Not complete: 2 events are not in these figures" in shown(a_report(2))


@pytest.mark.parametrize(
    ("recorded", "so_far"),
    [("2019-08-31T22:59:59+00:00", True), ("2019-08-31T23:00:00+00:00", False), (None, False)],
)
def test_a_year_that_has_not_ended_is_told_as_one(recorded: str | None, so_far: bool) -> None:
    report = a_report().model_copy(update={"data_as_of": recorded})
    assert ("figures are of the year so far" in shown(report)) is so_far


def test_every_figure_stands_in_a_section_with_its_counts() -> None:
    page = shown(a_report())
    for figure in FIGURES:
        assert f'id="{figure.id.replace(".", "-")}"' in page
    assert "160 of 218" in page
    assert "219 answers" in page
    assert "x y: 1" in page


def test_times_are_shown_as_a_person_reads_them() -> None:
    assert "2 December 2019, 10:00am, London" in shown(a_report())
    for instant, read in [
        ("2026-11-27T05:04:00+00:00", "27 November 2026, 5:04am, London"),
        ("2026-06-30T23:30:00+00:00", "1 July 2026, 12:30am, London"),
        ("2026-01-01T12:00:00+00:00", "1 January 2026, 12:00pm, London"),
    ]:
        assert as_read(datetime.fromisoformat(instant)) == read


def test_no_two_figures_are_called_the_same_and_none_names_a_field() -> None:
    words = [figure.words for figure in FIGURES]
    assert len(words) == len(set(words)) > 30
    assert not [one for one in words if "`" in one or "_" in one]


def test_a_question_is_put_in_the_questionnaires_own_words() -> None:
    asked: dict[tuple[str, str], str] = {
        (one.audience, item.id): in_english(item.wording)
        for one in questionnaires()
        for item in one.items
    }
    assert len(QUESTIONS) > 5
    assert {key: asked[key] for key in QUESTIONS} == QUESTIONS


@pytest.mark.parametrize(
    ("id_", "printed", "said"),
    [
        (
            "inclusion.placements_maintained",
            "about 150",
            "Permanent exclusion was avoided for about 150 children at risk of it.",
        ),
        (
            "inclusion.placements_maintained",
            "none",
            "Permanent exclusion was avoided for none of the children at risk of it.",
        ),
        (
            "inclusion.placements_maintained",
            "not known",
            "It is not known whether permanent exclusion was avoided for children at risk of it.",
        ),
        (
            "teaching.judged.all",
            "not all teachers have an overall judgement",
            "Not all teachers have an overall judgement.",
        ),
        ("feedback.compliments", "0", "No compliments came beside the questionnaires."),
        ("feedback.compliments", "1", "One compliment came beside the questionnaires."),
        ("feedback.compliments", "9", "9 compliments came beside the questionnaires."),
        (
            "feedback.compliments",
            "many, beside the questionnaires",
            "Many compliments came beside the questionnaires.",
        ),
        (
            "training.pre_key_stage_package",
            "not delivered in the year",
            (
                "The package on moving from P scales to pre-key-stage assessment was not delivered"
                " in the year."
            ),
        ),
        (
            "inclusion.exclusions_low",
            "not consistently very low",
            "Permanent exclusions were not consistently very low.",
        ),
    ],
)
def test_a_statement_is_a_sentence(id_: str, printed: str, said: str) -> None:
    assert sentence(said_of(id_, printed)) == said


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.id)
def test_a_statement_that_is_not_known_says_so_and_is_not_a_no(statement: Statement) -> None:
    if statement.id == "teaching.judged.all":  # it is never unknown
        return
    view = said_of(statement.id, "not known")
    assert sentence(view).startswith("It is not known whether ")
    report = a_report().model_copy(update={"statements": [view]})
    assert "<span>not known</span>" in shown(report)


def said_of(id_: str, printed: str) -> StatementView:
    return StatementView(id=id_, holds=False, printed=printed, method="m", counts={})


def test_a_meeting_that_is_left_out_is_told_as_such_and_by_its_day() -> None:
    delegates = next(one for one in a_report().figures if one.id == "networks.senco.delegates")
    left_out = delegates.model_copy(update={"counts": {"spring meeting 2019-02-08": 17}})
    assert behind(left_out) == "not counted: 17 at the spring meeting of 8 February 2019"


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_from_its_ground_by_day_and_by_night() -> None:
    day, night = re.findall(r":root \{(.*?)\}", (FOLDER / "style.css").read_text(), re.DOTALL)[:2]
    for block in (day, night):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        assert len(colours) > 8
        for name in ("text", "quiet", "link", "visited", "alarm"):
            for ground in ("ground", "raised"):
                assert contrast(colours[name], colours[ground]) >= 7, (name, ground)
        assert contrast(colours["brand"], colours["on-brand"]) >= 7
        for name in ("line", "focus"):
            assert contrast(colours[name], colours["ground"]) >= 3, name

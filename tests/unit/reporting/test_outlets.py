"""What the outlets say alike: words of an edition, exceptions, years compared, uncertainty."""

import asyncio
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import Request
from jinja2 import Environment, nodes
from pydantic import BaseModel
from pypdf import PdfReader

from libs.common.contracts.reporting import RestatedCell
from libs.common.documents import charts, lines
from libs.common.pages import rendering
from services.reporting import pages
from services.reporting.comparing.reconciled import ReconciliationView
from services.reporting.editions.contents import (
    EditionView,
    FigureChange,
    FigureName,
    MethodView,
)
from services.reporting.editions.domain import Edition, Note
from services.reporting.editions.queries import EditionEntry
from services.reporting.figures import STEERING
from services.reporting.lineage.shown import LineageView
from services.reporting.narrative import Block, Narrative, Section, Sentence
from services.reporting.narrative.compiling import BlockKind, DevelopmentView, PriorityView
from services.reporting.outlets import changes, chapters, document, trends
from services.reporting.outlets.document import of_edition, of_report
from services.reporting.outlets.files import file_of, table_of
from services.reporting.outlets.printed import printed
from services.reporting.outlets.rows import rows_of, rows_of_figure
from services.reporting.pages import edition_page, report_page
from services.reporting.presentation import half_up
from services.reporting.views import (
    Change,
    Definition,
    Exempted,
    FigureOfYear,
    LastYear,
    Report,
)
from tests.unit.reporting.test_page import a_report
from tests.unit.reporting.test_report_pdf import root_of, tags_of

EXEMPTED = Exempted(
    id=UUID(int=1),
    grounds="public-already",
    until=date(2020, 8, 31),
    signed_as=["head-of-service", "link-adviser"],
)
SAID = (
    "Shown by an exception until 31 August 2020. Grounds: public already."
    " Signed by: head of service and link adviser."
)
BY_CHANCE = "chance alone could make such a difference"
SHARE = "survey.agencies.impact.outstanding.share"


def _sentence(text: str) -> Sentence:
    return Sentence(text=text, bound={}, changed=False)


def _block(kind: BlockKind, *texts: str) -> Block:
    return Block(kind=kind, theme=None, sentences=[_sentence(one) for one in texts])


def narrative() -> Narrative:
    """Return words of every kind of block, with marks that no outlet shows as they are."""
    blocks = {
        "profile": [_block("paragraph", "The *first* sentence.", "The second."), _block("aim")],
        "lists": [_block("list", "Alpha [site](https://testshire.example/a)", "Beta")],
        "developments": [_block("developments")],
        "plan": [_block("plan")],
        "future": [_block("future")],
        "contact": [_block("contact")],
    }
    return Narrative(
        title="Report",
        name="Service",
        aliases=[],
        aim=_sentence("To *include* everybody."),
        department_plan={},
        contact=_sentence("Write to the office."),
        sections=[
            Section(id=id_, heading=f"On {id_}", in_summary=False, blocks=some)
            for id_, some in blocks.items()
        ],
        developments=[
            DevelopmentView(title="Training", status="under-way", evidence=_sentence("Two *ran*."))
        ],
        future=[DevelopmentView(title="Tablets", status="planned", evidence=_sentence("Bought."))],
        plan=[
            PriorityView(
                code="P1", words="Read *more*.", owner="Head", status="on-track", status_on="May"
            )
        ],
    )


WORDS = (
    "The first sentence. The second.",
    "To include everybody.",
    "Alpha site",
    "Training under way. Two ran.",
    "P1 Read *more*. Head: on track, May.",
    "Tablets planned. Bought.",
    "Write to the office.",
    "What this edition changes",
    "Teams 4 5",
    "counted by a new version of its method",
)
"""What an edition says in words, in its order, as any outlet shows it."""


def an_edition() -> EditionView:
    report = compared_report()
    return EditionView(
        academic_year="2018-19",
        known_at=date(2019, 12, 10),
        data_as_of=report.data_as_of,
        figures=report.figures,
        statements=report.statements,
        methods=[],
        narrative=narrative(),
        edition_id=UUID(int=2),
        number="1.1.0",
        signed_on=date(2019, 12, 20),
        change="minor",
        supersedes="1.0.0",
        changes=[
            FigureChange(
                figure="service.teams",
                redefined=False,
                cells=[RestatedCell(by=None, label=None, was="4", became="5")],
            ),
            FigureChange(figure="service.schools", redefined=True, cells=[]),
        ],
    )


def compared_report() -> Report:
    """Return a report of which one share is compared with a year that is not the one before."""
    report = a_report()
    of = LastYear(value="50", printed="50% in 2015-16", academic_year="2015-16")
    change = Change(
        value="23",
        printed="increase of 23 percentage points since 2015-16",
        uncertainty=f"The 95% intervals overlap: {BY_CHANCE}.",
    )
    more = {"last_year": of, "change": change, "exempted": EXEMPTED}
    figures = [
        one.model_copy(update=more) if one.id.startswith("survey.agencies") else one
        for one in report.figures
    ]
    statements = [
        one.model_copy(update={"cannot_show": "Why it is so.", "exempted": EXEMPTED})
        for one in report.statements
    ]
    return report.model_copy(update={"figures": figures, "statements": statements})


def request(path: str) -> Request:
    return Request({"type": "http", "path": path, "headers": []})


def on_page(body: bytes | memoryview) -> str:
    """Return a page's words, without its tags."""
    return _flat(re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", bytes(body).decode()))


def on_paper(made: bytes) -> str:
    return _flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages))


def _flat(text: str) -> str:
    return re.sub(r"\s+([.,:])", r"\1", re.sub(r"\s+", " ", text))


def test_an_edition_says_the_same_words_on_a_page_and_on_paper() -> None:
    edition = an_edition()
    page = on_page(edition_page(edition, request("/reporting/editions/2018-19/1.1.0")).body)
    for text in (page, on_paper(printed(of_edition(edition)))):
        place = 0
        for words in WORDS:
            assert words in text[place:], words
            place = text.index(words, place)


def test_a_list_is_a_list_on_paper() -> None:
    made = printed(of_edition(an_edition()))
    alone = printed(of_edition(an_edition().model_copy(update={"narrative": None})))
    assert _tags(made).count("/LI") - _tags(alone).count("/LI") >= 2


def _tags(made: bytes) -> list[str]:
    return tags_of(root_of(made)["/StructTreeRoot"])


def test_what_is_known_of_a_value_is_on_the_page_on_paper_and_in_the_rows() -> None:
    """Its exception, how sure its change is, and what a statement cannot show."""
    shown = of_report(compared_report())
    page = on_page(report_page(shown, request("/reporting/reports/2018-19")).body)
    for text in (page, on_paper(printed(shown))):
        for words in (SAID, BY_CHANCE, "What it cannot show: Why it is so."):
            assert words in text
    by_id = {one.id: one for one in rows_of(shown)}
    assert by_id[SHARE].exempted == SAID
    assert BY_CHANCE in (by_id[SHARE].uncertainty or "")
    assert by_id["a.b"].cannot_show == "Why it is so."
    assert by_id["a.b"].exempted == SAID
    assert by_id["service.teams"].exempted is None


def test_another_year_than_the_one_before_is_named_and_never_called_that() -> None:
    report = compared_report()
    none = LastYear(value=None, printed="c", academic_year="2015-16")
    figures = [
        one.model_copy(update={"last_year": none, "change": None}) if one.id == SHARE else one
        for one in report.figures
    ]
    shown = of_report(report.model_copy(update={"figures": figures}))
    groups = {group.heading: group for section in shown.sections for group in section.groups}
    chart = groups["Agencies"].chart
    assert chart is not None
    assert chart.before == "2015-16"
    assert "2017-18" not in charts.svg(chart)
    rows = {one.id: one.last_year for one in rows_of(shown)}
    assert rows[SHARE] == "c in 2015-16"
    assert rows["survey.agencies.impact.good_or_outstanding.share"] == "50% in 2015-16"
    page = bytes(report_page(shown, request("/reporting/reports/2018-19")).body).decode()
    assert "Last year" not in page


def test_years_compared_that_differ_are_not_drawn_as_one() -> None:
    report = compared_report()
    figures = [
        one.model_copy(update={"last_year": LastYear(value="40", printed="40%")})
        if one.id == SHARE
        else one
        for one in report.figures
    ]
    shown = of_report(report.model_copy(update={"figures": figures}))
    [chart] = [
        group.chart
        for section in shown.sections
        for group in section.groups
        if group.heading == "Agencies"
    ]
    assert chart
    assert chart.before == "an earlier year"


def test_rows_of_an_edition_carry_its_number_and_those_of_a_report_none() -> None:
    assert {one.edition for one in rows_of(of_edition(an_edition()))} == {"1.1.0"}
    assert {one.edition for one in rows_of(of_report(a_report()))} == {None}
    sent = asyncio.run(file_of(table_of(of_edition(an_edition())), "csv"))
    assert b",1.1.0\r\n" in bytes(sent.body)


def test_the_numbers_of_an_edition_have_the_decimals_that_were_frozen_with_it() -> None:
    """The share is printed without any today: a method of another day had two."""
    method = MethodView(
        figure=SHARE, version=1, words="", unit="per cent", decimals=2, base="", population=""
    )
    edition = an_edition().model_copy(update={"methods": [method]})
    numbers = {one.id: one.number for one in rows_of(of_edition(edition))}
    exact = {one.id: one.value for one in edition.figures}
    assert numbers[SHARE] == half_up(Fraction(exact[SHARE] or ""), 2)
    assert str(numbers[SHARE])[-3] == "."


def test_a_figure_beside_the_report_is_rounded_as_printed_and_stands_in_its_section() -> None:
    shown = a_report().figures[0]
    for one in STEERING:
        view = shown.model_copy(update={"id": one.id, "unit": one.unit, "value": "37/5"})
        of = FigureOfYear(academic_year="2018-19", known_at=None, figure=view, by=None, cells=[])
        [row] = rows_of_figure(of)
        assert row.section, one.id
        assert not one.decimals or row.number == Decimal("7.4"), one.id


TEMPLATES = sorted(Path(pages.__file__).parent.glob("*.html"))
LOOKED_AT = (
    Edition,
    Note,
    EditionEntry,
    EditionView,
    FigureChange,
    MethodView,
    Definition,
    FigureOfYear,
    LineageView,
    ReconciliationView,
    Report,
    document.Document,
    document.Section,
    document.Group,
    charts.BarChart,
    lines.LineChart,
    trends.Years,
    trends.Year,
    changes.Line,
    chapters.Chapter,
    chapters.Passage,
    rendering.Viewer,
)
"""What templates are given, and with it all that these hold."""


def _names(of: type, seen: set[type]) -> Iterator[str]:
    """Yield what a class and those of its fields hold."""
    if of in seen:
        return
    seen.add(of)
    yield from (name for name in dir(of) if not name.startswith("_"))
    yield from getattr(of, "__annotations__", {})
    if issubclass(of, BaseModel):
        for name, field in of.model_fields.items():
            yield name
            for one in _classes(field.annotation):
                yield from _names(one, seen)


def _classes(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        yield annotation
    for one in getattr(annotation, "__args__", ()):
        yield from _classes(one)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_template_names_only_what_there_is(template: Path) -> None:
    """A page with a name that nothing has answers 500 when that is first asked for."""
    seen: set[type] = set()
    there = (
        {name for of in LOOKED_AT for name in _names(of, seen)}
        | {"first", "last", "items"}
        | {"index", "partition"}
    )
    tree = Environment(autoescape=True).parse(template.read_text())
    assert {one.attr for one in tree.find_all(nodes.Getattr)} <= there


def test_an_edition_is_read_by_the_headings_and_names_of_its_day() -> None:
    edition = an_edition()
    figure = edition.figures[0]
    name = FigureName(figure=figure.id, section="Old part", group="Old group", label="Old name")
    shown = of_edition(edition.model_copy(update={"names": [name]}))
    assert shown.sections[0].heading == "Old part"
    assert shown.sections[0].groups[0].heading == "Old group"
    [row] = [one for one in rows_of(shown) if one.id == figure.id and one.by is None]
    assert (row.section, row.name) == ("Old part", "Old name")
    assert "Old name" in on_page(
        edition_page(
            edition.model_copy(update={"names": [name]}),
            request("/reporting/editions/2018-19/1.0.0"),
        ).body
    )
    assert "Old name" in on_paper(printed(shown))
    assert "Old name" not in [one.name for one in rows_of(of_edition(edition))]


def test_wherever_a_mark_stands_on_paper_it_is_said_what_it_means() -> None:
    report = a_report()
    withheld = {"printed": "c", "value": None, "basis": None, "counts": dict[str, int]()}
    figures = [
        one.model_copy(update=withheld) if one.id == SHARE else one for one in report.figures
    ]
    said = on_paper(printed(of_report(report.model_copy(update={"figures": figures}))))
    assert said.count("c: withheld, so that it says nothing of one child or one person") == 1
    assert "-: there is none" in said
    assert "c: withheld" not in on_paper(printed(of_report(report)))

"""The page of one figure: its years, its groups, statements beside it, and who is led where."""

from collections.abc import Sequence

from services.reporting.comparing.trend import Point, Trend
from services.reporting.disclosure.gate import NOT_YOURS, SMALL_NUMBER
from services.reporting.disclosure.suppression import Rule
from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.statements import beside
from services.reporting.outlets.sentences import remark
from services.reporting.pages import FigureShown, figure_page
from services.reporting.queries import figure_named
from services.reporting.views import AS_PUBLISHED, CellView, FigureOfYear, definition
from tests.unit.reporting.test_outlets import (
    EXEMPTED,
    SAID,
    SHARE,
    compared_report,
    on_page,
    request,
)


def point(year: str, value: str | None, stops: str | None = None, *, ended: bool = True) -> Point:
    """Return a year of a trend, which prints its value in per cent."""
    said = "c" if value == "c" else f"{value}%" if value else "no data for this year"
    number = None if value == "c" else value
    return Point(
        academic_year=year, ended=ended, value=number, printed=said, series="", stops=stops
    )


def trend_of(*points: Point, id_: str = SHARE) -> Trend:
    return Trend(
        figure_id=id_,
        words="A share.",
        unit="per cent",
        by=None,
        label=None,
        known_at=None,
        points=list(points),
    )


TREND = trend_of(
    point("2014-15", None),
    point("2015-16", "40", "no value: no data for this year").model_copy(
        update={"marked": AS_PUBLISHED, "source": "Report of 2016"}
    ),
    point("2016-17", "50"),
    point("2017-18", "c", "no value: c"),
    point("2018-19", "60", "another form", ended=False),
)


def figure_of(
    id_: str,
    *,
    cells: Sequence[CellView] | None = None,
    trend: Trend = TREND,
) -> str:
    """Return a figure's page, with a group, all of which is shown by exception."""
    figure = {one.id: one for one in compared_report().figures}[id_]
    cell = CellView(
        label="agencies", value="3", printed="3", basis=None, counts={}, exempted=EXEMPTED
    )
    found = FigureOfYear(
        academic_year="2018-19",
        known_at=None,
        figure=figure.model_copy(update={"exempted": EXEMPTED}),
        by="audience",
        cells=[cell] if cells is None else list(cells),
    )
    of = definition(figure_named(id_)).model_copy(update={"by": {"audience": "the audience"}})
    asked = request(f"/reporting/figures/{id_}")
    shown = FigureShown(
        found=found,
        definition=of,
        trend=trend,
        statements=compared_report().statements,
    )
    return bytes(figure_page(shown, asked).body).decode()


def test_the_page_of_a_figure_tells_its_years_and_stops_the_line_where_they_differ() -> None:
    """From the first that says something; a year that is withheld or goes on says so."""
    page = figure_of(SHARE)
    table = page[page.index('<table class="cells" aria-labelledby="trend">') :]
    rows = on_page(table[: table.index("</table>")].encode())
    assert rows == " ".join(
        (
            " Year Value With the year before",
            f"2015-16 40% {AS_PUBLISHED}: Report of 2016 -",
            "2016-17 50% comparable",
            "2017-18 c no value: c",
            "2018-19 60% so far: the year has not ended another form ",
        )
    )
    assert 'aria-labelledby="chart-trend-title chart-trend-desc"' in page
    assert f"2015-16: 40%, {AS_PUBLISHED}: Report of 2016. 2016-17: 50%." in page
    assert page.count('class="chart-line"') == 1
    assert page.count('class="chart-stop"') == 2


def test_years_that_say_nothing_are_not_told() -> None:
    one = trend_of(point("2017-18", None), point("2018-19", "60", "no value"))
    assert 'id="trend"' not in figure_of(SHARE, trend=one)
    words = [point(year, None) for year in ("2017-18", "2018-19")]
    grades = [one.model_copy(update={"value": "Good", "printed": "Good"}) for one in words]
    page = figure_of(SHARE, trend=trend_of(*grades))
    assert 'id="trend"' in page
    assert "chart-trend" not in page


def test_the_page_of_a_figure_has_its_statements_with_counts_and_what_they_cannot_show() -> None:
    page = on_page(figure_of(SHARE).encode())
    place = page.index("Statements beside it")
    for words in ("x y: 1", "What it cannot show: Why it is so.", SAID):
        assert words in page[place:]


def test_statements_stand_beside_the_figures_of_their_field() -> None:
    for one in STATEMENTS:
        assert any(one in beside(figure.id) for figure in FIGURES), one.id
    assert [one.id for one in beside("inclusion.permanent_exclusions")] == [
        "inclusion.placements_maintained",
        "inclusion.exclusions_low",
    ]
    assert beside("caseload.needs") == ()


def test_a_group_that_is_withheld_says_by_which_rule_and_one_that_is_protected_says_why() -> None:
    """Whoever reads exactly learns what others do not see; nobody else is told the rule."""
    hidden = [
        CellView(label=rule.rule, value=None, printed="c", basis=None, counts={}, withheld=rule)
        for rule in (SMALL_NUMBER, SMALL_NUMBER, NOT_YOURS)
    ]
    page = on_page(figure_of("service.teams", cells=hidden).encode())
    for rule in (SMALL_NUMBER, NOT_YOURS):
        assert page.count(f"c: {rule.words}".replace("'", "&#39;")) == 1
    for each in Rule:
        told = CellView(label="x", value="3", printed="3", basis=None, counts={}, protected_by=each)
        assert remark(told).startswith("Withheld from others: "), each
    shown = figure_of("service.teams", cells=[told])
    assert "Withheld from others: it rests on a count that is withheld." in shown


def test_the_page_of_a_figure_says_by_which_exception_it_and_a_group_are_shown() -> None:
    page = figure_of("service.teams")
    assert page[: page.index('id="trend"')].count(SAID) == 1
    assert page[page.index('id="cells"') :].count(SAID) == 1


def test_a_figure_leads_to_what_it_rests_on() -> None:
    assert "/lineage" in figure_of("service.teams")


def test_another_year_than_the_one_before_is_named_and_never_called_that() -> None:
    page = figure_of(SHARE)
    assert "<dt>The year before</dt>" not in page
    assert "<dt>2015-16</dt>" in page

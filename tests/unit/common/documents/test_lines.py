"""A line chart says its values in words and by place, and its line stops where years differ."""

from fractions import Fraction
from xml.etree import ElementTree

from libs.common.documents.lines import ABOVE, PLOT, LineChart, Spot, svg


def spot(year: str, value: int | None, stops: str = "") -> Spot:
    said = "not run" if value is None else f"{value}%"
    number = None if value is None else Fraction(value)
    return Spot(label=year, value=number, printed=said, mark=said[:4], stops=stops)


CHART = LineChart(
    id="c",
    title="Tom & <Jerry>",
    spots=[
        spot("2014-15", 20),
        spot("2015-16", 40),
        spot("2016-17", 60, stops="another form"),
        spot("2017-18", None, stops="no value"),
        spot("2018-19", 80, stops="no value"),
    ],
    most=100,
)


def drawn(chart: LineChart = CHART) -> ElementTree.Element:
    """Return the drawing as another reads it."""
    return ElementTree.fromstring(svg(chart))  # noqa: S314 - our own


def of_kind(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if one.get("class") == f"chart-{kind}"]


def test_the_line_stops_where_a_year_is_not_comparable_and_where_there_is_none() -> None:
    root = drawn()
    [line] = of_kind(root, "line")
    assert (line.get("x1"), line.get("x2")) == ("10.00%", "30.00%")
    assert [one.get("x1") for one in of_kind(root, "stop")] == ["40.00%", "60.00%", "80.00%"]


def test_spots_are_as_high_as_their_values() -> None:
    down = [float(one.get("cy") or 0) for one in of_kind(drawn(), "now")]
    assert down == [ABOVE + PLOT * share for share in (0.8, 0.6, 0.4, 0.2)]


def test_what_is_below_nought_and_what_is_all_nought_have_a_place() -> None:
    chart = LineChart(id="c", title="t", spots=[spot("a", -5), spot("b", 15)])
    assert chart.scale == (Fraction(-5), Fraction(15))
    [axis] = of_kind(drawn(chart), "axis")
    assert float(axis.get("y1") or 0) == ABOVE + PLOT * 0.75
    assert LineChart(id="c", title="t", spots=[spot("a", 0)]).scale == (Fraction(0), Fraction(1))


def test_every_value_is_written_and_told_with_why_the_line_stops() -> None:
    root = drawn()
    written = [one.text for one in root.findall("text")]
    assert written[:4] == ["20%", "2014-15", "40%", "2015-16"]
    assert root.findtext("title") == "Tom & <Jerry>"
    told = root.findtext("desc") or ""
    assert told.startswith(
        "2014-15: 20%. 2015-16: 40%. 2016-17: 60%, no line from the year before:"
    )
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == {"c-title", "c-desc"}

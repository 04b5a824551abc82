"""A chart says what it shows in words, by length, and by pattern; it fits the column or a page."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from libs.common.documents.charts import Bar, BarChart, svg

CHART = BarChart(
    id="c",
    title="Schools, in per cent",
    bars=[
        Bar(
            label="A label so long that one line of the narrowest screen does not hold it",
            value=Fraction(75),
            printed="75%",
            before=Fraction(50),
            before_printed="50%",
        ),
        Bar(label="Tom & <Jerry>", value=None, printed="not run this year"),
        Bar(label="Too many", value=Fraction(150), printed="150%"),
        Bar(label="Below", value=Fraction(-1), printed="-1%"),
    ],
    most=100,
    now="2018-19",
    before="2017-18",
)


def drawn(width: int | None = None, chart: BarChart = CHART) -> ElementTree.Element:
    """Return the drawing as another reads it."""
    text = svg(chart, width).replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def bars(root: ElementTree.Element, kind: str) -> list[float]:
    found = [one for one in root.findall("rect") if one.get("class") == f"chart-{kind}"]
    return [float(one.attrib["width"].rstrip("%")) for one in found]


def test_bars_are_as_long_as_their_values_on_either_scale() -> None:
    assert bars(drawn(), "now") == [28, 0.75 * 78, 78, 0]
    assert bars(drawn(), "before") == [28, 0.5 * 78]
    assert bars(drawn(500), "now") == [28, 0.75 * 390, 390, 0]
    assert drawn(500).attrib["viewBox"].split()[:3] == ["0", "0", "500"]


def test_every_number_and_label_is_written_and_told_in_words() -> None:
    root = drawn()
    written = [str(one.text) for one in root.findall("text")]
    for words in ("2018-19", "2017-18", "75%", "50%", "not run this year", "Tom & <Jerry>"):
        assert words in written
    assert max(map(len, written)) <= 38
    assert root.findtext("title") == "Schools, in per cent"
    told = root.findtext("desc")
    assert told is not None
    assert told.startswith(f"{CHART.bars[0].label}: 75%, 2017-18: 50%. Tom & <Jerry>: not run")


def test_last_year_is_hatched_and_not_only_of_another_colour() -> None:
    root = drawn()
    pattern = root.find("defs/pattern")
    assert pattern is not None
    fills = {one.get("class"): one.get("fill") for one in root.findall("rect")}
    assert fills["chart-before"] == f"url(#{pattern.get('id')})"
    assert fills["chart-now"] != fills["chart-before"]


def test_without_a_year_before_there_is_no_key() -> None:
    alone = BarChart(
        id="c", title="t", bars=CHART.bars[1:], most=100, now="2018-19", before="2017-18"
    )
    assert "2017-18" not in svg(alone)


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(2, 3)])
def test_a_width_is_written_in_hundredths(value: Fraction) -> None:
    bar = Bar(label="x", value=value, printed="x")
    one = BarChart(id="c", title="t", bars=[bar], most=1, now="a", before="b")
    assert bars(drawn(None, one), "now") == [round(float(value * 78), 2)]

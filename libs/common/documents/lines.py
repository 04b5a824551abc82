"""Line charts as SVG: a value a year, and a line that stops where two years do not compare.

A chart is as wide as the column of its page, its text keeps its size, and the style sheet's colours
take the place of those written here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree

from libs.common.documents.charts import name, paint

ABOVE: Final = 32
"""What is left above the plot for the number of the highest spot."""
PLOT: Final = 150
BELOW: Final = 28


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A value at a place: as a number, as it is printed, and as it is written beside the spot.

    ``stops`` says why no line leads to it from the one before.
    """

    label: str
    value: Fraction | None
    printed: str
    mark: str
    stops: str = ""


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Spots from left to right, on a scale that holds 0 and, where it is given, ``most``."""

    id: str
    title: str
    spots: Sequence[Spot]
    most: int | None = None

    @property
    def description(self) -> str:
        """The chart in words, for who does not see it."""
        return " ".join(f"{_said(spot)}." for spot in self.spots)

    @property
    def scale(self) -> tuple[Fraction, Fraction]:
        """The least and the greatest value that there is a place for."""
        values = [spot.value for spot in self.spots if spot.value is not None]
        high = max([Fraction(self.most or 0), *values])
        low = min([Fraction(0), *values])
        return low, high if high > low else low + 1


def _said(spot: Spot) -> str:
    stops = f", no line from the year before: {spot.stops}" if spot.stops else ""
    return f"{spot.label}: {spot.printed}{stops}"


def svg(chart: LineChart) -> str:
    """Return a chart as SVG, as wide as the page's column."""
    height = str(ABOVE + PLOT + BELOW)
    root = ElementTree.Element("svg", {"width": "100%", "height": height})
    name(root, chart.id, chart.title, chart.description)
    for one in (*_lines(chart), *_spots(chart)):
        root.append(one)
    return ElementTree.tostring(root, encoding="unicode")


def _lines(chart: LineChart) -> Iterator[ElementTree.Element]:
    """Yield the line of 0, the lines between spots, and an upright one where they stop."""
    nought = _down(chart, Fraction(0))
    yield _line(("0%", nought), ("100%", nought), "axis", "line")
    for place, (before, spot) in enumerate(pairwise(chart.spots), 1):
        if spot.stops or before.value is None or spot.value is None:
            edge = f"{100 * place / len(chart.spots):.2f}%"
            upright = _line((edge, str(ABOVE)), (edge, str(ABOVE + PLOT)), "stop", "line")
            upright.set("stroke-dasharray", "4 4")
            yield upright
        else:
            begins = _across(chart, place - 1), _down(chart, before.value)
            yield _line(begins, (_across(chart, place), _down(chart, spot.value)), "line", "now")


def _spots(chart: LineChart) -> Iterator[ElementTree.Element]:
    """Yield each spot, the number above it and the label below."""
    for place, spot in enumerate(chart.spots):
        across = _across(chart, place)
        down = _down(chart, spot.value or Fraction(0))
        if spot.value is not None:
            where = {"cx": across, "cy": down, "r": "5"}
            yield ElementTree.Element("circle", where | paint("now", fill="now"))
        yield _text(spot.mark, across, f"{float(down) - 12:.2f}", bold=True)
        yield _text(spot.label, across, str(ABOVE + PLOT + 20), bold=False)


def _line(
    begins: tuple[str, str], ends: tuple[str, str], kind: str, colour: str
) -> ElementTree.Element:
    where = {"x1": begins[0], "y1": begins[1], "x2": ends[0], "y2": ends[1]}
    width = {"stroke-width": "3" if kind == "line" else "1"}
    return ElementTree.Element("line", where | width | paint(kind, stroke=colour))


def _text(words: str, across: str, down: str, *, bold: bool) -> ElementTree.Element:
    where = {"x": across, "y": down, "font-size": "14", "text-anchor": "middle"}
    weight = {"font-weight": "700"} if bold else {}
    text = ElementTree.Element("text", where | weight | paint("words", fill="text"))
    text.text = words
    return text


def _across(chart: LineChart, place: int) -> str:
    return f"{100 * (place + 0.5) / len(chart.spots):.2f}%"


def _down(chart: LineChart, value: Fraction) -> str:
    low, high = chart.scale
    return f"{float(ABOVE + PLOT * (high - value) / (high - low)):.2f}"

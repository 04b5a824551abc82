"""Bar charts as SVG: words and numbers in them, told apart by pattern and not by colour alone.

One drawing serves a page and a printed document. On a page it is as wide as its column, so that its
text keeps its size, and the style sheet's colours take the place of those written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import wrap
from typing import Final
from xml.etree import ElementTree

LINE: Final = 22
BAR: Final = 18
GAP: Final = 14
LONGEST_BAR: Final = Fraction(78, 100)
"""Of the chart's width; what is left holds the number behind the longest bar."""
LETTERS: Final = 38
"""In a line of a label: so many fit on the narrowest screen."""
_COLOURS: Final = {"now": "#14512f", "line": "#8a9299", "text": "#14171a", "ground": "#ffffff"}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One thing's value, and what it was before: each as a number and as it is printed.

    Without a number there is no bar, and what is printed says why.
    """

    label: str
    value: Fraction | None
    printed: str
    before: Fraction | None = None
    before_printed: str = ""


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """Bars on a scale from 0 to ``most``; ``now`` and ``before`` are what the two kinds are of."""

    id: str
    title: str
    bars: Sequence[Bar]
    most: int
    now: str
    before: str

    @property
    def compares(self) -> bool:
        """Whether any bar has one of before beside it."""
        return any(bar.before is not None for bar in self.bars)

    @property
    def description(self) -> str:
        """The chart in words, for who does not see it."""
        return " ".join(f"{_said(bar, self.before)}." for bar in self.bars)


def _said(bar: Bar, before: str) -> str:
    then = f", {before}: {bar.before_printed}" if bar.before is not None else ""
    return f"{bar.label}: {bar.printed}{then}"


def svg(chart: BarChart, width: int | None = None) -> str:
    """Return a chart as SVG: ``width`` units wide or, without, as wide as the page's column."""
    return _Drawing(chart, width).text()


class _Drawing:
    """One chart on its way to SVG: adds from the top down."""

    def __init__(self, chart: BarChart, width: int | None) -> None:
        self._chart = chart
        self._width = width
        self._hatch = f"{chart.id}-hatch"
        self._root = ElementTree.Element("svg")
        self._down = 0

    def text(self) -> str:
        """Draw everything, and return it."""
        name(self._root, self._chart.id, self._chart.title, self._chart.description)
        self._add_hatch()
        if self._chart.compares:
            self._key()
        for bar in self._chart.bars:
            self._add_bar(bar)
        height = str(self._down)
        if self._width is None:
            self._root.attrib.update(width="100%", height=height)
        else:
            box = {"viewBox": f"0 0 {self._width} {height}", "width": str(self._width)}
            self._root.attrib.update(box, height=height, xmlns="http://www.w3.org/2000/svg")
        return ElementTree.tostring(self._root, encoding="unicode")

    def _add_hatch(self) -> None:
        where = {"id": self._hatch, "width": "6", "height": "6"}
        turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
        hatch = ElementTree.SubElement(
            ElementTree.SubElement(self._root, "defs"), "pattern", where | turned
        )
        full = {"width": "6", "height": "6"}
        ElementTree.SubElement(hatch, "rect", full | paint("hatch-ground", fill="ground"))
        stripe = {"width": "3", "height": "6"}
        ElementTree.SubElement(hatch, "rect", stripe | paint("now", fill="now"))

    def _key(self) -> None:
        """Say which kind of bar is of when."""
        for words, is_now in ((self._chart.now, True), (self._chart.before, False)):
            self._rect({"x": "1", "width": "28"}, is_now=is_now)
            self._write(words, "38", bold=False)
            self._down += LINE + 4
        self._down += GAP

    def _add_bar(self, bar: Bar) -> None:
        for line in wrap(bar.label, LETTERS):
            self._write(line, "0", bold=False)
            self._down += LINE
        self._value(bar.value, bar.printed, is_now=True)
        if bar.before is not None:
            self._value(bar.before, bar.before_printed, is_now=False)
        self._down += GAP

    def _value(self, value: Fraction | None, printed: str, *, is_now: bool) -> None:
        if value is not None:
            long = max(Fraction(0), min(Fraction(1), value / self._chart.most)) * LONGEST_BAR
            self._rect({"x": "1", "width": self._across(long)}, is_now=is_now)
            self._write(printed, self._across(long), bold=is_now, beside=True)
        else:
            self._write(printed, "0", bold=is_now)
        self._down += BAR + 6

    def _rect(self, where: dict[str, str], *, is_now: bool) -> None:
        down = {"y": str(self._down + 2), "height": str(BAR)}
        look = paint("now", fill="now") if is_now else paint("before", stroke="now")
        if not is_now:
            look |= {"fill": f"url(#{self._hatch})", "stroke-width": "2"}
        ElementTree.SubElement(self._root, "rect", where | down | look)

    def _write(self, words: str, x: str, *, bold: bool, beside: bool = False) -> None:
        where = {"x": x, "y": str(self._down + 16), "font-size": "16"}
        if beside:
            where["dx"] = "9"
        if bold:
            where["font-weight"] = "700"
        text = ElementTree.SubElement(self._root, "text", where | paint("words", fill="text"))
        text.text = words

    def _across(self, share: Fraction) -> str:
        """Return a share of the chart's width, as one of the column's or in units."""
        if self._width is None:
            return f"{float(share * 100):.2f}%"
        return f"{float(share * self._width):.2f}"


def name(root: ElementTree.Element, id_: str, title: str, description: str) -> None:
    """Give a drawing its name, and in words what it shows."""
    names = {"title": title, "desc": description}
    ids = " ".join(f"{id_}-{one}" for one in names)
    root.attrib.update({"class": "chart", "role": "img", "aria-labelledby": ids})
    for one, words in names.items():
        ElementTree.SubElement(root, one, id=f"{id_}-{one}").text = words


def paint(kind: str, **paints: str) -> dict[str, str]:
    """Return a class of the style sheet, and the paint where there is none."""
    return {"class": f"chart-{kind}"} | {what: _COLOURS[of] for what, of in paints.items()}

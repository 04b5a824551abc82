"""The report as an accessible page: plain HTML that works without scripts, small and printed."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.reporting.queries import FigureView, Report

FOLDER = Path(__file__).parent

# The first part of a figure's id says which section of the page it is in.
SECTIONS = {
    "service": "The service",
    "progress": "Progress",
    "inclusion": "Inclusion",
    "teaching": "Teaching",
    "qdd": "Teaching",
    "training": "Training and work for schools",
    "bespoke": "Training and work for schools",
    "networks": "Training and work for schools",
    "survey": "What schools, parents, children and agencies said",
    "feedback": "Complaints",
}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(sections=sections, behind=behind)
    return environment


def report_page(report: Report) -> str:
    """Return the report as a page."""
    return _templates().get_template("report.html").render(report=report)


def sections(report: Report) -> Iterator[tuple[str, list[FigureView]]]:
    """Yield the page's sections in the report's order: heading and figures."""
    for heading, figures in groupby(report.figures, lambda one: SECTIONS[one.id.split(".")[0]]):
        yield heading, list(figures)


def behind(figure: FigureView) -> str:
    """Return the counts behind a figure in words; a count has none but itself."""
    if figure.basis:
        return f"{figure.basis.count} of {figure.basis.of}"
    return ", ".join(f"{number} {name}" for name, number in figure.counts.items()) or "-"


@cache
def style_sheet() -> str:
    """Return the style sheet of all pages."""
    return (FOLDER / "style.css").read_text()

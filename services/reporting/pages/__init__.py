"""The report as an accessible page: plain HTML that works without scripts, small and printed."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.reporting.queries import Report

FOLDER = Path(__file__).parent


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def report_page(report: Report) -> str:
    """Return the report as a page."""
    return _templates().get_template("report.html").render(report=report)


@cache
def style_sheet() -> str:
    """Return the style sheet of all pages."""
    return (FOLDER / "style.css").read_text()

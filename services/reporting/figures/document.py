"""The page that says what every figure counts, generated from the definitions."""

from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.definition import Figure

CHOICES = (
    (
        "Teams, headcount and full-time equivalents are as at the SEN2 reference date of the year"
        " (the third Thursday of January), and include the Head of Service."
    ),
    (
        "A child is at risk of exclusion in a year when the level of their case is *at risk* or"
        " *high* on any day of it; a level holds until the case's next judgement or its end."
        " The share is of all children on the caseload on any day of the year."
    ),
    (
        "Progress runs from last summer's assessment (or the first within six weeks of the start of"
        " support) to this summer's, on one scale; the latest moderated result of a window counts."
        " Children who changed scale, and scales without values, are in no average."
    ),
    (
        "The base of every share from a questionnaire is all returns that count; late, second, void"
        " and wholly blank returns do not."
    ),
    (
        "A change is in percentage points of the unrounded shares. A year without last year's data"
        " says so and shows no change."
    ),
    (
        "Network delegates are attendances, autumn and summer terms. Ratings are pooled: each form"
        " weighs one."
    ),
)


def figures_page() -> str:
    """Return the page as Markdown."""
    lines = [
        "# Figures",
        "",
        "Generated from `services/reporting/figures`. Values are exact; rounding is half up,",
        "once, where a figure is printed. 100% and 0% are printed only where they are exact.",
        "",
        "## Choices made where the publication leaves things open",
        "",
        *[f"- {choice}" for choice in CHOICES],
        "",
        "## Figures",
        "",
        "| id | what it counts | unit | decimals | base | comparison |",
        "| --- | --- | --- | --- | --- | --- |",
        *[_line(figure) for figure in FIGURES],
        "",
        "## Statements",
        "",
        "| id | statement | method |",
        "| --- | --- | --- |",
        *[f"| `{one.id}` | {one.words} | {one.method} |" for one in STATEMENTS],
    ]
    return "\n".join(lines) + "\n"


def _line(figure: Figure) -> str:
    comparison = "last year's value" if figure.shows_last_year else ""
    if figure.change_decimals is not None:
        comparison = f"change in percentage points, {figure.change_decimals} decimals"
    cells = (
        f"`{figure.id}`",
        figure.words,
        figure.unit,
        str(figure.decimals),
        figure.base,
        comparison,
    )
    return f"| {' | '.join(cells)} |"

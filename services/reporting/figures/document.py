"""The page that says what every figure counts, generated from the definitions."""

from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.definition import Figure

CHOICES = """\
- Teams, headcount and full-time equivalents are as at the SEN2 reference date of the year (the
  third Thursday of January), and include the Head of Service. A change of contract counts from
  its day; nothing is averaged over the year.
- A child is at risk of exclusion in a year when the level of their case is *at risk* or *high* on
  any day of it on which they are on the caseload; a level holds until the day before the case's
  next judgement, or the case's last day. The share is of all children on the caseload on any day
  of the year.
- A permanent exclusion counts once it is upheld, in the year in which it began, if it was not
  rescinded and the child was on the caseload that day. One still pending is not counted.
- Progress runs from last summer's result to this summer's. Without one last summer, the first
  point within 42 days of the start of support is the baseline, last year's among them. Only
  moderated results count; of several in a window the latest stands, of one day's that recorded
  last.
- A gain is told only on one scale of one version of a scheme, at least six months apart, of a
  child on the caseload in at least two terms, unless the criteria adopted for the year say
  otherwise. The month's last day stands for a day it does not have. Children who moved from P
  levels to year bands are in neither group, and scales without values (pre-key-stage standards,
  the engagement model) in none. A fall counts as a fall.
- Terms end on 31 December, 31 March and 31 August, as in the law on compulsory school age.
- The outcome in a subject is by the latest version of the criteria adopted for the year; with
  fewer judged than the criteria ask for it is not reported. Where the criteria have no thresholds
  for the year bands nothing is judged on them.
- The share of teams that achieved their key areas is of all teams at work on the reference date:
  a team without a dialogue about the year has not achieved them.
- The base of every share from a questionnaire is all returns that count, unanswered questions
  included; late, second, void and wholly blank returns do not count. Of children, *other* is not
  sure, sometimes, and no answer.
- A change is in percentage points of the unrounded shares. A year without last year's data says
  so and shows no change; nor is a year set beside one with another version of the questionnaire
  or of the scheme.
- Network delegates are attendances, autumn and summer terms. Ratings are pooled: each form weighs
  one, and a question left out is in no mean.
- Formal complaints are a nought only if somebody checked the register for all twelve months;
  otherwise they are not known.
- A year without any record behind a figure says that it has no data; a questionnaire that was not
  sent was not run; one that nobody returned has a return rate of 0% and no shares. A question
  that no counted return was asked, because the questionnaire left it out, has no share either.
"""


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
        CHOICES,
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

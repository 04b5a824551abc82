"""The page that says what every figure counts, generated from the definitions."""

from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.definition import Figure

CHOICES = """\
- Teams, headcount and full-time equivalents are as at the SEN2 reference date of the year (the
  third Thursday of January), and include the Head of Service. A change of contract counts from
  its day; nothing is averaged over the year.
- A count is nought only where its source has a record of the year; otherwise it is not known.
  Risk, exclusions and deliveries are a source each: deliveries of any kind open all of them, an
  exclusion of any category (rescinded or not) opens exclusions, and a level of risk that still
  holds from the year before opens nothing. The share at risk follows its count.
- A child is at risk of exclusion in a year when the level of their case is *at risk* or *high* on
  any day of it on which they are on the caseload; a level holds until the day before the case's
  next judgement, or the case's last day. The share is of all children on the caseload on any day
  of the year.
- A permanent exclusion counts once it is upheld, in the year in which it began, if it was not
  rescinded and the child was on the caseload that day. One still pending is not counted.
- Progress runs from last summer's result to this summer's, whose day is from 1 April to 31
  August. Without one last summer, the earliest point within 42 days of the first day of a spell
  of support that touches the year is the baseline, however old; no other point serves. A spell
  that begins within 14 days after another ended continues it, for baselines alone. Only moderated
  results count; of several in a window the latest stands, of one day's the one first recorded
  last: a correction changes what a result says, not its place.
- A gain is told only on one scale of one version of a scheme, six to fifteen months apart (both
  included, tested of the baseline once it is chosen), of a child on the caseload in at least two
  terms; the criteria may ask for other months and terms at the least. The month's last day stands
  for a day it does not have. Children who moved from P
  levels to year bands are in neither group, and scales without values (pre-key-stage standards,
  the engagement model) in none. A fall counts as a fall.
- Terms end on 31 December, 31 March and 31 August, as in the law on compulsory school age.
- The outcome in a subject is by the latest version of the year's criteria that both had signed by
  its last day or, if none was, by the first that was signed for it; it says which. Both had signed
  on the later of their two days, or on the first's where the second's was never told. With
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
- Teaching judgements count of those in post on at least one day of the year.
- Network delegates are attendances. They and the network's marks are of the same meetings, those
  of the autumn and summer terms; a spring meeting is listed by its day with its delegates, and in
  neither. Ratings are pooled: each form weighs one, and a question left out is in no mean.
- Formal complaints are a nought only if somebody checked the register for all twelve months;
  otherwise those on record are "at least" so many, with the months that nobody checked, and
  without any they are not known.
- What is approximate is printed to the nearest ten from 100 and to the nearest five below, one to
  four as "fewer than 5".
- Any other figure of a year without a record behind it says that it has no data; a questionnaire
  that was not sent was not run; one that nobody returned has a return rate of 0% and no shares. A
  question that no counted return was asked, because the questionnaire left it out, has no share
  either.
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
        places = (
            "1 decimal" if figure.change_decimals == 1 else f"{figure.change_decimals} decimals"
        )
        comparison = f"change in percentage points, {places}"
    cells = (
        f"`{figure.id}`",
        figure.words,
        figure.unit,
        str(figure.decimals),
        figure.base,
        comparison,
    )
    return f"| {' | '.join(cells)} |"

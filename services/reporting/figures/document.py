"""The page that says what every figure counts, generated from the definitions."""

from services.reporting.dimensions import BREAKDOWNS, DIMENSIONS
from services.reporting.evaluate import Figure
from services.reporting.figures import FIGURES, STATEMENTS, STEERING
from services.reporting.views import breakdowns

CHOICES = """\
- Teams, headcount and full-time equivalents are as at the SEN2 reference date of the year (the
  third Thursday of January), and include the Head of Service. A change of contract counts from
  its day; nothing is averaged over the year.
- A count is 0 only if its source has a record of the year. If it has none, the count is not known.
  Risk, exclusions and deliveries are one source each: a delivery of any kind opens all deliveries,
  an exclusion of any category (rescinded or not) opens exclusions, and a level of risk that is
  carried over from the year before opens nothing. The share at risk follows its count.
- A child is at risk of exclusion in a year if the level of their case is *at risk* or *high* on
  at least one day of it on which they are on the caseload. A level holds until the day before the
  case's next judgement, or until the case's last day. The share is of all children on the
  caseload on at least one day of the year.
- A permanent exclusion counts once it is upheld, in the year in which it began, if it was not
  rescinded and the child was on the caseload that day. A pending one is not counted.
- Suspensions are told in half days, of all the schools that a child was at; a lunchtime is one half
  day. One whose length is not on record is told of as such, and is in no half days.
- A result at the end of Key Stage 1 is not collected from 2023-24 on: the figure says so, and who
  has none has failed nothing.
- Progress runs from last summer's result to this summer's, whose day is from 1 April to 31
  August. Without one last summer, the earliest point within 42 days of the first day of a spell
  of support that touches the year is the baseline, whatever its age; no other point is used. A
  spell that begins within 14 days after another ended continues it, for baselines alone. Only
  moderated results count. Of several in a window the latest counts; of several on one day, the
  one that was first recorded last: a correction changes what a result says, not its place.
- A gain is computed only on one scale of one version of a scheme, between results that are six to
  fifteen months apart (both included; tested after the baseline is chosen), for a child on the
  caseload in at least two terms. The criteria may set another minimum of months and terms. If a
  month does not have the day, its last day is used. Children who moved from P
  levels to year bands are in neither group, and scales without values (pre-key-stage standards,
  the engagement model) in none. A loss counts as a loss.
- Terms end on 31 December, 31 March and 31 August, as in the law on compulsory school age.
- The outcome in a subject uses the latest version of the year's criteria that both had signed by
  its last day or, if there is none, the first that was signed for it; it says which. The later of
  the two days of signing counts, or the first where the second is not known. The outcome is not
  reported if fewer children were judged than the criteria require. If the criteria have no
  thresholds for the year bands, nothing is judged on them.
- The share of teams that achieved their key areas is of all teams at work on the reference date:
  a team without a dialogue about the year has not achieved them.
- The base of every share from a questionnaire is all returns that count, unanswered questions
  included; an answer that the question does not apply leaves it, where the question allows that.
  Late, second, void and wholly blank returns do not count. Of children, *other* is not sure,
  sometimes, and no answer.
- A change is in percentage points of the unrounded shares. If last year has no data, the figure
  says so and shows no change. Answers of two years are compared where their
  question has one trend key, in whatever version it was asked. Years with different versions of
  the scheme are not compared.
- Teaching judgements count for staff in post on at least one day of the year.
- Network delegates are attendances. They and the network's ratings are of the same meetings, those
  of the autumn and summer terms; a spring meeting is listed by its day with its delegates, and is
  in neither. Ratings are pooled: each form counts once, and an unanswered question is in no mean.
- Formal complaints are 0 only if somebody checked the register for all twelve months. If not, the
  figure is "at least" the number on record, with the months that nobody checked; with none on
  record it is not known.
- An approximate number is printed to the nearest ten from 100, to the nearest five below, and from
  one to four as "fewer than 5".
- Any other figure without a record in the year says that it has no data. A questionnaire that was
  not sent was not run; one that nobody returned has a return rate of 0% and no shares. A question
  that the questionnaire did not ask has no share either.
"""

DIVIDED = """\
A figure is broken down (`GET /reporting/v1/figures/{id}?year=2018-19&by=team`) by whom held each
member on the member's day: a child on the caseload on their last day on it in the year, a gain on
the day of this summer's result, an exclusion on the day it began, a teacher on their last day of
the year in post or on the reference date. A member is in one group, "no span" if nothing on record
held them that day. The groups' rows together are the figure's; their means and shares do not add up
to its own. A figure without a breakdown is of things that carry no child, teacher or team, or is a
grade, which is the service's alone. Exact values are for the Head of Service; others read what
passed the disclosure gate (see [disclosure](disclosure.md)).

With `known_at`, a day that is over, a figure and the report are what they were at that day's end in
London: what was recorded later, or put right later, is not in them. Before the first record they
are "not on record".
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
        "| id | what it counts | unit | decimals | base | comparison | by |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *[_line(figure) for figure in FIGURES],
        "",
        "## Figures for steering",
        "",
        "They stand beside the report, which does not give them.",
        "",
        "| id | what it counts | unit | decimals | base | comparison | by |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *[_line(figure) for figure in STEERING],
        "",
        "## Breakdowns",
        "",
        *DIVIDED.splitlines(),
        "",
        "| by | what says whose a member is |",
        "| --- | --- |",
        *[f"| `{name}` | {DIMENSIONS[name].words} |" for name in BREAKDOWNS],
        "",
        "## Statements",
        "",
        "| id | statement | method | what it cannot show |",
        "| --- | --- | --- | --- |",
        *[f"| `{one.id}` | {one.words} | {one.method} | {one.cannot_show} |" for one in STATEMENTS],
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
        ", ".join(f"`{name}`" for name in breakdowns(figure)),
    )
    return f"| {' | '.join(cells)} |"

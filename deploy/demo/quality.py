"""Made-up criteria, teaching judgements and quality dialogues."""

from deploy.demo.counts import Recipe, Year
from deploy.demo.draw import Draw
from deploy.demo.records import County, Record
from deploy.demo.staffing import Staff
from deploy.demo.terms import YEARS

EVIDENCE = ("observation", "pupil-tracking", "work-scrutiny", "pupil-discussion")
# School days of the month, in both years.
JULY = (2, 3, 4, 5, 9, 10, 11, 12)
NOVEMBER = (12, 13, 14, 15, 19, 20, 21, 22)
COHORT = (
    ("outstanding", 90, 75),
    ("good", 80, 50),
    ("requires-improvement", 65, 0),
    ("inadequate", 0, 0),
)
# The year, the version, the days on which the Head and the Link Adviser signed, and the least gain
# in tenths for each grade. The last two are stricter and came after the later year, which they must
# not touch.
ADOPTED = (
    ("2017-18", 1, "2017-10-02", "2017-10-09", (50, 40, 30, 20)),
    ("2018-19", 1, "2018-10-01", "2018-10-08", (50, 40, 30, 20)),
    ("2018-19", 2, "2019-08-30", "2019-09-02", (60, 50, 40, 30)),
    ("2019-20", 1, "2019-11-04", "2019-11-04", (60, 50, 40, 30)),
)


def add_criteria(county: County) -> None:
    """Add the criteria agreed for each year."""
    for year, version, adopted, signed, least in ADOPTED:
        grades = zip(("outstanding", "good", "expected", "approaching"), least, strict=True)
        county.criteria.append(
            {
                "academic_year": year,
                "version": version,
                "progress": [
                    {"scale": "N", "grade": grade, "at_least_tenths": tenths}
                    for grade, tenths in grades
                ],
                "cohort": [
                    {"outcome": outcome, "expected_or_better": e, "good_or_better": g}
                    for outcome, e, g in COHORT
                ],
                "minimum_months": 6,
                "minimum_terms_on_caseload": 2,
                "minimum_judged": 10,
                "adopted_on": adopted,
                "signed_on": signed,
            }
        )


def add_judgements(county: County, recipe: Recipe, people: Staff, draw: Draw) -> None:
    """Add an overall judgement of each teacher's work in each year."""
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        judged = draw.dealt(year.teaching)
        for index, (teacher, grade) in enumerate(zip(people.in_post(label), judged, strict=True)):
            if grade:
                kinds = EVIDENCE[1:] if index < year.evidence_short else EVIDENCE
                county.judgements.append(
                    {
                        "staff": teacher,
                        "academic_year": label,
                        "judgement": grade,
                        "evidence": list(kinds),
                        "judged_on": f"20{label[5:]}-07-{draw.choice(JULY):02}",
                    }
                )


def add_dialogues(county: County, recipe: Recipe, draw: Draw) -> None:
    """Add each team's dialogue, held in the November after the year it is about."""
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        for index in range(recipe.teams):
            county.dialogues.append(
                {
                    "team": f"T{index + 1}",
                    "academic_year": label,
                    "held_on": f"20{label[5:]}-11-{draw.choice(NOVEMBER)}",
                    "key_areas": _areas(year, index),
                }
            )


def _areas(year: Year, index: int) -> list[Record]:
    first = ("partly-achieved", "open")[index % 2] if index < year.areas_open else "achieved"
    return [
        {"code": "K1", "status": first},
        {"code": "K2", "status": "achieved"},
        {"code": "K3", "status": "achieved"},
    ]

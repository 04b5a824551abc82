"""Made-up results: each child's way through the scales, point by point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from deploy.demo.counts import N_GROUPS, P_GROUPS, SUBJECTS, Recipe
from deploy.demo.draw import Draw
from deploy.demo.people import Child
from deploy.demo.records import County, Record
from deploy.demo.terms import YEARS, first_day, year_before

SUMMERS = {"2016-17": date(2017, 6, 19), "2017-18": date(2018, 6, 18), "2018-19": date(2019, 6, 17)}
BETWEEN = {
    "2017-18": (("autumn", date(2017, 12, 4)), ("spring", date(2018, 3, 12))),
    "2018-19": (("autumn", date(2018, 12, 3)), ("spring", date(2019, 3, 25))),
}
P_CODES = {
    10: "P1i", 15: "P1ii", 20: "P2i", 25: "P2ii", 30: "P3i", 35: "P3ii",
    36: "P4e", 37: "P4d", 38: "P4c", 39: "P4b", 40: "P4",
    42: "P5e", 44: "P5d", 46: "P5c", 48: "P5b", 50: "P5",
    52: "P6e", 54: "P6d", 56: "P6c", 58: "P6b", 60: "P6",
    62: "P7e", 64: "P7d", 66: "P7c", 68: "P7b", 70: "P7",
    72: "P8e", 74: "P8d", 76: "P8c", 78: "P8b", 80: "P8",
}  # fmt: skip
N_CODES = {
    (6 * (band - 1) + step) * 10: f"Y{band}.{step}" for band in range(1, 7) for step in range(1, 7)
}
TELLING = ("P4", "P5", "P6")
Codes = Mapping[int, str]


@dataclass
class Course:
    """A child's gains in tenths: by academic year, by subject."""

    child: Child
    codes: Codes
    gains: dict[str, dict[str, int]] = field(default_factory=dict)

    def through(self, subject: str) -> dict[str, int]:
        """Return the gains in a subject by year, in order; empty where it is not assessed."""
        return {year: of[subject] for year, of in sorted(self.gains.items()) if subject in of}


def add_results(county: County, recipe: Recipe, children: Sequence[Child], draw: Draw) -> None:
    """Add results that make the recipe's gains, and others from which no progress follows."""
    courses = _courses(recipe, children, draw)
    for child in children:
        if child.reference in courses:
            for subject in SUBJECTS:
                _add_course(county, courses[child.reference], subject, draw)
        else:
            _add_unmatched(county, child)


def _courses(recipe: Recipe, children: Sequence[Child], draw: Draw) -> dict[str, Course]:
    courses: dict[str, Course] = {}
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        on_p = [child for child in children if child.group in P_GROUPS[label]]
        for child, gain in zip(on_p, draw.dealt(year.p_gains), strict=True):
            course = courses.setdefault(child.reference, Course(child, P_CODES))
            course.gains[label] = _spread(child, gain, draw)
        on_n = [child for child in children if child.group in N_GROUPS[label]]
        dealt = [draw.dealt(year.n_gains[subject]) for subject in SUBJECTS]
        for child, *steps in zip(on_n, *dealt, strict=True):
            course = courses.setdefault(child.reference, Course(child, N_CODES))
            course.gains[label] = {
                subject: 10 * step for subject, step in zip(SUBJECTS, steps, strict=True)
            }
    return courses


def _spread(child: Child, gain: int, draw: Draw) -> dict[str, int]:
    """Spread a child's gain over the subjects assessed; together they stay what they are.

    One child in eight is not assessed in writing, so that a mean over children and a mean over
    results differ.
    """
    if int(child.reference[3:]) % 8 == 0:
        return {"reading": gain, "mathematics": gain}
    gains = [gain - 10, gain, gain + 10] if gain in {10, 20} and draw.chance(30) else [gain] * 3
    return dict(zip(SUBJECTS, draw.shuffled(gains), strict=True))


def _add_course(county: County, course: Course, subject: str, draw: Draw) -> None:
    gains = course.through(subject)
    if not gains:
        return
    years = list(gains)
    value = draw.choice(_starts(course.codes, list(gains.values())))
    if course.child.group == "third_matched":
        day = course.child.started + timedelta(days=draw.between(10, 42))
        _add(county, course.child, (years[0], "autumn"), subject, course.codes[value], day)
    else:
        before = year_before(years[0])
        _add(county, course.child, (before, "summer"), subject, course.codes[value])
    for year in years:
        _add_between(county, course, (year, subject), value, gains[year])
        value += gains[year]
        _add(county, course.child, (year, "summer"), subject, course.codes[value])


def _starts(codes: Codes, gains: Sequence[int]) -> list[int]:
    """Return the first values from which every later one is a position of the scale."""
    sums = [sum(gains[: number + 1]) for number in range(len(gains))]
    return [value for value in codes if all(value + total in codes for total in sums)]


def _add_between(
    county: County, course: Course, about: tuple[str, str], value: int, gain: int
) -> None:
    """Add the autumn's and the spring's results, on the way from one summer to the next.

    Whoever began in the autumn has their first point for that term's, and no second one.
    """
    year, subject = about
    for number, (term, day) in enumerate(BETWEEN[year], 1):
        if (course.child.group, term) == ("third_matched", "autumn"):
            continue
        if course.child.started + timedelta(days=42) < day and course.child.open_on(day):
            reached = value + gain * number // 3
            nearest = min(course.codes, key=lambda code: (abs(code - reached), code))
            _add(county, course.child, (year, term), subject, course.codes[nearest], day)


def _add_unmatched(county: County, child: Child) -> None:
    """Add results from which no progress follows: scale, span, terms or first point forbid it."""
    points: list[tuple[str, int | None, str]]
    match child.group:
        case "long_engagement":
            points = [("2017-18", None, "EM"), ("2018-19", None, "EM")]
        case "second_crossing":
            points = [("2017-18", None, "P8"), ("2018-19", None, "Y1.2")]
        case "second_left":
            points = [("2017-18", None, "Y1.4")]
        case "third_term":
            points = [("2017-18", None, "Y1.1"), ("2018-19", None, "Y3.1")]
        case "third_late":
            points = [("2018-19", 14, "Y1.1"), ("2018-19", None, "Y3.1")]
        case "third_other" if child.started < date(2019, 4, 1):
            points = [("2018-19", None, "PK3" if child.year == 4 else "Y2.1")]
        case _:
            points = []
    for subject in SUBJECTS:
        for year, after, position in points:
            if after is None:
                _add(county, child, (year, "summer"), subject, position)
            else:
                day = child.started + timedelta(days=after)
                _add(county, child, (year, "spring"), subject, position, day)


def _add(
    county: County,
    child: Child,
    window: tuple[str, str],
    subject: str,
    position: str,
    day: date | None = None,
) -> None:
    day = day or SUMMERS[window[0]]
    assert first_day(window[0]) <= day
    county.results.append(
        {
            "reference": f"A-{len(county.results) + 1:05}",
            "child": child.reference,
            "academic_year": window[0],
            "term": window[1],
            "subject": subject,
            "position": position,
            "assessed_on": day.isoformat(),
            "moderated": True,
        }
    )


def add_noise(county: County, recipe: Recipe, draw: Draw) -> None:
    """Add results that lose to others of their window, and results that were put right."""
    noise = recipe.noise
    by_kind = {
        "unmoderated": noise.results_unmoderated,
        "superseded": noise.results_superseded,
        "void": noise.results_void,
        "corrected": noise.results_corrected,
        "same-day": noise.results_same_day,
    }
    kinds = [kind for kind, count in by_kind.items() for _ in range(count)]
    for kind, result in zip(kinds, _targets(county, kinds, draw), strict=False):
        _disturb(county, kind, result)


def _targets(county: County, kinds: Sequence[str], draw: Draw) -> list[Record]:
    """Return a result for each: the first of a kind ends a P-level course of the later year.

    There it would be seen in the average if it counted; the others are of year bands, any year.
    """
    summers = [result for result in county.results if result["term"] == "summer"]
    ends = [result for result in summers if result["academic_year"] == "2018-19"]
    telling = draw.sample([r for r in ends if r["position"][:2] in TELLING], len(kinds))
    others = draw.sample([r for r in summers if r["position"][0] == "Y"], len(kinds))
    first = [index == 0 or kinds[index - 1] != kind for index, kind in enumerate(kinds)]
    return [(telling if told and telling else others).pop() for told in first]


def _disturb(county: County, kind: str, result: Record) -> None:
    right, wrong = result["position"], "Y6.6" if result["position"][0] == "Y" else "P8"
    day = date.fromisoformat(result["assessed_on"])
    if kind == "corrected":
        result["position"] = wrong
        _correct(county, result, right)
    elif kind == "same-day":  # judged again that day; what was recorded last stands
        result["position"] = wrong
        _again(county, result, right, day)
    elif kind == "superseded":
        _again(county, result, wrong, day - timedelta(days=3))
    elif kind == "unmoderated":
        _again(county, result, wrong, day + timedelta(days=3))["moderated"] = False
    else:
        void = _again(county, result, wrong, day + timedelta(days=3))
        county.voids.append({"result": void["reference"], "reason": "entered-twice"})


def _again(county: County, result: Record, position: str, day: date) -> Record:
    reference = f"A-{len(county.results) + 1:05}"
    again = {
        **result,
        "reference": reference,
        "position": position,
        "assessed_on": day.isoformat(),
    }
    county.results.append(again)
    return again


def _correct(county: County, result: Record, position: str) -> None:
    county.corrections.append(
        {
            "result": result["reference"],
            "position": position,
            "assessed_on": result["assessed_on"],
            "moderated": True,
            "reason": "typing-error",
        }
    )

"""Made-up results, criteria, teaching judgements and quality dialogues."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from deploy.demo.people import Child, Staff
from deploy.demo.recipe import Recipe, Year
from deploy.demo.records import County, Record

SUBJECTS = ("reading", "writing", "mathematics")
EVIDENCE = ("observation", "pupil-tracking", "work-scrutiny", "pupil-discussion")
SUMMERS = {"2016-17": date(2017, 6, 19), "2017-18": date(2018, 6, 18), "2018-19": date(2019, 6, 17)}
BETWEEN = (("autumn", date(2018, 12, 3)), ("spring", date(2019, 3, 25)))
P_CODES = {
    10: "P1i", 15: "P1ii", 20: "P2i", 25: "P2ii", 30: "P3i", 35: "P3ii",
    **{(level - 1) * 10 + step: f"P{level}{letter}"
       for level in range(5, 9) for step, letter in ((2, "e"), (4, "d"), (6, "c"), (8, "b"))},
    **{35 + step: f"P4{letter}" for step, letter in ((1, "e"), (2, "d"), (3, "c"), (4, "b"))},
    **{level * 10: f"P{level}" for level in range(4, 9)},
}  # fmt: skip
N_CODES = {
    (6 * (band - 1) + step) * 10: f"Y{band}.{step}" for band in range(1, 7) for step in range(1, 7)
}

Gains = dict[str, list[int]]
"""For a child, the gain in tenths in each subject (in SUBJECTS' order) by academic year."""


def add_results(county: County, recipe: Recipe, children: Sequence[Child], draw: Random) -> None:
    """Add results that make the recipe's gains, and noise that must not count."""
    gains = _gains(recipe, children, draw)
    for child in children:
        if child.group.endswith(("_p", "_n")) or child.group in {"long_left", "third_matched"}:
            codes = P_CODES if child.group.endswith("_p") else N_CODES
            for index, subject in enumerate(SUBJECTS):
                steps = {
                    year: by_subject[index] for year, by_subject in gains[child.reference].items()
                }
                _add_chain(county, child, subject, codes, steps, draw)
        else:
            _add_unmatched(county, child)
    _add_noise(county, recipe, draw)


def _gains(recipe: Recipe, children: Sequence[Child], draw: Random) -> dict[str, Gains]:
    by_child: dict[str, Gains] = {child.reference: {} for child in children}
    for label, year, p_groups, n_groups in (
        ("2017-18", recipe.earlier, ("long_p", "gone_p"), ("long_n", "long_left", "gone_n")),
        ("2018-19", recipe.later, ("long_p", "second_p"), ("long_n", "second_n", "third_matched")),
    ):
        on_p = [child.reference for child in children if child.group in p_groups]
        on_n = [child.reference for child in children if child.group in n_groups]
        for reference, gain in zip(on_p, _dealt(year.p_gains, draw), strict=True):
            by_child[reference][label] = _spread(gain, draw)
        dealt = [_dealt(year.n_gains[subject], draw) for subject in SUBJECTS]
        for reference, *steps in zip(on_n, *dealt, strict=True):
            by_child[reference][label] = [10 * step for step in steps]
    return by_child


def _dealt(counts: Mapping[int, int], draw: Random) -> list[int]:
    dealt = [gain for gain, count in counts.items() for _ in range(count)]
    draw.shuffle(dealt)
    return dealt


def _spread(gain: int, draw: Random) -> list[int]:
    """Spread a child's gain over the subjects; the three together stay what they are."""
    spread = [0, 10, 20] if gain == 10 and draw.random() < 0.3 else [gain] * 3
    draw.shuffle(spread)
    return spread


def _add_chain(
    county: County,
    child: Child,
    subject: str,
    codes: Mapping[int, str],
    steps: Mapping[str, int],
    draw: Random,
) -> None:
    years = sorted(steps)
    if child.group == "third_matched":
        (start,) = _starts(codes, [steps["2018-19"]], draw)
        first = child.started + timedelta(days=20)
        _add(county, child, ("2018-19", "autumn"), subject, codes[start], first)
        end = codes[start + steps["2018-19"]]
        _add(county, child, ("2018-19", "summer"), subject, end, SUMMERS["2018-19"])
        return
    (value,) = _starts(codes, [steps[year] for year in years], draw)
    before = f"{int(years[0][:4]) - 1}-{years[0][2:4]}"
    _add(county, child, (before, "summer"), subject, codes[value], SUMMERS[before])
    for year in years:
        if year == "2018-19":
            for term, day in BETWEEN:
                _add(county, child, (year, term), subject, codes[value], day)
        value += steps[year]
        _add(county, child, (year, "summer"), subject, codes[value], SUMMERS[year])


def _starts(codes: Mapping[int, str], gains: Sequence[int], draw: Random) -> tuple[int]:
    """Choose a first value from which every later one is a position of the scale."""
    possible = [
        v for v in codes if all(v + sum(gains[: n + 1]) in codes for n in range(len(gains)))
    ]
    return (draw.choice(sorted(possible)),)


def _add_unmatched(county: County, child: Child) -> None:
    """Add results from which no progress follows: another scale, no scale, or no first point."""
    for subject in SUBJECTS:
        if child.group == "long_engagement":
            _add(county, child, ("2017-18", "summer"), subject, "EM", SUMMERS["2017-18"])
            _add(county, child, ("2018-19", "summer"), subject, "EM", SUMMERS["2018-19"])
        elif child.group == "second_crossing":
            _add(county, child, ("2017-18", "summer"), subject, "P8", SUMMERS["2017-18"])
            _add(county, child, ("2018-19", "summer"), subject, "Y1.2", SUMMERS["2018-19"])
        elif child.group == "second_left":
            _add(county, child, ("2017-18", "summer"), subject, "Y1.4", SUMMERS["2017-18"])
        elif child.started + timedelta(days=43) <= SUMMERS["2018-19"]:
            _add(county, child, ("2018-19", "summer"), subject, "Y2.1", SUMMERS["2018-19"])


def _add(
    county: County,
    child: Child,
    window: tuple[str, str],
    subject: str,
    position: str,
    day: date,
) -> Record:
    number = len(county.results) + 1
    record = {
        "reference": f"A-{number:05}",
        "child": child.reference,
        "academic_year": window[0],
        "term": window[1],
        "subject": subject,
        "position": position,
        "assessed_on": day.isoformat(),
        "moderated": True,
    }
    county.results.append(record)
    return record


def _add_noise(county: County, recipe: Recipe, draw: Random) -> None:
    """Add repetitions that lose, results that were void, and results put right afterwards."""
    summer = [r for r in county.results if r["term"] == "summer" and r["position"][0] == "Y"]
    for index, result in enumerate(draw.sample(summer, min(len(summer), recipe.noise * 4))):
        again = {**result, "reference": f"A-9{index:04}", "position": "Y6.6"}
        day = date.fromisoformat(result["assessed_on"])
        if index % 4 == 0:  # later, not moderated
            later = (day + timedelta(days=3)).isoformat()
            county.results.append({**again, "assessed_on": later, "moderated": False})
        elif index % 4 == 1:  # moderated, and moderated again later with the result that stands
            earlier = (day - timedelta(days=3)).isoformat()
            county.results.append({**again, "assessed_on": earlier})
        elif index % 4 == 2:  # void
            later = (day + timedelta(days=3)).isoformat()
            county.results.append({**again, "assessed_on": later})
            county.voids.append({"result": again["reference"], "reason": "entered-twice"})
        else:
            _put_wrong(county, result)


def _put_wrong(county: County, result: Record) -> None:
    right = result["position"]
    result["position"] = "Y1.1" if right != "Y1.1" else "Y1.2"
    county.corrections.append(
        {
            "result": result["reference"],
            "position": right,
            "assessed_on": result["assessed_on"],
            "moderated": True,
            "reason": "typing-error",
        }
    )


def add_criteria(county: County) -> None:
    """Add the criteria agreed for both years."""
    for year, adopted in (("2017-18", "2017-10-02"), ("2018-19", "2018-10-01")):
        county.criteria.append(
            {
                "academic_year": year,
                "version": 1,
                "progress": [
                    {"scale": "N", "grade": grade, "at_least_tenths": least}
                    for grade, least in (("outstanding", 50), ("good", 40), ("expected", 30))
                ],
                "cohort": [
                    {"outcome": outcome, "expected_or_better": e, "good_or_better": g}
                    for outcome, e, g in (
                        ("outstanding", 90, 75),
                        ("good", 80, 50),
                        ("requires-improvement", 65, 0),
                        ("inadequate", 0, 0),
                    )
                ],
                "minimum_months": 6,
                "minimum_terms_on_caseload": 2,
                "minimum_judged": 10,
                "adopted_on": adopted,
            }
        )


def add_judgements(county: County, recipe: Recipe, people: Staff) -> None:
    """Add an overall judgement of each teacher's work in each year."""
    for label, year, teachers in (
        ("2017-18", recipe.earlier, people.earlier),
        ("2018-19", recipe.later, people.teachers),
    ):
        county.judgements += _judged(label, year, teachers)


def _judged(label: str, year: Year, teachers: Iterable[str]) -> list[Record]:
    return [
        {
            "staff": teacher,
            "academic_year": label,
            "judgement": "outstanding" if index < year.teachers_outstanding else "good",
            "evidence": list(EVIDENCE),
            "judged_on": f"20{label[5:]}-07-08",
        }
        for index, teacher in enumerate(sorted(teachers))
    ]


def add_dialogues(county: County) -> None:
    """Add each team's dialogue, held in the autumn after the year it is about."""
    for team in county.teams:
        for label in ("2017-18", "2018-19"):
            county.dialogues.append(
                {
                    "team": team["code"],
                    "academic_year": label,
                    "held_on": f"20{label[5:]}-11-{11 + len(team['code']):02}",
                    "key_areas": [{"code": f"K{n}", "status": "achieved"} for n in range(1, 4)],
                }
            )

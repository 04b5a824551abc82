"""Made-up casework: referrals to endings, visits, reviews, risk and exclusions."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from deploy.demo.people import Child, Staff
from deploy.demo.recipe import Recipe
from deploy.demo.records import County, Record

# School terms of the two years, first Monday to last Friday, with the half-term weeks left out.
TERMS = (
    (date(2017, 9, 4), date(2017, 12, 22)), (date(2018, 1, 8), date(2018, 3, 23)),
    (date(2018, 4, 9), date(2018, 7, 20)), (date(2018, 9, 3), date(2018, 12, 21)),
    (date(2019, 1, 7), date(2019, 4, 5)), (date(2019, 4, 22), date(2019, 7, 19)),
)  # fmt: skip
HALF_TERMS = (
    date(2017, 10, 23), date(2018, 2, 12), date(2018, 5, 28),
    date(2018, 10, 22), date(2019, 2, 18), date(2019, 5, 27),
)  # fmt: skip
MISSED = ("teacher-absent", "child-absent", "school-closed", "school-request")
DRIVERS = ("suspension", "reduced-timetable", "semh-need", "attendance", "early-review")
LATER = date(2018, 9, 1)


def school_weeks() -> Iterator[date]:
    """Yield the Mondays of the school weeks of both years."""
    for first, last in TERMS:
        monday = first
        while monday < last:
            if monday not in HALF_TERMS:
                yield monday
            monday += timedelta(days=7)


def add_cases(county: County, children: list[Child], people: Staff, draw: Random) -> None:
    """Add each child's way from referral to teacher."""
    for child in children:
        referred = child.started - timedelta(days=60)
        county.referrals.append(_referral(child.case, child.reference, referred))
        decided = referred + timedelta(days=28)
        county.checks.append(
            {"referral": child.case, "checked_on": (referred + timedelta(days=7)).isoformat()}
        )
        county.decisions.append(_decision(child.case, "agree", decided, "meets-criteria"))
        county.cases.append(
            {"referral": child.case, "staff": child.staff, "started_on": child.started.isoformat()}
        )
        if child.staff not in people.teachers and child.open_on(LATER):
            child.staff = draw.choice(people.teachers)
            county.allocations.append(
                {"case": child.case, "staff": child.staff, "allocated_on": LATER.isoformat()}
            )
        if child.ended is not None:
            ended = {"case": child.case, "ended_on": child.ended.isoformat()}
            county.endings.append({**ended, "reason": child.end_reason})


def _referral(reference: str, child: str, day: date) -> Record:
    evidence = {"significant_barriers": True, "complex_needs": True, "delay_months": 24}
    return {
        "reference": reference,
        "child": child,
        "submitted_on": day.isoformat(),
        "evidence": evidence,
    }


def _decision(referral: str, decision: str, day: date, reason: str) -> Record:
    return {
        "referral": referral,
        "decision": decision,
        "decided_on": day.isoformat(),
        "reason": reason,
    }


def add_refused(county: County, recipe: Recipe, pushes: list[Record]) -> None:
    """Add referrals that the Head of Service refused: the school is not covered."""
    for index in range(recipe.refused):
        template = dict(pushes[index % len(pushes)])
        reference = f"CX-{index:04}"
        school = 900001 + recipe.schools + index % 6
        template |= {"reference": reference, "upn": None, "school_urn": school, "parents": []}
        template["plans"] = [{**template["plans"][0], "reference": f"PL-{reference}"}]
        template["effective_on"] = "2018-03-01"
        county.children.append(template)
        county.referrals.append(_referral(f"R-{reference}", reference, date(2018, 10, 1)))
        county.checks.append({"referral": f"R-{reference}", "checked_on": "2018-10-08"})
        county.decisions.append(
            _decision(f"R-{reference}", "refuse", date(2018, 10, 20), "school-not-covered")
        )


def add_visits(county: County, children: list[Child], draw: Random) -> None:
    """Add a visit a school week for every open case; some weeks are missed, with a reason."""
    for monday in school_weeks():
        friday = monday + timedelta(days=4)
        for child in children:
            if child.open_on(monday) and child.open_on(friday):
                missed = [draw.choice(MISSED)] if draw.random() < 0.06 else []
                county.visits.append(
                    {
                        "case": child.case,
                        "week_beginning": monday.isoformat(),
                        "planned": 1,
                        "attended": 1 - len(missed),
                        "missed": missed,
                    }
                )


def add_reviews(county: County, children: list[Child], draw: Random) -> None:
    """Add a review in each year a child was supported, and what the Head decided."""
    for year in (2018, 2019):
        for child in children:
            held = date(year, draw.randint(2, 6), draw.randint(1, 28))
            if child.open_on(held) and held > child.started + timedelta(days=30):
                _add_review(county, child, held, draw)


def _add_review(county: County, child: Child, held: date, draw: Random) -> None:
    results = draw.choices(("met", "partly-met", "not-met", "not-applicable"), (5, 4, 2, 1), k=4)
    discontinue = draw.random() < 0.05
    recommended = "discontinue" if discontinue else "continue"
    decided = "continue" if draw.random() < 0.97 else "discontinue"
    county.reviews.append(
        {
            "case": child.case,
            "held_on": held.isoformat(),
            "due_on": (held + timedelta(days=draw.randint(-10, 20))).isoformat(),
            "outcomes": [{"number": n + 1, "result": result} for n, result in enumerate(results)],
            "recommendation": recommended,
            "recommended_on": held.isoformat(),
            "report": "Made-up report: the child met some outcomes.",
        }
    )
    county.continuations.append(
        {
            "case": child.case,
            "held_on": held.isoformat(),
            "decision": decided,
            "decided_on": (held + timedelta(days=14)).isoformat(),
            "reason": "criteria-met" if decided == "continue" else "criteria-no-longer-met",
        }
    )


def add_risk(county: County, recipe: Recipe, children: list[Child], draw: Random) -> list[Child]:
    """Add the termly judgements of risk; return the children at risk in the later year."""
    both = [c for c in children if c.open_on(date(2018, 5, 14)) and c.open_on(date(2018, 10, 15))]
    draw.shuffle(both)
    carried = both[: recipe.at_risk_carried]
    lifted = both[recipe.at_risk_carried :][: recipe.at_risk_lifted_before]
    for child in carried:
        _risk(county, child, "at-risk", date(2018, 5, 14), draw)
        _risk(county, child, "monitor", date(2018, 10, 15), draw)
    for child in lifted:
        _risk(county, child, "high", date(2018, 5, 14), draw)
        _risk(county, child, "none", date(2018, 7, 16), draw)
    taken = {child.reference for child in (*carried, *lifted)}
    later = [c for c in children if c.open_on(date(2019, 2, 11)) and c.reference not in taken]
    draw.shuffle(later)
    new = later[: recipe.later.at_risk_new]
    for index, child in enumerate(new):
        _risk(county, child, "high" if index % 5 == 0 else "at-risk", date(2019, 2, 11), draw)
        if index % 9 == 0 and child.open_on(date(2019, 6, 10)):
            _risk(county, child, "monitor", date(2019, 6, 10), draw)
    for child in later[recipe.later.at_risk_new :][: recipe.later.monitored]:
        _risk(county, child, "monitor", date(2019, 2, 11), draw)
    _add_earlier_risk(county, recipe, children, taken | {child.reference for child in new}, draw)
    return [*carried, *new]


def _add_earlier_risk(
    county: County, recipe: Recipe, children: list[Child], taken: set[str], draw: Random
) -> None:
    gone = [c for c in children if c.group.startswith("gone") and c.reference not in taken]
    for child in gone[: recipe.earlier.at_risk_new]:
        if child.open_on(date(2018, 2, 12)):
            _risk(county, child, "at-risk", date(2018, 2, 12), draw)


def _risk(county: County, child: Child, level: str, day: date, draw: Random) -> None:
    drivers = draw.sample(DRIVERS, 2) if level in {"at-risk", "high"} else []
    county.risks.append(
        {
            "case": child.case,
            "level": level,
            "assessed_on": day.isoformat(),
            "drivers": sorted(drivers),
        }
    )


def add_exclusions(
    county: County, recipe: Recipe, children: list[Child], at_risk: list[Child]
) -> None:
    """Add one permanent exclusion that was upheld in each year, and others that do not count."""
    fallen = [c for c in at_risk if c.open_on(date(2019, 3, 20))]
    gone = [c for c in children if c.group.startswith("gone")]
    left = [c for c in children if c.group.endswith("left")]
    if fallen:
        _exclude(county, "X-001", fallen[0], "PERM", "2019-03-20", upheld_on="2019-04-08")
    _exclude(county, "X-002", gone[0], "PERM", "2018-03-12", upheld_on="2018-03-28")
    if len(fallen) > 3:
        _exclude(
            county, "X-003", fallen[1], "PERM", "2019-02-25",
            rescinded_on="2019-03-06", ground="withdrawn",
        )  # fmt: skip
        _exclude(county, "X-004", fallen[2], "PERM", "2019-03-25")
        _exclude(
            county, "X-005", fallen[3], "PERM", "2019-03-04",
            upheld_on="2019-03-20", rescinded_on="2019-05-02", ground="overturned",
        )  # fmt: skip
    if left:
        _exclude(county, "X-006", left[0], "PERM", "2019-06-03", upheld_on="2019-06-20")
    for index, child in enumerate(fallen[4 : 4 + recipe.noise * 3]):
        _exclude(county, f"X-1{index:02}", child, "SUSP", "2019-03-21", half_days=index % 6 + 1)


def _exclude(
    county: County, reference: str, child: Child, category: str, day: str, **more: str | int
) -> None:
    county.exclusions.append(
        {
            "reference": reference,
            "child": child.reference,
            "school": child.schools[1],
            "category": category,
            "starts_on": day,
            **more,
        }
    )

"""Made-up casework: referrals, decisions, teachers, visits, reviews and endings."""

from datetime import date, timedelta

from deploy.demo.counts import Recipe
from deploy.demo.draw import Draw
from deploy.demo.people import Child
from deploy.demo.records import County, Record
from deploy.demo.staffing import Staff
from deploy.demo.terms import YEARS, first_day, last_day, school_mondays
from services.referral.cases.codes import LEAVING

MISSED = ("teacher-absent", "child-absent", "school-closed", "school-request")
RESULTS = ("met", "met", "met", "partly-met", "partly-met", "not-met", "not-applicable")
LATER = first_day("2018-19")


def add_cases(county: County, children: list[Child], people: Staff, draw: Draw) -> None:
    """Add each child's way from referral to teacher, and to the end of support."""
    for child in children:
        _add_case(county, child, people, draw)
    county.endings.sort(key=lambda record: (record["ended_on"], record["case"]))


def _add_case(county: County, child: Child, people: Staff, draw: Draw) -> None:
    _add_referral(county, child.case, child.reference, child.started - timedelta(days=60))
    agreed = child.started - timedelta(days=32)
    county.decisions.append(_decision(child.case, "agree", agreed, "criteria-met"))
    child.staff = draw.choice(people.later if child.started >= LATER else people.earlier)
    county.cases.append(
        {"referral": child.case, "staff": child.staff, "started_on": child.started.isoformat()}
    )
    if child.staff not in people.later and child.open_on(LATER):
        _hand_over(county, child, LATER, draw.choice(people.later))
    elif draw.chance(3) and child.open_on(date(2019, 1, 7)) and child.started < date(2019, 1, 7):
        _hand_over(county, child, date(2019, 1, 7), draw.choice(people.later))
    if child.ended is not None:
        ending = {"case": child.case, "ended_on": child.ended.isoformat(), "reason": child.reason}
        if child.reason not in LEAVING:
            ending["although_named"] = "amendment-decided"
        county.endings.append(ending)


def _hand_over(county: County, child: Child, day: date, staff: str) -> None:
    if staff != child.staff:
        child.staff = staff
        county.allocations.append(
            {"case": child.case, "staff": staff, "allocated_on": day.isoformat()}
        )


def _add_referral(
    county: County, reference: str, child: str, day: date, *, complex_needs: bool = True
) -> None:
    evidence = {"significant_barriers": True, "complex_needs": complex_needs, "delay_months": 26}
    county.referrals.append(
        {
            "reference": reference,
            "child": child,
            "submitted_on": day.isoformat(),
            "evidence": evidence,
        }
    )
    checked = (day + timedelta(days=7)).isoformat()
    county.checks.append({"referral": reference, "checked_on": checked})


def _decision(referral: str, decision: str, day: date, reason: str) -> Record:
    barriers = {"met": True, "evidence": ["formative-footprints", "school-report"]}
    needs = {"met": reason != "criteria-not-met", "evidence": ["standardised-assessment"]}
    return {
        "referral": referral,
        "decision": decision,
        "decided_on": day.isoformat(),
        "reason": reason,
        "grounds": {"significant_barriers": barriers, "complex_needs": needs},
    }


def add_refused(county: County, recipe: Recipe, uncovered: list[int], draw: Draw) -> None:
    """Add referrals that the Head of Service refused, each for a reason of its own."""
    reasons = draw.dealt(recipe.refused)
    for index, reason in enumerate(reasons):
        reference = f"CX-{index:04}"
        county.children.append(_refused_child(draw.choice(county.children), reference, reason))
        if reason == "school-not-covered":
            county.children[-1]["school_urn"] = uncovered[index % len(uncovered)]
        day = date(2018, 9, 10) + timedelta(days=7 * draw.below(30))
        complex_needs = reason != "criteria-not-met"
        _add_referral(county, f"R-{reference}", reference, day, complex_needs=complex_needs)
        refused = day + timedelta(days=21)
        county.decisions.append(_decision(f"R-{reference}", "refuse", refused, reason))


def _refused_child(template: Record, reference: str, reason: str) -> Record:
    plan = {
        "reference": f"PL-{reference}-1",
        "plan_type": "EHC",
        "names_service": reason != "service-not-named",
        "starts_on": "2018-02-01",
        "review_due_on": "2019-01-31",
    }
    own = {"reference": reference, "upn": None, "parents": [], "plans": [plan]}
    return {**template, **own, "surname": f"Refusedale {reference}", "effective_on": "2018-09-01"}


def add_visits(county: County, children: list[Child], draw: Draw) -> None:
    """Add a visit a school week for every open case; some weeks are missed, with a reason."""
    for monday in school_mondays(first_day(YEARS[0]), last_day(YEARS[-1])):
        friday = monday + timedelta(days=4)
        for child in children:
            if child.open_on(monday) and child.open_on(friday):
                missed = [draw.choice(MISSED)] if draw.chance(6) else []
                county.visits.append(
                    {
                        "case": child.case,
                        "week_beginning": monday.isoformat(),
                        "planned": 1,
                        "attended": 1 - len(missed),
                        "missed": missed,
                    }
                )


def add_reviews(county: County, children: list[Child], draw: Draw) -> None:
    """Add a review in each year of support, and what the Head of Service decided after it."""
    for year in YEARS:
        start = first_day(year).year + 1
        mondays = school_mondays(date(start, 1, 7), date(start, 6, 30))
        for child in children:
            held = draw.choice(mondays) + timedelta(days=draw.below(5))
            decided = held + timedelta(days=14)
            if child.started + timedelta(days=60) < held and child.open_on(decided):
                _add_review(county, child, held, "continue", draw)
    _add_last_reviews(county, children, draw)
    county.reviews.sort(key=lambda record: (record["held_on"], record["case"]))
    county.continuations.sort(key=lambda record: (record["decided_on"], record["case"]))


def _add_last_reviews(county: County, children: list[Child], draw: Draw) -> None:
    """Let each discontinued case have had a review four weeks before its end."""
    taken = {(review["case"], review["held_on"]) for review in county.reviews}
    for child in children:
        if child.reason == "criteria-no-longer-met" and child.ended is not None:
            held = child.ended - timedelta(days=28)
            if (child.case, held.isoformat()) not in taken:
                _add_review(county, child, held, "discontinue", draw)


def _add_review(county: County, child: Child, held: date, decision: str, draw: Draw) -> None:
    differs = draw.chance(5)
    recommendation = decision if not differs else _other(decision)
    outcomes = [{"number": n, "result": draw.choice(RESULTS)} for n in range(1, 5)]
    county.reviews.append(
        {
            "case": child.case,
            "held_on": held.isoformat(),
            "due_on": (held + timedelta(days=draw.between(-10, 20))).isoformat(),
            "outcomes": outcomes,
            "recommendation": recommendation,
            "recommended_on": held.isoformat(),
            "report": "Made-up report: what the child set out to do, and how far it came.",
        }
    )
    county.continuations.append(
        {
            "case": child.case,
            "held_on": held.isoformat(),
            "decision": decision,
            "decided_on": (held + timedelta(days=14)).isoformat(),
            "reason": "criteria-met" if decision == "continue" else "criteria-no-longer-met",
        }
    )


def _other(decision: str) -> str:
    return "discontinue" if decision == "continue" else "continue"

"""Made-up casework: referrals, decisions, teachers, visits, reviews and endings."""

from datetime import date, timedelta

from deploy.demo.counts import Recipe
from deploy.demo.draw import Draw
from deploy.demo.people import Child, Spell
from deploy.demo.records import County, Record
from deploy.demo.staffing import Staff
from deploy.demo.terms import YEARS, first_day, last_day, school_mondays

MISSED = ("teacher-absent", "child-absent", "school-closed", "school-request")
RESULTS = ("met", "met", "met", "partly-met", "partly-met", "not-met", "not-applicable")
LATER = first_day("2018-19")


def add_cases(county: County, children: list[Child], people: Staff, draw: Draw) -> None:
    """Add each spell's way from referral to teacher, and to its end."""
    for child in children:
        for spell in child.spells:
            _add_case(county, child, spell, people, draw)
    county.endings.sort(key=lambda record: (record["ended_on"], record["case"]))


def _add_case(county: County, child: Child, spell: Spell, people: Staff, draw: Draw) -> None:
    _add_referral(county, spell.case, child.reference, spell.started - timedelta(days=60))
    agreed = spell.started - timedelta(days=32)
    county.decisions.append(_decision(spell.case, "agree", agreed, "criteria-met"))
    spell.staff = draw.choice(people.later if spell.started >= LATER else people.earlier)
    county.cases.append(
        {"referral": spell.case, "staff": spell.staff, "started_on": spell.started.isoformat()}
    )
    if spell.staff not in people.later and spell.open_on(LATER):
        _hand_over(county, spell, LATER, draw.choice(people.later))
    elif draw.chance(3) and spell.open_on(date(2019, 1, 7)) and spell.started < date(2019, 1, 7):
        _hand_over(county, spell, date(2019, 1, 7), draw.choice(people.later))
    if spell.ended is not None:
        ending = {"case": spell.case, "ended_on": spell.ended.isoformat(), "reason": spell.reason}
        county.endings.append(ending)


def _hand_over(county: County, spell: Spell, day: date, staff: str) -> None:
    if staff != spell.staff:
        spell.staff = staff
        county.allocations.append(
            {"case": spell.case, "staff": staff, "allocated_on": day.isoformat()}
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
    decided = day.isoformat()
    return {"referral": referral, "decision": decision, "decided_on": decided, "reason": reason}


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
    spells = [spell for child in children for spell in child.spells]
    for monday in school_mondays(first_day(YEARS[0]), last_day(YEARS[-1])):
        friday = monday + timedelta(days=4)
        for spell in spells:
            if spell.open_on(monday) and spell.open_on(friday):
                missed = [draw.choice(MISSED)] if draw.chance(6) else []
                county.visits.append(
                    {
                        "case": spell.case,
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
            for spell in child.spells:
                held = draw.choice(mondays) + timedelta(days=draw.below(5))
                if spell.started + timedelta(days=60) < held and spell.open_on(held):
                    _add_review(county, spell, held, "continue", draw)
    _add_last_reviews(county, children, draw)
    county.reviews.sort(key=lambda record: (record["held_on"], record["case"]))
    county.continuations.sort(key=lambda record: (record["decided_on"], record["case"]))


def _add_last_reviews(county: County, children: list[Child], draw: Draw) -> None:
    """Let each discontinued spell have had a review four weeks before its end."""
    for child in children:
        for spell in child.spells:
            if spell.reason == "criteria-no-longer-met" and spell.ended is not None:
                held = spell.ended - timedelta(days=28)
                taken = {(r["case"], r["held_on"]) for r in county.reviews}
                if (spell.case, held.isoformat()) not in taken:
                    _add_review(county, spell, held, "discontinue", draw)


def _add_review(county: County, spell: Spell, held: date, decision: str, draw: Draw) -> None:
    differs = draw.chance(5)
    recommendation = decision if not differs else _other(decision)
    outcomes = [{"number": n, "result": draw.choice(RESULTS)} for n in range(1, 5)]
    county.reviews.append(
        {
            "case": spell.case,
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
            "case": spell.case,
            "held_on": held.isoformat(),
            "decision": decision,
            "decided_on": (held + timedelta(days=14)).isoformat(),
            "reason": "criteria-met" if decision == "continue" else "criteria-no-longer-met",
        }
    )


def _other(decision: str) -> str:
    return "discontinue" if decision == "continue" else "continue"

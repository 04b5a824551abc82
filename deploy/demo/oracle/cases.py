"""The case extract as raw records tell it: what is said of each referral and its case."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from deploy.demo.oracle.groups import Held
from deploy.demo.oracle.reading import bounds, day
from deploy.demo.records import County, Record

LABELS = (
    "team",
    "area",
    "year-group",
    "sex",
    "need",
    "plan-type",
    "pupil-premium",
    "looked-after",
    "eal",
    "at-risk",
)
"""What is told of the child on the row's day; kinds of school are left to the register's rules."""


def case_rows(county: County, year: str) -> list[dict[str, Any]]:
    """Return a row for each referral that was under way in a year, without any pseudonym.

    Nothing that took place after the year is told. ``child`` is the child's reference.
    """
    first, last = bounds(year)
    labels = Held(county).labels()
    visited = [one for one in county.visits if one["attended"]]
    found = []
    for one in county.referrals:
        row = _row(county, visited, one, last)
        if row is not None and row["day"] >= first.isoformat():
            on = date.fromisoformat(row["day"])
            told = {by.replace("-", "_"): labels[by](one["child"], on) for by in LABELS}
            found.append({**row, **told})
    return found


def _row(county: County, visited: list[Record], one: Record, last: date) -> Record | None:
    name = one["reference"]
    if day(one, "submitted_on") > last:
        return None
    decision = _of(county.decisions, "referral", name, "decided_on", last)
    case = _of(county.cases, "referral", name, "started_on", last)
    ending = _of(county.endings, "case", name, "ended_on", last)
    refusal = decision if decision and decision["decision"] == "refuse" else None
    left = ending["ended_on"] if ending else refusal["decided_on"] if refusal else None
    return {
        "child": one["child"],
        "referred_on": one["submitted_on"],
        "checked_on": _first(county.checks, "referral", name, "checked_on", last),
        "decided_on": decision and decision["decided_on"],
        "started_on": case and case["started_on"],
        "visited_week": _first(visited, "case", name, "week_beginning", last),
        "reviewed_on": _first(county.reviews, "case", name, "held_on", last),
        "continued_on": _first(county.continuations, "case", name, "decided_on", last),
        "paused_on": _first(county.pauses, "case", name, "paused_on", last),
        "ended_on": ending and ending["ended_on"],
        "outcome": _outcome(case, ending, decision),
        "closing_reason": ending["reason"] if ending else refusal["reason"] if refusal else None,
        "day": left or last.isoformat(),
    }


def _of(records: Iterable[Record], name: str, of: str, on: str, last: date) -> Record | None:
    return next((one for one in records if one[name] == of and day(one, on) <= last), None)


def _first(records: Iterable[Record], name: str, of: str, on: str, last: date) -> str | None:
    days = [one[on] for one in records if one[name] == of and day(one, on) <= last]
    return min(days, default=None)


def _outcome(case: Record | None, ending: Record | None, decision: Record | None) -> str:
    if case:
        return "ended" if ending else "supported"
    return {"agree": "agreed", "refuse": "refused"}[decision["decision"]] if decision else "waiting"

"""The service's own figures: teams, teachers, teaching and quality dialogues."""

from datetime import date
from fractions import Fraction

from deploy.demo.oracle.reading import Figure, Share, bounds, day, reference_day
from deploy.demo.records import County, Record

HEAD = "head-of-service"
EVIDENCE = {"observation", "pupil-tracking", "work-scrutiny", "pupil-discussion"}


def staff_figures(county: County, year: str) -> dict[str, Figure]:
    """Return the figures of teams and teachers, as at the year's reference day."""
    on = reference_day(year)
    members, teams = _in_post(county, on), _teams(county, on)
    grades = _judgements(county, year)
    outstanding = grades.count("outstanding")
    achieved = _achieved(county, year) & teams
    return {
        "service.teams": Fraction(len(teams)),
        "service.teachers.headcount": Fraction(len(members)),
        "service.teachers.fte": sum((Fraction(m["fte"]) for m in members.values()), Fraction(0)),
        "teaching.good_or_outstanding.share": Share(
            outstanding + grades.count("good"), len(grades)
        ),
        "teaching.outstanding.share": Share(outstanding, len(grades)),
        "qdd.teams_achieving_key_areas.share": Share(len(achieved), len(teams)),
    }


def all_judged(county: County, year: str) -> bool:
    """Say whether each teacher in post all year, the Head aside, was judged on all evidence."""
    full = {
        judgement["staff"]
        for judgement in county.judgements
        if judgement["academic_year"] == year and set(judgement["evidence"]) == EVIDENCE
    }
    first, last = bounds(year)
    teachers = {
        who
        for who, (since, until) in _posts(county).items()
        if since <= first and last <= until and who not in _heads(county)
    }
    return bool(teachers) and teachers <= full


def _posts(county: County) -> dict[str, tuple[date, date]]:
    """Return the first and last day in post of everybody."""
    posts: dict[str, tuple[date, date]] = {}
    for row in county.staff:
        since, until = posts.get(row["reference"], (date.max, date.max))
        since = min(since, day(row, "appointed_on"))
        posts[row["reference"]] = since, min(until, day(row, "left_on"))
    return posts


def _heads(county: County) -> set[str]:
    return {row["reference"] for row in county.staff if row["post"] == HEAD}


def _in_post(county: County, on: date) -> dict[str, Record]:
    """Return who is in post on a day, with the contract that holds that day."""
    found: dict[str, Record] = {}
    rows = sorted(county.staff, key=lambda row: day(row, "effective_on", date.min))
    left = {row["reference"]: day(row, "left_on") for row in rows if row.get("left_on")}
    for row in rows:
        since = max(day(row, "appointed_on"), day(row, "effective_on", date.min))
        if since <= on <= left.get(row["reference"], date.max):
            found[row["reference"]] = row
    return found


def _teams(county: County, on: date) -> set[str]:
    return {
        team["code"]
        for team in county.teams
        if day(team, "formed_on") <= on <= day(team, "disbanded_on")
    }


def _judgements(county: County, year: str) -> list[str]:
    """Return what was judged of those in post on a day of the year, the Head aside."""
    first, last = bounds(year)
    in_post = {
        who for who, (since, until) in _posts(county).items() if since <= last and first <= until
    }
    return [
        judgement["judgement"]
        for judgement in county.judgements
        if judgement["academic_year"] == year and judgement["staff"] in in_post - _heads(county)
    ]


def _achieved(county: County, year: str) -> set[str]:
    return {
        dialogue["team"]
        for dialogue in county.dialogues
        if dialogue["academic_year"] == year
        and all(area["status"] == "achieved" for area in dialogue["key_areas"])
    }

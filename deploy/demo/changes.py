"""What happened to children and schools that no figure may show: pauses, conversions, doubles."""

from collections.abc import Iterable
from datetime import date, timedelta

from deploy.demo import schools
from deploy.demo.draw import Draw
from deploy.demo.people import Child
from deploy.demo.records import County, Record

PAUSED = ("child-unwell", "child-away", "teacher-absent")
FIRST_PAUSE, WEEKS_OF_PAUSES = date(2017, 10, 2), 80
CONVERTED_ON = date(2019, 1, 1)
READ_ON = "2019-01-14"
MERGED_ON = "2019-10-04"
DOUBLED_GROUPS = ("long_n", "long_p")


def add_pauses(county: County, children: Iterable[Child], draw: Draw) -> None:
    """Pause support of some children for two to five weeks, in which nobody visits."""
    paused: dict[str, tuple[date, date]] = {}
    for child in children:
        begun = FIRST_PAUSE + timedelta(weeks=draw.below(WEEKS_OF_PAUSES))
        resumed = begun + timedelta(weeks=draw.between(2, 5))
        if draw.chance(4) and child.open_on(begun) and child.open_on(resumed):
            paused[child.case] = begun, resumed
            days = {"paused_on": begun.isoformat(), "resumed_on": resumed.isoformat()}
            reason = draw.choice(PAUSED)
            county.pauses.append({"case": child.case, **days, "reason": reason})
    county.visits = [visit for visit in county.visits if not _within(visit, paused)]


def _within(visit: Record, paused: dict[str, tuple[date, date]]) -> bool:
    first, last = paused.get(visit["case"], (date.max, date.min))
    return first <= date.fromisoformat(visit["week_beginning"]) < last


def add_conversion(county: County, children: Iterable[Child]) -> None:
    """Have one school become an academy: its children stay, under the number of the academy.

    It is one at which nobody is referred afterwards: the rules of 2019 do not cover academies.
    """
    attended = {
        child.schools[0]
        for child in children
        if len({*child.schools}) == 1
        and child.started < CONVERTED_ON
        and child.open_on(CONVERTED_ON)
    }
    closed = (CONVERTED_ON - timedelta(days=32)).isoformat()
    checked = {check["referral"] for check in county.checks if check["checked_on"] > closed}
    referred = {one["child"] for one in county.referrals if one["reference"] in checked}
    later = {
        push["school_urn"]
        for push in county.children
        if push["effective_on"] > closed or push["reference"] in referred
    }
    if found := sorted(attended - later):
        news = schools.converted(county.schools, found[0], CONVERTED_ON, READ_ON)
        county.conversions.append(news)


def add_doubles(county: County, children: Iterable[Child]) -> None:
    """Have some children be on record twice; the later year's results are of the second record."""
    pushes = {push["reference"]: push for push in county.children}
    for group in DOUBLED_GROUPS:
        child = next((one for one in children if one.group == group), None)
        if child is not None:
            again: Record = {
                "reference": child.reference.lower(),
                "upn": None,
                "parents": [],
                "plans": [],
            }
            county.children.append(pushes[child.reference] | again)
            county.doubles.append(
                {"child": child.reference, "reference": again["reference"], "merged_on": MERGED_ON}
            )
    county.children.sort(key=lambda push: push["effective_on"])

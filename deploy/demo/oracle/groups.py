"""Breakdowns as raw records tell them: of whom each one is on their day, and how many are.

Labels are the county's own: a team is its code. Kinds of school are left to the register's rules.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

from deploy.demo.oracle.reading import (
    AT_RISK,
    Case,
    Share,
    at_risk,
    bounds,
    cases,
    day,
    reference_day,
    within,
)
from deploy.demo.oracle.voices import answer_to, counted_of, waves_of
from deploy.demo.records import County, Record

NO_SPAN, NO_TEAM, NO_AREA = "no span", "no team", "no area"
EARLY, FIRST = ("N1", "N2", "R"), ("1", "2")

Groups = Mapping[str, Share]
Labels = Callable[[str, date], str]


def breakdowns(county: County, year: str) -> dict[tuple[str, str], Groups]:
    """Return, by figure and dimension, so many of so many in each group.

    Of a count both are that count.
    """
    found: dict[tuple[str, str], Groups] = {}
    held = Held(county)
    for by, label in held.labels().items():
        found |= {(id_, by): of(county, year, label) for id_, of in _OF_CHILDREN.items()}
    found["caseload.endings", "reason"] = _counted(
        one["reason"] for one in county.endings if within(one, "ended_on", year)
    )
    found["caseload.needs", "need"] = _counted(
        need for child, on in _last_days(county, year).items() for need in held.needs(child, on)
    )
    found["visits.missed", "reason"] = _counted(
        reason
        for one in county.visits
        if within(one, "week_beginning", year)
        for reason in one["missed"]
    )
    found["referrals.submitted", "outcome"] = _outcomes(county, year)
    found["service.teachers.headcount", "team"] = _staff(county, held, year)
    for by, of_child in (("team", held.team), ("area", held.area)):
        for audience in ("parents", "children"):
            found |= _asked(county, year, audience, by, of_child)
    return found


def _asked(
    county: County, year: str, audience: str, by: str, label: Labels
) -> dict[tuple[str, str], Groups]:
    """Return what was issued, its rate and a share of it, by whose each was on the day of issue."""
    waves = waves_of(county, audience, year)
    whose = {
        (one["wave"], one["reference"]): _known(
            label(one["child"], day(waves[one["wave"]], "issued_on"))
        )
        for one in county.recipients
        if one["wave"] in waves
    }
    back = [
        (whose[one["wave"], one["recipient"]], one) for one in counted_of(county, audience, year)
    ]
    returned = Counter(name for name, _ in back)
    if audience == "parents":
        issued = Counter(whose.values())
        rates = {name: Share(returned[name], number) for name, number in issued.items()}
        return {
            ("survey.parents.issued", by): _counted(whose.values()),
            ("survey.parents.return_rate", by): rates,
        }
    yes = Counter(name for name, one in back if answer_to(one, "better_at_work") == "yes")
    shares = {name: Share(yes[name], returned[name]) for name in whose.values()}
    return {("survey.children.better_at_work.yes.share", by): shares}


def _known(label: str) -> str:
    return "not known" if label in {NO_SPAN, NO_TEAM, NO_AREA} else label


class Held:
    """Who held whom, looked up by child, case and teacher."""

    def __init__(self, county: County) -> None:
        stays = {one["reference"]: one["child"] for one in county.doubles}
        self.areas = {str(row["code"]): str(row["area"]) for row in county.teams}
        self.pushes: dict[str, list[Record]] = defaultdict(list)
        for push in sorted(county.children, key=lambda one: day(one, "effective_on")):
            reference = str(push["reference"])
            self.pushes[stays.get(reference, reference)].append(push)
        self.cases: dict[str, list[Case]] = defaultdict(list)
        for case in cases(county):
            self.cases[case.child].append(case)
        self.teachers: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for one in county.cases:
            self.teachers[one["referral"]].append((day(one, "started_on"), one["staff"]))
        for one in county.allocations:
            self.teachers[one["case"]].append((day(one, "allocated_on"), one["staff"]))
        self.contracts: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for one in county.staff:
            if not one.get("left_on"):
                since = day(one, "effective_on", day(one, "appointed_on"))
                self.contracts[one["reference"]].append((since, one["team_code"] or NO_TEAM))
        self.levels: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for one in county.risks:
            self.levels[one["case"]].append((day(one, "assessed_on"), one["level"]))

    def labels(self) -> dict[str, Labels]:
        """Return by dimension what gives the label of a child on a day."""
        return {
            "team": self.team,
            "area": self.area,
            "sex": lambda child, _: str(self.pushes[child][0]["sex"]),
            "year-group": partial(self.told, "year_group"),
            "key-stage": self.key_stage,
            "need": partial(self.told, "needs"),
            "need-and-year-group": lambda child, on: (
                f"{self.told('needs', child, on)}, {self.told('year_group', child, on)}"
            ),
            "pupil-premium": partial(self.told, "pupil_premium"),
            "looked-after": partial(self.told, "looked_after"),
            "eal": partial(self.told, "eal"),
            "plan-type": self.plan,
            "at-risk": self.risk,
        }

    def told(self, name: str, child: str, on: date) -> str:
        """Return what was told last of a child by a day."""
        until = [one for one in self.pushes.get(child, ()) if day(one, "effective_on") <= on]
        return _shown(until[-1][name]) if until else NO_SPAN

    def needs(self, child: str, on: date) -> list[str]:
        """Return all needs that were told last of a child by a day."""
        until = [one for one in self.pushes.get(child, ()) if day(one, "effective_on") <= on]
        return list(until[-1]["needs"]) if until else []

    def key_stage(self, child: str, on: date) -> str:
        """Return the key stage of the year group."""
        group = self.told("year_group", child, on)
        if group == NO_SPAN:
            return group
        return "early years" if group in EARLY else f"key stage {1 if group in FIRST else 2}"

    def plan(self, child: str, on: date) -> str:
        """Return the kind of plan of a day; of two the one that began last."""
        plans = {plan["reference"]: plan for push in self.pushes[child] for plan in push["plans"]}
        held = [
            (day(one, "starts_on"), str(one["plan_type"]))
            for one in plans.values()
            if day(one, "starts_on") <= on <= day(one, "ends_on")
        ]
        return max(held)[1] if held else NO_SPAN

    def case(self, child: str, on: date) -> Case | None:
        """Return the case that is open on a day; of several the one that began last."""
        held = [one for one in self.cases[child] if one.started <= on <= one.ended]
        return max(held, key=lambda one: one.started, default=None)

    def team(self, child: str, on: date) -> str:
        """Return the team of the teacher of the case."""
        case = self.case(child, on)
        teacher = _last(self.teachers[case.reference], on) if case else NO_SPAN
        return NO_SPAN if teacher == NO_SPAN else self.team_of(teacher, on)

    def team_of(self, staff: str, on: date) -> str:
        """Return the team of a teacher."""
        return _last(self.contracts[staff], on)

    def area(self, child: str, on: date) -> str:
        """Return the area of the team."""
        team = self.team(child, on)
        return NO_AREA if team == NO_TEAM else self.areas.get(team, team)

    def risk(self, child: str, on: date) -> str:
        """Say whether the case's level is at risk or high."""
        case = self.case(child, on)
        level = _last(self.levels[case.reference], on) if case else NO_SPAN
        return level if level == NO_SPAN else _shown(level in AT_RISK)


def _last(spans: Iterable[tuple[date, str]], on: date) -> str:
    """Return what began last by a day; of one day the later told."""
    until = [(since, n, what) for n, (since, what) in enumerate(spans) if since <= on]
    return max(until)[2] if until else NO_SPAN


def _shown(value: object) -> str:
    match value:
        case bool(flag):
            return "yes" if flag else "no"
        case [first, *_]:
            return str(first)
        case _:
            return str(value)


def _last_days(county: County, year: str) -> dict[str, date]:
    """Return the last day on the caseload in the year of each child that was on it."""
    found: dict[str, date] = {}
    for case in cases(county):
        if case.open_between(*bounds(year)):
            last = min(case.ended, bounds(year)[1])
            found[case.child] = max(last, found.get(case.child, date.min))
    return found


def _shares(county: County, year: str, label: Labels) -> Groups:
    risky, days = at_risk(county, year), _last_days(county, year)
    of = Counter(label(child, on) for child, on in days.items())
    part = Counter(label(child, on) for child, on in days.items() if child in risky)
    return {name: Share(part[name], number) for name, number in of.items()}


def _children(county: County, year: str, label: Labels) -> Groups:
    return _counted(label(child, on) for child, on in _last_days(county, year).items())


def _attended(county: County, year: str, label: Labels) -> Groups:
    child = {one["reference"]: one["child"] for one in county.referrals}
    planned: Counter[str] = Counter()
    attended: Counter[str] = Counter()
    for one in county.visits:
        if within(one, "week_beginning", year):
            name = label(child[one["case"]], day(one, "week_beginning"))
            planned[name] += one["planned"]
            attended[name] += one["attended"]
    return {name: Share(attended[name], number) for name, number in planned.items()}


_OF_CHILDREN = {
    "inclusion.at_risk_of_exclusion.share": _shares,
    "caseload.children.year": _children,
    "visits.attended.share": _attended,
}


def _counted(labels: Iterable[str]) -> Groups:
    return {name: Share(number, number) for name, number in Counter(labels).items()}


def _outcomes(county: County, year: str) -> Groups:
    decided = {one["referral"]: one["decision"] for one in county.decisions}
    words = {"agree": "agreed", "refuse": "refused", None: "waiting"}
    return _counted(
        words[decided.get(one["reference"])]
        for one in county.referrals
        if within(one, "submitted_on", year)
    )


def _staff(county: County, held: Held, year: str) -> Groups:
    on = reference_day(year)
    left = {one["reference"]: day(one, "left_on") for one in county.staff if one.get("left_on")}
    names = {
        one["reference"]
        for one in county.staff
        if day(one, "appointed_on") <= on <= left.get(one["reference"], date.max)
    }
    return _counted(held.team_of(one, on) for one in names)

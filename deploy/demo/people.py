"""Made-up schools, teams, staff and children."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from deploy.demo.recipe import Recipe
from deploy.demo.records import Record

FIRST_URN = 900001
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
FORENAMES = ("Testa", "Samplo", "Demi", "Exa", "Mockin", "Fictia", "Trialen", "Placeho")
SURNAMES = (
    "Alderfield",
    "Brambleton",
    "Cloverdale",
    "Dunmere",
    "Elmsway",
    "Fernleigh",
    "Gorsehill",
)
PLACES = ("Example Vale", "Sample Moor", "Fiction Dale", "Mock Hill", "Demo Bridge", "Trial Green")
NEEDS = ("MLD", "SLD", "SPLD", "SLCN", "SEMH", "ASD")
YEARS = ("N1", "N2", "R", "1", "2", "3", "4", "5", "6", "7")
COLUMNS = (
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "EstablishmentTypeGroup (code)",
    "EstablishmentStatus (code)",
    "OpenDate",
    "CloseDate",
    "PhaseOfEducation (code)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Postcode",
    "LastChangedDate",
)
# kind: (phase, low, high); what a school of the register that the rules cover looks like.
KINDS = {"primary": (2, 3, 11), "infant": (2, 4, 7), "junior": (2, 7, 11), "nursery": (1, 3, 5)}
# Others in the register: la, type, group, status, phase, low, high.
OTHERS = (
    (830, "07", 5, 1, 7, 4, 16),
    (830, "34", 10, 1, 2, 4, 11),
    (830, "01", 4, 1, 4, 11, 18),
    (831, "01", 4, 1, 2, 4, 11),
    (830, "14", 4, 1, 0, 5, 16),
    (830, "01", 4, 2, 2, 4, 11),
)


@dataclass
class Child:
    """A made-up child, and what of their story the later records need."""

    reference: str
    group: str
    """long_p, long_n, long_engagement, ..., gone_n: which part of the recipe they are of."""
    year: int
    """Index into YEARS in 2018-19."""
    started: date
    ended: date | None
    schools: tuple[int, int]
    """URN in 2017-18 and before, and in 2018-19."""
    plan_type: str
    parents: int
    staff: str = ""
    team: str = ""
    end_reason: str = ""

    @property
    def case(self) -> str:
        """The reference of the referral that led to the case."""
        return f"R-{self.reference}"

    def open_on(self, day: date) -> bool:
        """Say whether the child is on the caseload that day."""
        return self.started <= day and (self.ended is None or day <= self.ended)


@dataclass
class Staff:
    """The teaching staff, by when they are in post."""

    head: str = "ST-000"
    teachers: list[str] = field(default_factory=list)
    """In post in the later year, the Head aside."""
    earlier: list[str] = field(default_factory=list)
    """In post in the earlier year, the Head aside."""
    team_of: dict[str, str] = field(default_factory=dict)


def register(recipe: Recipe) -> tuple[str, dict[str, list[int]]]:
    """Return the register's extract as CSV, and the URNs of the schools covered, by kind."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    by_kind: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for index in range(recipe.schools):
        kind = ("primary", "primary", "infant", "junior", "primary", "primary", "nursery")[
            index % 7
        ]
        by_kind[kind].append(FIRST_URN + index)
        writer.writerow(_covered(index, kind))
    for index, other in enumerate(OTHERS * 2):
        writer.writerow(_other(recipe.schools + index, other))
    return out.getvalue(), by_kind


def _covered(index: int, kind: str) -> list[object]:
    phase, low, high = KINDS[kind]
    type_ = "15" if kind == "nursery" else ("01", "02", "3", "05")[index % 4]
    status = 3 if index % 40 == 9 else 1
    return _line(index, 830, f"{kind.title()} School", type_, 4, status, phase, low, high)


def _other(index: int, other: tuple[int, str, int, int, int, int, int]) -> list[object]:
    la, type_, group, status, phase, low, high = other
    line = _line(index, la, "Other School", type_, group, status, phase, low, high)
    line[9] = "31-08-2016" if status == 2 else ""
    return line


def _line(index: int, la: int, words: str, *codes: Any) -> list[object]:
    type_, group, status, phase, low, high = codes
    name = f"{PLACES[index % len(PLACES)]} {words} {index}"
    opened = "" if index % 5 else "01-09-1975"
    return [
        FIRST_URN + index, la, "Example County", 2000 + index, name, type_, group, status,
        opened, "", phase, low, high, "ZZ99 9ZZ", "01-09-2019",
    ]  # fmt: skip


def teams(recipe: Recipe) -> list[Record]:
    """Return the teams."""
    return [
        {"code": f"T{n + 1}", "name": f"Team {n + 1}", "area": f"A{n % 3 + 1}",
         "formed_on": "2014-09-01"}
        for n in range(recipe.teams)
    ]  # fmt: skip


def staff(recipe: Recipe, draw: Random) -> tuple[list[Record], Staff]:
    """Return the staff's records, and who is in post when."""
    people = Staff()
    fte = [part for part, count in recipe.fte.items() for _ in range(count)]
    draw.shuffle(fte)
    records = [_member(people.head, "head-of-service", None, "1.00", "2012-09-01")]
    for index, part in enumerate(fte):
        reference, team = f"ST-{index + 1:03}", f"T{index % recipe.teams + 1}"
        starter = index < recipe.starters
        people.teachers.append(reference)
        people.team_of[reference] = team
        if not starter:
            people.earlier.append(reference)
        began = "2018-09-01" if starter else f"20{draw.randint(10, 16)}-09-01"
        records.append(_member(reference, "specialist-teacher", team, part, began))
    for index in range(recipe.leavers):
        reference, team = f"ST-9{index:02}", f"T{index % recipe.teams + 1}"
        people.earlier.append(reference)
        people.team_of[reference] = team
        leaver = _member(reference, "specialist-teacher", team, "0.80", "2011-09-01")
        records.append({**leaver, "left_on": "2018-08-31"})
    changed = records[recipe.starters + 1]
    records.append({**changed, "fte": "0.40", "effective_on": "2019-04-01"})
    return records, people


def _member(reference: str, post: str, team: str | None, fte: str, began: str) -> Record:
    return {
        "reference": reference, "name": f"Testcase Teacher {reference}", "post": post,
        "team_code": team, "fte": fte, "appointed_on": began, "left_on": None,
    }  # fmt: skip


def children(
    recipe: Recipe, people: Staff, by_kind: dict[str, list[int]], draw: Random
) -> list[Child]:
    """Return the supported children, each with the span of their support."""
    groups = [
        group
        for group in (
            "long_p", "long_n", "long_engagement", "long_left", "second_p", "second_n",
            "second_crossing", "second_left", "third_matched", "third_other", "gone_p", "gone_n",
        )
        for _ in range(getattr(recipe, group))
    ]  # fmt: skip
    draw.shuffle(groups)
    made = [_child(index, group, people, by_kind, draw) for index, group in enumerate(groups)]
    return sorted(made, key=lambda child: (child.started, child.reference))


def _child(
    index: int, group: str, people: Staff, by_kind: dict[str, list[int]], draw: Random
) -> Child:
    year = 9 if group.startswith("gone") else draw.randint(3 if group.startswith("long") else 2, 8)
    started, ended, reason = _span(group, year, draw)
    staff_ = draw.choice(people.earlier if started < date(2018, 9, 1) else people.teachers)
    return Child(
        reference=f"CH-{index:04}",
        group=group,
        year=year,
        started=started,
        ended=ended,
        schools=_schools(year, by_kind, draw),
        plan_type=draw.choice(("EHC", "EHC", "EHC", "GRIP")) if year > 2 else "EYSEN-IF",
        parents=draw.choice((1, 1, 2)),
        staff=staff_,
        team=people.team_of[staff_],
        end_reason=reason,
    )


def _span(group: str, year: int, draw: Random) -> tuple[date, date | None, str]:
    if group.startswith(("long", "gone")):
        started = date(2016, 9, 5) + timedelta(days=draw.randint(0, 200))
    elif group.startswith("second"):
        started = date(2017, 9, 11) + timedelta(days=draw.randint(0, 200))
    elif group == "third_matched":
        started = date(2018, 9, 10) + timedelta(days=draw.randint(0, 14))
    else:
        started = date(2018, 9, 24) + timedelta(days=draw.randint(0, 180))
    if group.startswith("gone"):
        return started, date(2018, 8, 31), "left-phase"
    if group.endswith("left"):
        ended = date(2018, 11, 5) + timedelta(days=draw.randint(0, 120))
        return started, ended, draw.choice(("criteria-no-longer-met", "moved-out"))
    return (started, date(2019, 8, 31), "left-phase") if year == 8 else (started, None, "")


def _schools(year: int, by_kind: dict[str, list[int]], draw: Random) -> tuple[int, int]:
    if year == 5 and draw.random() < 0.4:  # from an infant to a junior school at Year 3
        return draw.choice(by_kind["infant"]), draw.choice(by_kind["junior"])
    kind = "nursery" if year <= 1 else draw.choice(("primary", "primary", "infant"))
    if year > 4 and kind == "infant":
        kind = "junior" if year > 5 else "primary"
    urn = draw.choice(by_kind[kind])
    return urn, urn


def pushes(child: Child, draw: Random) -> list[Record]:
    """Return the county's pushes for a child: at first, and with the new academic year."""
    first_year = child.year - (2 if child.started < date(2017, 9, 1) else 1)
    began = child.started - timedelta(days=120)
    later_start = child.started >= date(2018, 9, 1)
    index = child.year if later_start else max(0, first_year)
    school = child.schools[1] if later_start else child.schools[0]
    first = _push(child, index, school, began, draw)
    if later_start or child.group.startswith("gone"):
        return [first]
    return [
        first,
        {
            **first,
            "year_group": YEARS[child.year],
            "school_urn": child.schools[1],
            "effective_on": "2018-09-01",
        },
    ]


def _push(child: Child, year: int, school: int, day: date, draw: Random) -> Record:
    number = int(child.reference[3:])
    needs = sorted(draw.sample(NEEDS, draw.randint(1, 3)), key=NEEDS.index)
    return {
        "scheme": "county",
        "reference": child.reference,
        "upn": upn(f"830{2000 + number % 900:04}{day.year % 100:02}{number % 1000:03}"),
        "forename": FORENAMES[number % len(FORENAMES)],
        "surname": f"{SURNAMES[number % len(SURNAMES)]} {number}",
        "born_on": f"{2018 - child.year - 2}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "sex": "FM"[number % 2],
        "year_group": YEARS[year],
        "school_urn": school,
        "needs": needs,
        "pupil_premium": draw.random() < 0.4,
        "looked_after": draw.random() < 0.05,
        "eal": draw.random() < 0.1,
        "effective_on": day.isoformat(),
        "parents": [_parent(child, n) for n in range(child.parents)],
        "plans": [_plan(child, day)],
    }


def _parent(child: Child, number: int) -> Record:
    reference = f"P-{child.reference}-{number}"
    return {
        "reference": reference,
        "name": f"Testcase Parent {reference}",
        "email": f"{reference.lower()}@example.org",
        "phone": None,
        "relationship": ("mother", "father")[number],
    }


def _plan(child: Child, day: date) -> Record:
    return {
        "reference": f"PL-{child.reference}",
        "plan_type": child.plan_type,
        "names_service": True,
        "starts_on": (day + timedelta(days=30)).isoformat(),
        "review_due_on": (day + timedelta(days=395)).isoformat(),
    }


def upn(digits: str) -> str:
    """Return a made-up permanent number with its check letter."""
    total = sum(int(digit) * position for position, digit in enumerate(digits, 2))
    return LETTERS[total % 23] + digits

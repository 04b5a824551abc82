"""Made-up children: who they are, when they were supported, and what the county says of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from deploy.demo.counts import GROUPS, Recipe
from deploy.demo.draw import Draw
from deploy.demo.records import Record
from deploy.demo.terms import first_day, last_day, school_mondays

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
FORENAMES = ("Testchild", "Samplia", "Demino", "Exalot", "Mockina", "Fictor", "Trialen", "Placea")
SURNAMES = (
    "Alderfield", "Brambleton", "Cloverdale", "Dunmere", "Elmsway", "Fernleigh", "Gorsehill",
)  # fmt: skip
NEEDS = ("MLD", "SLD", "SPLD", "SLCN", "SEMH", "ASD")
SIBLINGS = 24
"""One in so many children is a sibling of the one before."""
YEAR_GROUPS = ("N1", "N2", "R", "1", "2", "3", "4", "5", "6")
RECEPTION, YEAR_3, YEAR_6 = 2, 5, 8
# The first and last Monday on which support began, by group; the long ones' and the gone ones'
# began a year before the earlier year.
BEGINNINGS = {
    "long": (date(2016, 9, 5), date(2017, 3, 27)),
    "gone": (date(2016, 9, 5), date(2017, 3, 27)),
    "second": (date(2017, 9, 11), date(2018, 3, 19)),
    "third_matched": (date(2018, 9, 10), date(2018, 9, 24)),
    "third_late": (date(2019, 1, 7), date(2019, 1, 14)),
    "third_term": (date(2019, 5, 6), date(2019, 5, 13)),
    "third_excluded": (date(2018, 10, 1), date(2018, 11, 19)),
    "third_other": (date(2018, 9, 24), date(2019, 4, 1)),
}


@dataclass
class Child:
    """A made-up child, and what of their story the later records need."""

    reference: str
    group: str
    """One of the recipe's groups, by outcome."""
    year: int
    """Index into YEAR_GROUPS in 2018-19; 9 is past the last."""
    schools: tuple[int, int, int]
    """URN in nursery years, up to Year 2, and from Year 3 on."""
    parents: int
    started: date
    ended: date | None
    """The last day of support."""
    reason: str
    staff: str = ""

    @property
    def case(self) -> str:
        """The reference of the referral that led to the case, which names it too."""
        return f"R-{self.reference}"

    def open_on(self, day: date) -> bool:
        """Say whether the child is on the caseload that day; the last day of support counts."""
        return self.started <= day and (self.ended is None or day <= self.ended)

    def year_on(self, day: date) -> int:
        """Return the index of the year group the child is in on a day."""
        return max(0, self.year - (2018 - (day.year if day.month > 8 else day.year - 1)))

    def school_on(self, day: date) -> int:
        """Return the URN of the school whose roll the child is on."""
        year = self.year_on(day)
        return self.schools[0 if year < RECEPTION else 1 if year < YEAR_3 else 2]


def children(recipe: Recipe, by_kind: dict[str, list[int]], draw: Draw) -> list[Child]:
    """Return the supported children in the order in which their support began."""
    groups = draw.dealt({group: recipe.children[group] for group in GROUPS})
    made = [_child(index, group, by_kind, draw) for index, group in enumerate(groups)]
    return sorted(made, key=lambda child: (child.started, child.reference))


def _child(index: int, group: str, by_kind: dict[str, list[int]], draw: Draw) -> Child:
    year = _year(group, draw)
    first, last = BEGINNINGS.get(group) or BEGINNINGS[_cohort(group)]
    ended, reason = _end(group, year, draw)
    return Child(
        reference=f"CH-{index:04}",
        group=group,
        year=year,
        schools=_schools(by_kind, draw),
        parents=draw.choice((1, 1, 2)),
        started=draw.choice(school_mondays(first, last)),
        ended=ended,
        reason=reason,
    )


def _year(group: str, draw: Draw) -> int:
    if group in {"gone_p", "gone_n"}:
        return YEAR_6 + 1
    first = {"long": 3, "gone": 4, "second": 2, "third": 3}[_cohort(group)]
    return draw.between(0 if group == "third_other" else first, YEAR_6)


def _cohort(group: str) -> str:
    return group.partition("_")[0]


def _schools(by_kind: dict[str, list[int]], draw: Draw) -> tuple[int, int, int]:
    if draw.chance(60):
        primary = draw.choice(by_kind["primary"])
        return primary, primary, primary
    return tuple(draw.choice(by_kind[kind]) for kind in ("nursery", "infant", "junior"))  # type: ignore[return-value]  # three


def _end(group: str, year: int, draw: Draw) -> tuple[date | None, str]:
    if group.endswith("excluded"):
        return (date(2019, 4, 8) if group.startswith("third") else date(2018, 3, 28)), "other"
    if group.endswith("left"):
        autumn = 2017 if group == "gone_left" else 2018
        weeks = school_mondays(date(autumn, 11, 5), date(autumn + 1, 3, 4))
        reason = draw.choice(("criteria-no-longer-met", "criteria-no-longer-met", "moved-out"))
        return draw.choice(weeks) + timedelta(days=4), reason
    if group.startswith("gone"):
        return last_day("2017-18"), "left-phase"
    return (last_day("2018-19"), "left-phase") if year == YEAR_6 else (None, "")


def pushes(child: Child, draw: Draw) -> list[Record]:
    """Return the county's pushes for a child: the first, and one each new academic year."""
    began = child.started - timedelta(days=120)
    days = [began] + [
        first_day(year)
        for year in ("2017-18", "2018-19")
        if began < first_day(year) and child.open_on(first_day(year))
    ]
    lasting = _particulars(child, draw)
    plans = _plans(child, began, draw)
    if len(plans) > 1 and date.fromisoformat(plans[1]["starts_on"]) not in days:
        days.append(date.fromisoformat(plans[1]["starts_on"]))
    return [_push(child, day, lasting, plans) for day in sorted(days)]


def _push(child: Child, day: date, lasting: Record, plans: list[Record]) -> Record:
    return {
        **lasting,
        "year_group": YEAR_GROUPS[child.year_on(day)],
        "school_urn": child.school_on(day),
        "effective_on": day.isoformat(),
        "plans": [
            plan if plan.get("ends_on", "9") < day.isoformat() else _unended(plan)
            for plan in plans
            if plan["starts_on"] <= (day + timedelta(days=30)).isoformat()
        ],
    }


def _unended(plan: Record) -> Record:
    return {name: value for name, value in plan.items() if name not in {"ends_on", "cease_reason"}}


def _particulars(child: Child, draw: Draw) -> Record:
    number = int(child.reference[3:])
    return {
        "scheme": "county",
        "reference": child.reference,
        "upn": _upn_of(child, number, draw),
        "forename": draw.choice(FORENAMES),
        "surname": f"{draw.choice(SURNAMES)} {number}",
        "born_on": (date(2015 - child.year, 9, 1) + timedelta(days=draw.below(365))).isoformat(),
        "sex": draw.choice("FM"),
        "needs": draw.sample(NEEDS, draw.between(1, 3)),
        "pupil_premium": draw.chance(40),
        "looked_after": draw.chance(5),
        "eal": draw.chance(10),
        "parents": [_parent(child, n) for n in range(child.parents)],
    }


def _upn_of(child: Child, number: int, draw: Draw) -> str | None:
    if child.year_on(child.started) < RECEPTION:
        return None
    school = 2000 + draw.below(262)
    year = child.started.year % 100
    serial = f"{number % 100:02}A" if number % 97 == 5 else f"{number:03}"
    return upn(f"830{school}{year:02}{serial}")


def upn(rest: str) -> str:
    """Return a made-up number with its check letter before the other twelve characters.

    The letter follows from the sum of each character times its position, modulo 23, in an
    alphabet without I, O and S (the rule for unique pupil numbers).
    """
    values = [LETTERS.index(c) if c in LETTERS else int(c) for c in rest]
    return LETTERS[sum(v * position for position, v in enumerate(values, 2)) % 23] + rest


def _family(child: Child) -> str:
    """Return the reference of the eldest whose parents are the child's own: some are siblings."""
    number = int(child.reference[3:])
    return f"CH-{number - 1:04}" if number % SIBLINGS == 1 else child.reference


def parent_reference(child: Child, number: int) -> str:
    """Return the county's reference of a child's first (0) or second parent."""
    return f"P-{_family(child)}-{number}"


def _parent(child: Child, number: int) -> Record:
    family, reference = _family(child), parent_reference(child, number)
    return {
        "reference": reference,
        "name": f"Testparent {SURNAMES[int(family[3:]) % len(SURNAMES)]} {reference[5:]}",
        "email": f"{reference.lower()}@example.org",
        "phone": None,
        "relationship": ("mother", "father")[number],
    }


def _plans(child: Child, began: date, draw: Draw) -> list[Record]:
    """Return a child's plans: early years' funding ends with reception, others may be replaced."""
    starts = began + timedelta(days=30)
    first = _plan(child, 1, draw.choice(("EHC", "EHC", "EHC", "GRIP")), starts)
    if child.year_on(began) < RECEPTION:
        first["plan_type"] = "EYSEN-IF"
        reception = date(2018 - child.year + RECEPTION, 9, 1)
        if starts < reception <= last_day("2018-19"):
            first |= {"ends_on": f"{reception.year}-08-31", "cease_reason": "reception"}
            return [first, _plan(child, 2, draw.choice(("GRIP", "EHC")), reception)]
    elif first["plan_type"] == "GRIP" and child.open_on(date(2019, 3, 1)) and draw.chance(20):
        first |= {"ends_on": "2019-02-28", "cease_reason": "replaced"}
        return [first, _plan(child, 2, "EHC", date(2019, 3, 1))]
    return [first]


def _plan(child: Child, number: int, plan_type: str, starts: date) -> Record:
    return {
        "reference": f"PL-{child.reference}-{number}",
        "plan_type": plan_type,
        "names_service": True,
        "starts_on": starts.isoformat(),
        "review_due_on": (starts + timedelta(days=364)).isoformat(),
    }

"""Made-up judgements of the risk of exclusion, and exclusions."""

from dataclasses import dataclass, field
from datetime import date

from deploy.demo.counts import Recipe
from deploy.demo.draw import Draw
from deploy.demo.people import Child
from deploy.demo.records import County

DRIVERS = ("suspension", "reduced-timetable", "semh-need", "attendance", "early-review")
EARLIER = (date(2017, 10, 9), date(2018, 2, 5), date(2018, 6, 11))
LIFTED = date(2018, 7, 9)
LATER = (date(2018, 10, 8), date(2019, 2, 4), date(2019, 6, 10))
AT_RISK = ("at-risk", "high")


@dataclass
class Levels:
    """What is judged of a child on the termly days where it is not "none"."""

    of: dict[str, dict[date, str]] = field(default_factory=dict)

    def put(self, child: Child, day: date, level: str) -> None:
        """Judge a child at that level on a day."""
        self.of.setdefault(child.reference, {})[day] = level


def add_risk(county: County, recipe: Recipe, children: list[Child], draw: Draw) -> list[Child]:
    """Add every case's termly judgements; return the children found at risk in the later year."""
    levels = Levels()
    both = [c for c in children if c.open_on(EARLIER[2]) and c.open_on(LATER[0])]
    picked = draw.sample(both, recipe.at_risk_carried + recipe.at_risk_lifted)
    carried, lifted = picked[: recipe.at_risk_carried], picked[recipe.at_risk_carried :]
    for child in carried:
        levels.put(child, EARLIER[2], draw.choice(AT_RISK))
        levels.put(child, LATER[0], "monitor")
    for child in lifted:
        levels.put(child, EARLIER[2], "high")
        levels.put(child, LIFTED, "none")
    _judge_earlier(levels, recipe, children, draw)
    found = _judge_later(levels, recipe, children, draw)
    _write(county, levels, children, draw)
    return found


def _judge_earlier(levels: Levels, recipe: Recipe, children: list[Child], draw: Draw) -> None:
    """Find some at risk in the earlier year alone: they are safe by its end, or have left."""
    free = [c for c in children if c.reference not in levels.of and c.open_on(EARLIER[1])]
    for child in draw.sample(free, recipe.earlier.at_risk):
        levels.put(child, EARLIER[1], draw.choice(AT_RISK))
        if child.group.startswith("gone") and draw.chance(50):
            levels.put(child, EARLIER[2], "at-risk")  # holds until the case's end, not after it
    rest = [c for c in free if c.reference not in levels.of]
    for child in rest[: recipe.earlier.monitored]:
        levels.put(child, EARLIER[1], "monitor")


def _judge_later(levels: Levels, recipe: Recipe, children: list[Child], draw: Draw) -> list[Child]:
    carried = {child for child, days in levels.of.items() if days.get(LATER[0]) == "monitor"}
    lifted = {child for child, days in levels.of.items() if LIFTED in days}
    excluded = [child for child in children if child.group == "third_excluded"]
    free = [
        child
        for child in children
        if any(child.open_on(day) for day in LATER)
        and child.group != "third_excluded"
        and child.reference not in carried | lifted
    ]
    mixed = [*excluded, *draw.shuffled(free)]
    new, rest = mixed[: recipe.later.at_risk], mixed[recipe.later.at_risk :]
    for child in new:
        _raise(levels, child, draw)
    for child in rest[: recipe.later.monitored]:
        levels.put(child, next(day for day in LATER if child.open_on(day)), "monitor")
    return new


def _raise(levels: Levels, child: Child, draw: Draw) -> None:
    """Find a child at risk on some termly day; by the next one it may be safe again."""
    days = [day for day in LATER if child.open_on(day)]
    first = 0 if child.group == "third_excluded" else draw.below(len(days))
    levels.put(child, days[first], draw.choice(("at-risk", "at-risk", "at-risk", "high")))
    for day in days[first + 1 :]:
        levels.put(child, day, draw.choice(("at-risk", "at-risk", "monitor", "none")))


def _write(county: County, levels: Levels, children: list[Child], draw: Draw) -> None:
    for day in (*EARLIER, LIFTED, *LATER):
        for child in children:
            judged = levels.of.get(child.reference, {})
            if not child.open_on(day) or (day == LIFTED and day not in judged):
                continue
            level = judged.get(day, "none")
            drivers = draw.sample(DRIVERS, 2) if level in AT_RISK else []
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
    """Add permanent exclusions that were upheld, and others that must not count."""
    for child in children:
        if child.group == "third_excluded":
            _exclude(county, child, "2019-03-20", upheld_on="2019-04-05")
        elif child.group == "gone_excluded":
            _exclude(county, child, "2018-03-12", upheld_on="2018-03-27")
    still = [c for c in at_risk if c.open_on(date(2019, 2, 25)) and c.group != "third_excluded"]
    if recipe.noise.exclusions_uncounted:
        _add_uncounted(county, children, still)
    for index, child in enumerate(still[3:][: recipe.noise.suspensions]):
        category, halves = ("LNCH", 1) if index % 5 == 4 else ("SUSP", index % 7 + 1)
        _exclude(county, child, "2019-03-21", category=category, half_days=halves)


def _add_uncounted(county: County, children: list[Child], still: list[Child]) -> None:
    """Add exclusions withdrawn, pending, overturned, and after or before the support."""
    whats: tuple[dict[str, str], ...] = (
        {"rescinded_on": "2019-03-06", "ground": "withdrawn"},
        {},
        {"upheld_on": "2019-03-18", "rescinded_on": "2019-05-02", "ground": "overturned"},
    )
    for child, what in zip(still[:3], whats, strict=False):
        _exclude(county, child, "2019-02-27", **what)
    after = [c for c in children if c.group in {"long_left", "gone_n"}]
    if after:
        _exclude(county, after[0], "2019-06-03", upheld_on="2019-06-20")
    before = [c for c in children if c.started >= date(2018, 10, 1)]
    if before:
        _exclude(county, before[-1], "2018-09-12", upheld_on="2018-09-28")


def _exclude(
    county: County, child: Child, day: str, *, category: str = "PERM", **more: str | int
) -> None:
    county.exclusions.append(
        {
            "reference": f"X-{len(county.exclusions) + 1:03}",
            "child": child.reference,
            "school": child.school_on(date.fromisoformat(day)),
            "category": category,
            "starts_on": day,
            **more,
        }
    )

"""Made-up teams, and the teaching staff in them."""

from dataclasses import dataclass, field

from deploy.demo.counts import Recipe
from deploy.demo.draw import Draw
from deploy.demo.records import Record

HEAD = "ST-000"
SURNAMES = ("Alderfield", "Brambleton", "Cloverdale", "Dunmere", "Elmsway", "Fernleigh")


@dataclass
class Staff:
    """Who teaches when, the Head of Service aside."""

    later: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)

    def in_post(self, academic_year: str) -> list[str]:
        """Return the teachers of one of the two years."""
        return self.later if academic_year == "2018-19" else self.earlier


def teams(recipe: Recipe) -> list[Record]:
    """Return the teams, one that had ended before and one that began afterwards."""
    records = [
        {"code": f"T{n}", "name": f"Team {n}", "area": f"A{n % 3 + 1}", "formed_on": "2014-09-01"}
        for n in range(1, recipe.teams + 1)
    ]
    ended = {"code": "T-OLD", "name": "Former team", "area": "A1", "formed_on": "2012-09-01"}
    begun = {"code": "T-NEW", "name": "New team", "area": "A2", "formed_on": "2019-09-01"}
    return [*records, {**ended, "disbanded_on": "2017-08-31"}, begun]


def staff(recipe: Recipe, draw: Draw) -> tuple[list[Record], Staff]:
    """Return the staff's records, and who is in post when."""
    people = Staff()
    records = [_member(HEAD, "head-of-service", None, "1.00", "2012-09-01")]
    for index, part in enumerate(draw.dealt(recipe.fte)):
        reference = f"ST-{index + 1:03}"
        people.later.append(reference)
        if index >= recipe.starters:
            people.earlier.append(reference)
        began = "2018-09-01" if index < recipe.starters else f"{draw.between(2010, 2016)}-09-01"
        manager = recipe.starters <= index < recipe.starters + recipe.area_managers
        post = "area-manager" if manager else "specialist-teacher"
        records.append(_member(reference, post, _team(recipe, index), part, began))
    leavers = [_leaver(index) for index in range(recipe.leavers)]
    people.earlier += [leaver["reference"] for leaver in leavers]
    left = [{**leaver, "left_on": "2018-08-31"} for leaver in leavers]
    return [*_with_changes([*records, *leavers], recipe, draw), *left], people


def _leaver(index: int) -> Record:
    return _member(f"ST-9{index:02}", "specialist-teacher", "T1", "0.70", "2011-09-01")


def _team(recipe: Recipe, index: int) -> str:
    return f"T{index % recipe.teams + 1}"


def _with_changes(records: list[Record], recipe: Recipe, draw: Draw) -> list[Record]:
    """Let one teacher's hours change before the census day and another's after it."""
    first, second = draw.sample(records[recipe.starters + 1 :][: len(records) // 2], 2)
    before = {**first, "fte": "0.30", "effective_on": first["appointed_on"]}
    then = {**first, "effective_on": "2018-11-01"}
    records[records.index(first)] = before
    dated = {**second, "effective_on": second["appointed_on"]}
    records[records.index(second)] = dated
    return [*records, then, {**second, "fte": "0.40", "effective_on": "2019-04-01"}]


def _member(reference: str, post: str, team: str | None, fte: str, began: str) -> Record:
    surname = SURNAMES[int(reference[3:]) % len(SURNAMES)]
    return {
        "reference": reference, "name": f"Testteacher {surname} {reference[3:]}", "post": post,
        "team_code": team, "fte": fte, "appointed_on": began,
    }  # fmt: skip

"""What leaves the disclosure gate: for a reader of exact values, and for all others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from libs.common.core.clock import AcademicYear
from services.reporting.disclosure import Gate, Place, Table, profile_of
from services.reporting.disclosure.profile import Profile
from services.reporting.evaluate import (
    Cell,
    Claim,
    Figure,
    Given,
    Population,
    Statement,
    mean,
    share,
)
from services.reporting.evaluate import each as everybody
from services.reporting.members import Made
from services.reporting.presentation import Unit
from services.reporting.views import Exempted, GatedTable

YEAR = AcademicYear(2018)
DAY = date(2019, 1, 10)
PEOPLE = Population(words="people", whose="child", ask=lambda _: ())
COUNT = Figure(id="a.count", words="A.", population=PEOPLE)
SHARE = Figure(
    id="a.share", words="A.", population=PEOPLE, of=everybody, fold=share, unit=Unit.PER_CENT
)
EXCEPTION = Exempted(
    id=UUID(int=1),
    grounds="public-already",
    until=date(2030, 1, 1),
    signed_as=["head-of-service", "administrator"],
)


def cell(figure: Figure, part: int, of: int) -> Cell:
    """Return a cell of so many children, of whom so many are in the part."""
    parts = [1] * part + [0] * (of - part)
    given = Given([Made(n, DAY, None) for n in range(of)], parts, [1] * of if figure.of else parts)
    return Cell(figure.fold(given), "no data", given)


def passed(
    figure: Figure, total: tuple[int, int], groups: Mapping[str, tuple[int, int]], **gate: Any
) -> GatedTable:
    cells = {label: cell(figure, *counts) for label, counts in groups.items()}
    last = cell(figure, 3, 60)
    profile = gate.pop("profile", profile_of(YEAR))
    table = Table(figure, cell(figure, *total), last, {"team": cells})
    return Gate(profile=profile, **gate).table(table)


GROUPS = {"red": (2, 40), "blue": (8, 30), "green": (20, 80)}


def shown(found: GatedTable) -> dict[str, str]:
    return {one.label: one.printed for one in found.cells["team"]}


def test_a_small_cell_and_one_beside_it_are_withheld_by_one_rule_and_say_nothing_else() -> None:
    found = passed(SHARE, (30, 150), GROUPS)
    assert shown(found) == {"red": "c", "blue": "c", "green": "25%"}
    red, blue, _ = found.cells["team"]
    assert red.model_dump(exclude={"label"}) == blue.model_dump(exclude={"label"})
    assert (red.value, red.basis, red.counts, red.protected_by) == (None, None, {}, None)
    assert red.withheld
    assert red.withheld.rule == "small-number"


def test_who_reads_exact_values_is_told_which_others_do_not_see_and_by_which_rule() -> None:
    found = passed(SHARE, (30, 150), GROUPS, exact=True)
    assert shown(found) == {"red": "5%", "blue": "27%", "green": "25%"}
    rules = {one.label: one.protected_by for one in found.cells["team"]}
    assert rules == {"red": "threshold", "blue": "beside", "green": None}


def test_of_a_total_that_is_withheld_all_parts_are_and_last_years_and_the_change() -> None:
    figure = Figure(**{**vars(SHARE), "change_decimals": 0})
    found = passed(figure, (2, 150), {"red": (0, 40), "blue": (2, 110)})
    assert (found.figure.printed, found.figure.value, found.figure.change) == ("c", None, None)
    assert found.figure.last_year
    assert found.figure.last_year.printed == "c"
    assert shown(found) == {"red": "c", "blue": "c"}
    told = passed(figure, (30, 150), {}).figure
    assert (told.printed, told.change) == ("20%", None), "the change gives last year's back"


def test_an_exception_shows_one_place_and_says_so() -> None:
    place = Place(SHARE.id, "team", "red")
    found = passed(SHARE, (30, 150), GROUPS, exempted={place: EXCEPTION})
    assert shown(found) == {"red": "5%", "blue": "27%", "green": "25%"}
    assert [one.exempted for one in found.cells["team"]] == [EXCEPTION, None, None]


def test_another_teams_cells_are_withheld_whatever_they_hold() -> None:
    found = passed(SHARE, (30, 150), GROUPS, mine={"team": frozenset({"green", "red"})})
    assert shown(found) == {"red": "c", "blue": "c", "green": "25%"}
    rules = [one.withheld and one.withheld.rule for one in found.cells["team"]]
    assert rules == ["small-number", "not-yours", None]


def test_what_is_of_no_person_is_never_withheld() -> None:
    teams = Figure(**{**vars(COUNT), "population": Population(words="t", whose="team", ask=list)})
    assert passed(teams, (1, 1), {}).figure.printed == "1"
    assert passed(COUNT, (1, 1), {}).figure.printed == "c"


def test_a_share_of_rounded_counts_does_not_give_the_exact_ones() -> None:
    profile = profile_of(YEAR)
    level = profile.at("team").model_copy(update={"round_to": 5})
    levels = dict.fromkeys(profile.levels, level)
    rounding = Profile(levels=levels, level_of=profile.level_of)
    *_, green = passed(SHARE, (30, 150), {"green": (22, 80)}, profile=rounding).cells["team"]
    assert green.basis
    assert (green.basis.count, green.basis.of, green.value) == (20, 80, "25")
    exact = passed(SHARE, (30, 150), {"green": (22, 80)}, profile=rounding, exact=True)
    assert exact.cells["team"][0].value == "55/2"


def test_a_statement_is_withheld_with_a_count_of_few_or_two_that_lie_few_apart() -> None:
    statement = Statement(
        id="s",
        words="S.",
        method="m",
        cannot_show="n",
        looks_at={"a": COUNT},
        claim=lambda *_: claims[0],
    )
    claims = [Claim(True, "about 150", {"at_risk": 150, "not_excluded": 149})]
    gate = Gate(profile=profile_of(YEAR))
    hidden = gate.statement(statement, claims[0])
    assert (hidden.holds, hidden.printed, hidden.counts) == (None, "c", {})
    told = gate.statement(statement, Claim(True, "about 150", {"at_risk": 150, "calm": 140}))
    assert (told.holds, told.printed, told.withheld) == (True, "about 150", None)
    exact = Gate(profile=profile_of(YEAR), exact=True).statement(statement, claims[0])
    assert (exact.holds, exact.protected_by) == (True, "counted")


def test_trap_55_all_of_three_returns_are_withheld() -> None:
    returns = Population(words="returns", whose="form", ask=list)
    figure = Figure(**{**vars(SHARE), "population": returns})
    assert passed(figure, (3, 3), {}).figure.printed == "c"
    assert passed(figure, (30, 30), {}).figure.printed == "100%"
    assert passed(figure, (478, 479), {}).figure.withheld is None, "many answers are free"


def test_of_figures_that_divide_the_same_answers_one_that_is_small_withholds_the_others() -> None:
    """Of 60 children 40 said yes, 18 no: told both, two said neither."""
    no, neither = replace(SHARE, id="no"), replace(SHARE, id="neither")
    kin = [(no, cell(no, 18, 60), None), (neither, cell(neither, 2, 60), cell(neither, 12, 60))]
    table = Table(SHARE, cell(SHARE, 40, 60), cell(SHARE, 30, 60), kin=kin)
    gate = Gate(profile=profile_of(YEAR))
    assert gate.table(table).figure.withheld is not None
    assert gate.table(table._replace(kin=kin[:1])).figure.withheld is None
    assert not gate.hides(table, cell(SHARE, 30, 60)), "last year's kin are of twelve"


def test_a_mean_of_few_is_withheld_at_every_level() -> None:
    marks = Figure(id="m", words="M.", population=PEOPLE, of=everybody, fold=mean, unit=Unit.MARK)
    assert passed(marks, (4, 4), {}).figure.printed == "c"
    assert passed(marks, (20, 20), {}).figure.printed == "1"

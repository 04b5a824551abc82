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
    cells = cells_of(figure, groups)
    last = cell(figure, 3, 60)
    profile = gate.pop("profile", profile_of(YEAR))
    table = Table(figure, cell(figure, *total), last, {"team": cells})
    return Gate(profile=profile, **gate).table(table)


GROUPS = {"red": (2, 40), "blue": (8, 30), "green": (20, 80)}


def cells_of(figure: Figure, groups: Mapping[str, tuple[int, int]]) -> dict[str, Cell]:
    return {label: cell(figure, *counts) for label, counts in groups.items()}


def rounded_to(number: int) -> Profile:
    profile = profile_of(YEAR)
    level = profile.at("team").model_copy(update={"round_to": number})
    return Profile(levels=dict.fromkeys(profile.levels, level), level_of=profile.level_of)


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
    rounding = rounded_to(5)
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
    kin = [
        Table(no, cell(no, 18, 60), cell(no, 18, 60)),
        Table(neither, cell(neither, 2, 60), cell(neither, 12, 60)),
    ]
    table = Table(SHARE, cell(SHARE, 40, 60), cell(SHARE, 30, 60), kin=kin)
    gate = Gate(profile=profile_of(YEAR))
    assert gate.table(table).figure.withheld is not None
    assert gate.table(table._replace(kin=kin[:1])).figure.withheld is None
    assert table.before
    assert not gate.hides(table.before), "last year's kin are of twelve"


def test_what_divides_the_same_answers_withholds_the_same_groups() -> None:
    """Nobody knows that 2 of red said no, where yes and neither are withheld for red as well."""
    groups = {"red": (20, 40), "blue": (20, 40), "green": (20, 80)}
    few = {"red": (2, 40), "blue": (12, 40), "green": (20, 80)}
    no = replace(SHARE, id="no")
    yes, kin = (
        Table(one, cell(one, 60, 160), cells={"team": cells_of(one, of)})
        for one, of in ((SHARE, groups), (no, few))
    )
    found = Gate(profile=profile_of(YEAR)).table(yes._replace(kin=[kin]))
    assert shown(found) == {"red": "c", "blue": "c", "green": "25%"}
    alone = Gate(profile=profile_of(YEAR)).table(yes)
    assert shown(alone) == {"red": "50%", "blue": "50%", "green": "25%"}


def nested(inner: int, outer: int, of: int, figure: Figure = SHARE) -> Table:
    """Return a figure's table within another's: outstanding, of good or outstanding."""
    wide = replace(figure, id="wide")
    cells = {"team": cells_of(figure, {"red": (inner, of), "blue": (20, 60)})}
    wider = {"team": cells_of(wide, {"red": (outer, of), "blue": (40, 60)})}
    total = cell(figure, inner + 20, of + 60)
    return Table(
        figure,
        total,
        cells=cells,
        outer=Table(wide, cell(wide, outer + 20, of + 60), cells=wider),
    )


def test_of_two_shares_one_within_the_other_the_difference_is_a_count() -> None:
    """Of 40 in red 20 were outstanding and 23 good or outstanding: three were good."""
    gate = Gate(profile=profile_of(YEAR))
    assert gate.table(nested(20, 23, 40)).figure.withheld
    assert gate.table(nested(20, 20, 40)).figure.withheld is None, "none is no few"
    found = gate.table(nested(20, 30, 40))
    assert shown(found) == {"red": "50%", "blue": "33%"}
    hidden = gate.table(nested(20, 38, 40))
    assert hidden.figure.withheld is None
    assert shown(hidden) == {"red": "c", "blue": "c"}, "as the wider one, of whom 2 are not"


def test_of_visits_the_people_behind_them_count() -> None:
    """120 visits to 3 children: 110 of them were made, 10 to two of the three were not."""
    members = [Made(n % 3, DAY, None) for n in range(120)]
    parts = [0 if n < 10 else 1 for n in range(120)]
    given = Given(members, parts, [1] * 120)
    found = Gate(profile=profile_of(YEAR)).table(Table(SHARE, Cell(share(given), "", given)))
    assert found.figure.withheld
    many = Given([Made(n % 30, DAY, None) for n in range(120)], parts, [1] * 120)
    found = Gate(profile=profile_of(YEAR)).table(Table(SHARE, Cell(share(many), "", many)))
    assert (found.figure.printed, found.figure.withheld) == ("92%", None)


def test_those_whom_a_share_leaves_out_are_not_few() -> None:
    """Of 40 children the share is of 37: three are told by the size of the group."""
    given = Given([Made(n, DAY, None) for n in range(40)], [1] * 20 + [0] * 20, [1] * 37 + [0] * 3)
    found = Gate(profile=profile_of(YEAR)).table(Table(SHARE, Cell(share(given), "", given)))
    assert found.figure.withheld


def test_a_percentile_of_few_is_withheld_for_it_is_somebodys_own_value() -> None:
    """Of 40 waits the 90th percentile is the fifth longest: it takes 50."""
    slow = Figure(
        id="p", words="P.", population=PEOPLE, of=everybody, fold=mean, unit=Unit.DAYS,
        percentile=90,
    )  # fmt: skip
    assert passed(slow, (40, 40), {}).figure.printed == "c"
    assert passed(slow, (50, 50), {}).figure.printed == "1"
    assert passed(replace(slow, percentile=50), (10, 10), {}).figure.printed == "1"


def test_last_years_value_is_withheld_and_rounded_as_its_own_year_is() -> None:
    """What is asked every few years is compared with a year of its own profile and exceptions."""
    profile = profile_of(YEAR)
    figure = replace(SHARE, change_decimals=0)
    rounding = rounded_to(5)
    table = Table(figure, cell(figure, 30, 60), cell(figure, 22, 80), last_of="2015-16")
    found = Gate(profile=profile, before={"2015-16": Gate(profile=rounding)}).table(table).figure
    assert found.last_year
    assert found.change
    assert (found.last_year.value, found.change.value) == ("25", "25"), "20 of 80, not 22"
    few = table._replace(last_year=cell(figure, 3, 80))
    its = Gate(profile=profile, exempted={Place(figure.id): EXCEPTION})
    for before, printed in (({}, "c"), ({"": its}, "c"), ({"2015-16": its}, "4% in 2015-16")):
        found = Gate(profile=profile, before=before).table(few).figure
        assert found.last_year
        assert found.last_year.printed == printed


def test_a_mean_of_few_is_withheld_at_every_level() -> None:
    marks = Figure(id="m", words="M.", population=PEOPLE, of=everybody, fold=mean, unit=Unit.MARK)
    assert passed(marks, (4, 4), {}).figure.printed == "c"
    assert passed(marks, (20, 20), {}).figure.printed == "1"


def test_of_how_many_a_mean_is_is_told_of_all_groups_or_of_none() -> None:
    """Of red 37 of 40 have an answer: three have none, and the others' counts would give that."""
    marks = Figure(
        id="m", words="M.", population=PEOPLE, part=lambda one: one or 0,
        of=lambda one: one is not None, fold=mean, unit=Unit.LEVELS,
    )  # fmt: skip

    def group(answers: int, of: int) -> Cell:
        given = Given(
            [Made(n, DAY, None) for n in range(of)],
            [n % 3 for n in range(answers)] + [0] * (of - answers),
            [1] * answers + [0] * (of - answers),
        )
        return Cell(mean(given), "no data", given)

    for red, told in ((37, [{}, {}]), (30, [{"answers": 30}, {"answers": 20}])):
        cells = {"team": {"red": group(red, 40), "blue": group(20, 40)}}
        table = Table(marks, group(red + 20, 80), cells=cells)
        found = Gate(profile=profile_of(YEAR)).table(table)
        assert [one.counts for one in found.cells["team"]] == told
        assert all(one.withheld is None for one in found.cells["team"])
        exact = Gate(profile=profile_of(YEAR), exact=True).table(table)
        assert exact.cells["team"][0].counts == {"answers": red}


def in_teams(**groups: tuple[int, int]) -> Table:
    """Return the table of a share, by team."""
    part, whole = map(sum, zip(*groups.values(), strict=True))
    return Table(SHARE, cell(SHARE, part, whole), cells={"team": cells_of(SHARE, groups)})


def test_a_group_that_was_withheld_is_not_shown_while_it_has_changed_by_few() -> None:
    """Blue was withheld beside red. Now green would be: blue, shown, would give what red was."""
    gate = Gate(profile=profile_of(YEAR))
    first = in_teams(red=(2, 40), blue=(8, 30), green=(20, 80))
    now = in_teams(red=(2, 40), blue=(8, 30), green=(10, 25))
    assert shown(gate.table(first)) == {"red": "c", "blue": "c", "green": "25%"}
    assert shown(gate.table(now)) == {"red": "c", "blue": "27%", "green": "c"}
    assert shown(gate.table(now, [first])) == {"red": "c", "blue": "c", "green": "40%"}
    assert gate.table(now, [first] * 3 + [now] * 3) == gate.table(now, [first])
    later = in_teams(red=(2, 40), blue=(16, 30), green=(10, 25))
    assert shown(gate.table(later, [first, now])) == {"red": "c", "blue": "53%", "green": "c"}


def test_the_size_of_a_group_that_was_withheld_stays_so_in_figures_that_changed_by_many() -> None:
    """Six more of gold are in the part; how many gold is has not changed, and is in no figure."""

    gate = Gate(profile=profile_of(YEAR))
    first = in_teams(red=(2, 4), blue=(6, 18), gold=(5, 16), green=(15, 40))
    now = in_teams(red=(2, 4), blue=(6, 13), gold=(11, 16), green=(6, 12))
    assert shown(gate.table(first)) == {"red": "c", "blue": "c", "gold": "c", "green": "38%"}
    assert shown(gate.table(now)) == {"red": "c", "blue": "c", "gold": "69%", "green": "c"}
    after = {"red": "c", "blue": "46%", "gold": "c", "green": "c"}
    assert shown(gate.table(now, [first])) == after
